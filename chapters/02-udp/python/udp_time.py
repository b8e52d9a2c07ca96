"""What time it is."""

import socket
import sys
import time

from talk import PATIENCE, ROOM, bound, main, show


def server(address, texts, options):
    sock = bound(address)
    while True:
        octets, client = sock.recvfrom(ROOM)
        print("{} octets from {}:{}".format(len(octets), *client))
        answer = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()).encode()
        if options.stamp:
            answer += b" " + octets
        sock.sendto(answer, client)


server.options = {"--stamp": {"action": "store_true"}}


def client(address, texts, options):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(PATIENCE)
    sock.connect(address)
    for line in sys.stdin:
        sock.send(line.rstrip("\n").encode())
        print(show(sock.recv(ROOM)))
    print("Goodbye.")


if __name__ == "__main__":
    main(__doc__, server=server, client=client)
