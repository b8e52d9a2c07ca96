"""One datagram for those who have joined a group."""

import socket

from talk import ROOM, bound, main, show

INTERFACE = socket.inet_aton("127.0.0.1")


# ANCHOR: listen
def listen(address, texts, options):
    sock = bound(address, reuse=True)
    group = socket.inet_aton(address[0])
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + INTERFACE)
    print(f"Joined {address[0]} on 127.0.0.1")
    while True:
        octets, sender = sock.recvfrom(ROOM)
        print("{}:{} says {}".format(*sender, show(octets)))
# ANCHOR_END: listen


def send(address, texts, options):
    (text,) = texts
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, INTERFACE)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
    sent = sock.sendto(text.encode(), address)
    print("sent {} octets to {}:{}".format(sent, *address))


if __name__ == "__main__":
    main(__doc__, listen=listen, send=send)
