"""One datagram out, the same datagram back."""

import socket

from talk import PATIENCE, ROOM, bound, main, show


# ANCHOR: server
def server(address, texts, options):
    sock = bound(address)
    while True:
        octets, client = sock.recvfrom(ROOM)
        print("The client at {}:{} says {}".format(*client, show(octets)))
        sock.sendto(octets, client)
# ANCHOR_END: server


# ANCHOR: client
def client(address, texts, options):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(PATIENCE)
    for text in texts:
        sock.sendto(text.encode(), address)
        octets, sender = sock.recvfrom(ROOM)  # whoever that is
        print("The server at {}:{} replied {}".format(*sender, show(octets)))
# ANCHOR_END: client


if __name__ == "__main__":
    main(__doc__, server=server, client=client)
