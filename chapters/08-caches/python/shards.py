"""Which server each key belongs to: the same three methods, the same servers."""

import argparse
import bisect

MASK = 2**64 - 1


# ANCHOR: hash
def stable_hash(octets):
    """FNV-1a with 64 bits, then the last step of MurmurHash3."""
    value = 0xCBF29CE484222325
    for octet in octets:
        value = (value ^ octet) * 0x100000001B3 & MASK
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & MASK
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return value ^ value >> 33
# ANCHOR_END: hash


def modulo(key, servers):
    return servers[stable_hash(key.encode()) % len(servers)]


def rendezvous(key, servers):
    return max(servers, key=lambda server: (stable_hash(f"{server}\n{key}".encode()), server))


def ring(key, servers, points=200):
    places = sorted(
        (stable_hash(f"{server}#{number}".encode()), server)
        for server in servers
        for number in range(points)
    )
    at = bisect.bisect_left(places, stable_hash(key.encode()), key=lambda place: place[0])
    return places[at % len(places)][1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=4)
    parser.add_argument("keys", nargs="+")
    options = parser.parse_args()
    servers = [f"cache-{number + 1}" for number in range(options.servers)]
    for key in options.keys:
        print(
            f"{key}: modulo {modulo(key, servers)}, ring of 200 {ring(key, servers)}, "
            f"rendezvous {rendezvous(key, servers)}"
        )


if __name__ == "__main__":
    main()
