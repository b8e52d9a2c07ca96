"""Takes a listening socket over, answers one client, and passes the socket on."""

import os
import socket
import sys


# ANCHOR: successor
def take_over(path):
    with socket.socket(socket.AF_UNIX) as predecessor:
        predecessor.connect(path)
        word, descriptors, flags, _ = socket.recv_fds(predecessor, 1, 1)
        listener = socket.socket(fileno=descriptors[0])
        print("Listening at %s:%d" % listener.getsockname(), flush=True)
        predecessor.send(b"R")
        predecessor.recv(1)  # nothing: it has left, and accepts no more
    print("inheritable:", listener.get_inheritable(), flush=True)
    listener.set_inheritable(False)
    listener.setblocking(True)  # for everybody who has this socket
    return listener
# ANCHOR_END: successor


def answer(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as stream:
        while stream.peek(1):
            while stream.read(1) != b"?":
                pass
            stream.write(b"Ask Python.")
            stream.flush()


# ANCHOR: predecessor
def hand_over(path, listener):
    with socket.socket(socket.AF_UNIX) as waiting:
        waiting.bind(path)
        waiting.listen()
        print("A successor may ask.", flush=True)
        with waiting.accept()[0] as successor:
            socket.send_fds(successor, [b"S"], [listener.fileno()])
            assert successor.recv(1) == b"R"
            listener.close()
            os.unlink(path)
# ANCHOR_END: predecessor


if __name__ == "__main__":
    listener = take_over(sys.argv[1])
    answer(listener)
    hand_over(sys.argv[1], listener)
