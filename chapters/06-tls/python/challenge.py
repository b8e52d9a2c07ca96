"""Challenge and response, both ways, as the program `challenge` does it."""

import argparse
import hmac
import os
import socket

NONCE = TAG = 32


def read_key(path):
    with open(path) as file:
        return bytes.fromhex(file.read().strip())


def exactly(connection, count):
    octets = b""
    while len(octets) < count:
        piece = connection.recv(count - len(octets))
        if not piece:
            raise EOFError("the other side ended the conversation")
        octets += piece
    return octets


# ANCHOR: prove
def proof(key, role, server_nonce, client_nonce):
    return hmac.digest(key, role + server_nonce + client_nonce, "sha256")


def prove_as_server(connection, key):
    ours = os.urandom(NONCE)
    connection.sendall(ours)
    theirs = exactly(connection, NONCE)
    shown = exactly(connection, TAG)
    if not hmac.compare_digest(shown, proof(key, b"client", ours, theirs)):
        raise PermissionError("the client does not know the key")
    connection.sendall(proof(key, b"server", ours, theirs))


def prove_as_client(connection, key):
    theirs = exactly(connection, NONCE)
    ours = os.urandom(NONCE)
    connection.sendall(ours + proof(key, b"client", theirs, ours))
    shown = exactly(connection, TAG)
    if not hmac.compare_digest(shown, proof(key, b"server", theirs, ours)):
        raise PermissionError("the server does not know the key")
# ANCHOR_END: prove


def server(address, key):
    listener = socket.create_server(address)
    print("Listening at {}:{}".format(*listener.getsockname()))
    while True:
        connection, (host, port) = listener.accept()
        with connection:
            connection.settimeout(10)
            try:
                prove_as_server(connection, key)
                print(f"{host}:{port}: knows the key")
                for line in connection.makefile("r", encoding="utf-8"):
                    line = line.rstrip("\n")
                    print(f'asked: "{line}"')
                    connection.sendall((line.upper() + "\n").encode())
            except (OSError, EOFError) as error:
                print(f"{host}:{port}: {error}")


def client(address, key, texts):
    with socket.create_connection(address, timeout=10) as connection:
        prove_as_client(connection, key)
        print("{}:{} knows the key".format(*address))
        answers = connection.makefile("r", encoding="utf-8")
        for text in texts:
            connection.sendall((text + "\n").encode())
            answer = answers.readline().rstrip("\n")
            print(f'"{text}" is answered "{answer}"')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("address")
    parser.add_argument("texts", nargs="*")
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    host, port = options.address.rsplit(":", 1)
    address, key = (host, int(port)), read_key(options.key)
    if options.role == "server":
        server(address, key)
    else:
        client(address, key, options.texts)


if __name__ == "__main__":
    main()
