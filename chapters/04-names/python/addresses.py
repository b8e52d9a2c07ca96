"""What Python's ways to read an IPv4 address make of the same texts."""

import ipaddress
import socket
import sys


def attempt(read, text):
    try:
        return read(text)
    except (OSError, ValueError):
        return "-"


# ANCHOR: read
def inet_aton(text):
    return socket.inet_ntoa(socket.inet_aton(text))


def inet_pton(text):
    return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, text))


def getaddrinfo(text):
    found = socket.getaddrinfo(text, 80, socket.AF_INET, flags=socket.AI_NUMERICHOST)
    return found[0][4][0]


print(f"{'text':<16} {'ipaddress':<14} {'inet_pton':<14} {'inet_aton':<14} getaddrinfo")
for text in sys.argv[1:]:
    readings = [attempt(read, text) for read in (ipaddress.IPv4Address, inet_pton, inet_aton)]
    print(f"{text:<16} {readings[0]!s:<14} {readings[1]:<14} {readings[2]:<14} ", end="")
    print(attempt(getaddrinfo, text))
# ANCHOR_END: read
