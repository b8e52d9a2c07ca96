"""Pattern 4: a comma ends each message."""

from talk import LIMIT, main, show

DELIMITER = b","


def escape(payload):
    return payload.replace(b"%", b"%25").replace(DELIMITER, b"%2C")


def unescape(escaped):
    return escaped.replace(b"%2C", DELIMITER).replace(b"%25", b"%")


# ANCHOR: messages
def messages(connection):
    """Each message, without its delimiter."""
    buffer = bytearray()
    searched = 0
    while True:
        end = buffer.find(DELIMITER, searched, LIMIT + 1)
        if end >= 0:
            yield bytes(buffer[:end])
            del buffer[: end + 1]
            searched = 0
            continue
        if len(buffer) > LIMIT:
            raise ValueError(f"a message of more than {LIMIT} octets")
        searched = len(buffer)
        piece = connection.recv(4096)
        if not piece:
            break
        buffer += piece
    if buffer:
        raise EOFError(f"the input ended {len(buffer)} octets into a message")
# ANCHOR_END: messages


# ANCHOR: server
def server(connection):
    for message in messages(connection):
        text = unescape(message)
        print(f"A message of {len(text)} octets: {show(text)}")
        connection.sendall(escape(text.upper()) + DELIMITER)
# ANCHOR_END: server


def client(connection, texts):
    answers = messages(connection)
    for text in texts:
        connection.sendall(escape(text.encode()) + DELIMITER)
        answer = next(answers, None)
        if answer is None:
            raise EOFError("the server closed without an answer")
        print(f"{show(text.encode())} is answered {show(unescape(answer))}")


if __name__ == "__main__":
    main(__doc__, server, client)
