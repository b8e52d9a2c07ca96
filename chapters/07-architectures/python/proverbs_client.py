"""Asks three questions and waits for each answer: a blocking client."""

import socket
import sys

QUESTIONS = ["Many hands make?", "Too many cooks spoil?", "Haste makes?"]
PATIENCE = 10  # seconds, for each call


# ANCHOR: ask
def until(connection, end):
    octets = b""
    while not octets.endswith(end):
        more = connection.recv(1)
        if not more:
            raise EOFError("the server closed without an answer")
        octets += more
    return octets.decode()


def client(host, port):
    with socket.create_connection((host, port), PATIENCE) as connection:
        for question in QUESTIONS:
            connection.sendall(question.encode())
            print(question, until(connection, b"."))
# ANCHOR_END: ask


if __name__ == "__main__":
    host, port = sys.argv[1].rsplit(":", 1)
    client(host, int(port))
