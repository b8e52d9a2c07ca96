"""One datagram for everybody on a network."""

import socket

from talk import ROOM, bound, main, show


def listen(address, texts, options):
    sock = bound(address, reuse=True)
    while True:
        octets, sender = sock.recvfrom(ROOM)
        print("{}:{} says {}".format(*sender, show(octets)))


# ANCHOR: send
def send(address, texts, options):
    (text,) = texts
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sent = sock.sendto(text.encode(), address)  # "<broadcast>" is 255.255.255.255
    print("sent {} octets to {}:{}".format(sent, *address))
# ANCHOR_END: send


if __name__ == "__main__":
    main(__doc__, listen=listen, send=send)
