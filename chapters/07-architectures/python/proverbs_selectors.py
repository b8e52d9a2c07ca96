"""One thread for many clients, with the selectors module."""

import selectors
import socket
import sys
import time

ANSWERS = {
    b"Many hands make?": b"Light work.",
    b"Too many cooks spoil?": b"The broth.",
    b"Haste makes?": b"Waste.",
}
LIMIT = 1024  # octets of a question
PATIENCE = 10  # seconds for a request
CLIENTS = 1000  # at a time


class Client:
    def __init__(self):
        self.input = self.output = b""
        self.deadline = time.monotonic() + PATIENCE


# ANCHOR: loop
def serve(listener):
    listener.setblocking(False)
    selector = selectors.DefaultSelector()  # epoll on Linux, kqueue on macOS
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, ready in selector.select(timeout=1):  # key is a SelectorKey
            if key.fileobj is listener:
                accept(selector, listener)
            else:
                talk(selector, key.fileobj, key.data, ready)
        now = time.monotonic()
        for key in list(selector.get_map().values()):
            if key.data and key.data.deadline < now:
                leave(selector, key.fileobj)


def accept(selector, listener):
    try:
        connection, _ = listener.accept()
    except OSError as error:  # it left again, or there is no descriptor for it
        print("accept:", error.strerror.lower(), file=sys.stderr)
        return time.sleep(0.1)  # or this loop would spin
    if len(selector.get_map()) > CLIENTS:
        return connection.close()
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ, Client())
# ANCHOR_END: loop


# ANCHOR: talk
def talk(selector, connection, client, ready):
    try:
        if ready & selectors.EVENT_WRITE:
            sent = connection.send(client.output)
            client.output = client.output[sent:]
        elif octets := connection.recv(LIMIT):
            client.input += octets
        else:
            return leave(selector, connection)
    except OSError:
        return leave(selector, connection)
    while b"?" in client.input:
        question, client.input = client.input.split(b"?", 1)
        client.output += ANSWERS.get(question.strip() + b"?", b"Nobody knows.")
    if len(client.input) > LIMIT:
        return leave(selector, connection)
    if client.output:
        selector.modify(connection, selectors.EVENT_WRITE, client)
    else:
        if ready & selectors.EVENT_WRITE:
            client.deadline = time.monotonic() + PATIENCE
        selector.modify(connection, selectors.EVENT_READ, client)


def leave(selector, connection):
    selector.unregister(connection)
    connection.close()
# ANCHOR_END: talk


if __name__ == "__main__":
    host, port = sys.argv[1].rsplit(":", 1)
    with socket.create_server((host, int(port)), backlog=1024) as listener:
        print("Listening at %s:%d" % listener.getsockname(), flush=True)
        try:
            serve(listener)
        except KeyboardInterrupt:
            print("Stopped.")
