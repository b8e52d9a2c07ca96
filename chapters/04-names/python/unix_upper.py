"""A Unix stream server that answers in capital letters: its name is a path."""

import signal
import socket
import sys

LIMIT = 64 * 1024  # what one client may send
PATIENCE = 10  # seconds, for each call


# ANCHOR: server
def server(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen()
        print(f"Listening at {path}", flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(PATIENCE)
                connection.sendall(receive_all(connection).upper())
# ANCHOR_END: server


# ANCHOR: client
def client(path, text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.settimeout(PATIENCE)
        stream.connect(path)
        stream.sendall(text.encode())
        stream.shutdown(socket.SHUT_WR)
        answer = receive_all(stream).decode()
    print(f'"{text}" is answered "{answer}"')
# ANCHOR_END: client


def receive_all(stream):
    octets = bytearray()
    while piece := stream.recv(4096):
        octets += piece
        if len(octets) > LIMIT:
            raise ValueError(f"refused: more than {LIMIT} octets")
    return bytes(octets)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    role, *arguments = sys.argv[1:]
    try:
        {"server": server, "client": client}[role](*arguments)
    except KeyboardInterrupt:
        print("Stopped.")
    except (OSError, ValueError) as error:
        sys.exit(f"{arguments[0]}: {error}")
