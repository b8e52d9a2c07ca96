"""What the programs beside this file share: the command line, sockets, time-outs."""

import argparse
import json
import signal
import socket
import sys
import zlib

LIMIT = 64 * 1024  # one bad peer may not take more memory
PATIENCE = 10  # seconds, for each call
FAILURES = (EOFError, OSError, ValueError, zlib.error)


def main(about, server, client):
    """Run `server(connection)` for one peer after the other, or `client(connection, texts)`."""
    parser = argparse.ArgumentParser(description=about)
    roles = parser.add_subparsers(dest="role", required=True)
    roles.add_parser("server").add_argument("addr")
    talks = roles.add_parser("client")
    talks.add_argument("addr")
    talks.add_argument("texts", nargs="*")
    options = parser.parse_args()
    # Ctrl-C counts also where whoever started us ignores it, as a shell does with `&`.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    host, _, port = options.addr.rpartition(":")
    address = host.strip("[]"), int(port)
    try:
        if options.role == "server":
            serve(address, server)
        else:
            with socket.create_connection(address, timeout=PATIENCE) as connection:
                client(connection, options.texts)
    except KeyboardInterrupt:
        print("Stopped.")
    except FAILURES as error:
        sys.exit(f"{options.addr}: {error}")


def serve(address, talk):
    with socket.create_server(address) as listener:
        print("Listening at {}:{}".format(*listener.getsockname()), flush=True)
        while True:
            connection, peer = listener.accept()
            with connection:
                connection.settimeout(PATIENCE)
                try:
                    talk(connection)
                except FAILURES as error:
                    print("{}:{}: {}".format(*peer, error), file=sys.stderr, flush=True)


def receive_all(connection):
    """Everything up to the end of the stream."""
    octets = bytearray()
    while piece := connection.recv(4096):
        octets += piece
        if len(octets) > LIMIT:
            raise ValueError(f"refused: more than {LIMIT} octets")
    return bytes(octets)


def receive_exactly(stream, length):
    """`length` octets; none at all if the stream ends before the first."""
    octets = stream.read(length)  # a buffered stream reads again until it has them
    if octets and len(octets) < length:
        raise EOFError(f"the input ended after {len(octets)} of {length} octets")
    return octets


def show(octets):
    return json.dumps(octets.decode("utf-8", "replace"), ensure_ascii=False)
