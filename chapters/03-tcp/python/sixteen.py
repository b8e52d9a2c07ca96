"""Sixteen octets each way, and the names of both ends of a connection."""

import signal
import socket
import sys

PATIENCE = 10  # seconds, for each call


# ANCHOR: server
def server(address):
    with socket.create_server(address) as listener:
        print("Listening at {}:{}".format(*listener.getsockname()), flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(PATIENCE)
                print_names(connection)
                print("The client says", show(receive_exactly(connection, 16)), flush=True)
                connection.sendall(b"That was sixteen")
# ANCHOR_END: server


# ANCHOR: client
def client(address):
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        print_names(connection)
        connection.sendall(b"Sixteen, please!")
        print("The server says", show(receive_exactly(connection, 16)))
# ANCHOR_END: client


# ANCHOR: receive
def receive_exactly(connection, wanted):
    octets = b""
    while len(octets) < wanted:
        more = connection.recv(wanted - len(octets))
        if not more:
            raise EOFError(f"the stream ended after {len(octets)} of {wanted} octets")
        octets += more
    return octets
# ANCHOR_END: receive


def print_names(connection):
    mine, theirs = connection.getsockname(), connection.getpeername()
    print("This end is {}:{}, the other is {}:{}".format(*mine, *theirs), flush=True)


def show(octets):
    return '"' + octets.decode("ascii", "replace") + '"'


if __name__ == "__main__":
    # Ctrl-C counts also where whoever started us ignores it, as a shell does with `&`.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    role, where = sys.argv[1:]
    host, _, port = where.rpartition(":")
    try:
        {"server": server, "client": client}[role]((host, int(port)))
    except KeyboardInterrupt:
        print("Stopped.")
    except (EOFError, OSError) as error:
        sys.exit(f"{where}: {error}")
