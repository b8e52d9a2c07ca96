"""Pattern 5: each message behind its length."""

import struct

from talk import LIMIT, main, receive_exactly, show

# ANCHOR: frame
LENGTH = struct.Struct("!I")


def send_message(connection, payload):
    connection.sendall(LENGTH.pack(len(payload)) + payload)


def receive_message(stream):
    """The next payload; None where the stream ends between two messages."""
    header = receive_exactly(stream, LENGTH.size)
    if not header:
        return None
    (length,) = LENGTH.unpack(header)
    if length > LIMIT:
        raise ValueError(f"a message of {length} octets where {LIMIT} are allowed")
    payload = receive_exactly(stream, length)
    if len(payload) < length:
        raise EOFError("the input ended between a length and its message")
    return payload
# ANCHOR_END: frame


def server(connection):
    with connection.makefile("rb") as stream:
        while (message := receive_message(stream)) is not None:
            print(f"A message of {len(message)} octets: {show(message)}")
            send_message(connection, message.upper())


def client(connection, texts):
    with connection.makefile("rb") as stream:
        for text in texts:
            send_message(connection, text.encode())
            answer = receive_message(stream)
            if answer is None:
                raise EOFError("the server closed without an answer")
            print(f"{show(text.encode())} is answered {show(answer)}")


if __name__ == "__main__":
    main(__doc__, server, client)
