"""Pattern 6: chunks, and an empty one as the end."""

import struct
import sys

from talk import LIMIT, main, receive_exactly, show

LENGTH = struct.Struct("!H")


# ANCHOR: frame
def send_chunk(connection, chunk):
    connection.sendall(LENGTH.pack(len(chunk)) + chunk)


def receive_message(stream):
    """The chunks up to the empty one; None where the stream ends between messages."""
    message = None
    while header := receive_exactly(stream, LENGTH.size):
        (length,) = LENGTH.unpack(header)
        message = message or bytearray()
        if length == 0:
            return bytes(message)
        if len(message) + length > LIMIT:
            raise ValueError(f"a message of more than {LIMIT} octets")
        chunk = receive_exactly(stream, length)
        if len(chunk) < length:
            raise EOFError("the input ended inside a message")
        message += chunk
    if message is not None:
        raise EOFError("the input ended inside a message")
    return None
# ANCHOR_END: frame


def server(connection):
    with connection.makefile("rb") as stream:
        while (message := receive_message(stream)) is not None:
            print(f"A message of {len(message)} octets: {show(message)}")
            for line in message.splitlines(keepends=True):
                send_chunk(connection, line.upper())
            send_chunk(connection, b"")


def client(connection, _texts):
    with connection.makefile("rb") as stream:
        while first := sys.stdin.readline():
            send_message(connection, first)
            answer = receive_message(stream)
            if answer is None:
                raise EOFError("the server closed without an answer")
            print(f"The answer has {len(answer)} octets: {show(answer)}")


def send_message(connection, line):
    """Send `line` and those after it as chunks, up to an empty one."""
    while line.strip("\n"):
        chunk = line.encode()
        send_chunk(connection, chunk)
        print(f"sent a chunk of {len(chunk)} octets")
        line = sys.stdin.readline()
    send_chunk(connection, b"")
    print("sent the empty chunk")


if __name__ == "__main__":
    main(__doc__, server, client)
