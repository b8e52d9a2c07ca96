"""A client that tries again, against a server that loses datagrams."""

import secrets
import socket
import sys

from talk import ROOM, bound, main, show


def server(address, texts, options):
    sock = bound(address)
    lost = [int(number) for number in options.drop.split(",") if number]
    total, number = 0, 0
    while True:
        octets, client = sock.recvfrom(ROOM)
        number += 1
        request = octets[4:].decode()
        if number in lost:
            print(f"{number}: {show(octets[4:])} is lost")
            continue
        verb, amount = request.split()
        total = int(amount) if verb == "set" else total + int(amount)
        print(f"{number}: {show(octets[4:])} is answered: total {total}")
        sock.sendto(octets[:4] + f"total {total}".encode(), client)


server.options = {"--drop": {"default": ""}}


# ANCHOR: client
def client(address, texts, options):
    (request,) = texts
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(address)
    ident = secrets.token_bytes(4)
    at, wait = 0, int(options.first * 1000)
    for number in range(1, options.tries + 1):
        if number == options.tries:
            wait = int(options.longest * 1000)
        print(f"at {at} ms: try {number}, {wait} ms for an answer")
        sock.send(ident + request.encode())
        sock.settimeout(wait / 1000)
        try:
            while (octets := sock.recv(ROOM))[:4] != ident:
                pass  # the answer to another request
            print(f"answered: {show(octets[4:])}")
            return
        except TimeoutError:
            at, wait = at + wait, wait * 2
    sys.exit(f"no answer to {options.tries} tries in {at} ms")
# ANCHOR_END: client


client.options = {
    "--tries": {"type": int, "default": 5},
    "--first": {"type": float, "default": 1.0},
    "--longest": {"type": float, "default": 10.0},
}

if __name__ == "__main__":
    main(__doc__, server=server, client=client)
