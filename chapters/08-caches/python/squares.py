"""Squares with memcached beside them, over a socket: no library between."""

import socket
import sys


class Memcached:
    """A connection to memcached, or to whatever speaks its protocol."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.stream = self.socket.makefile("rb")

    def line(self):
        line = self.stream.readline(1024)
        if not line.endswith(b"\r\n"):
            raise EOFError("an answer without an end")
        return line[:-2].decode("ascii")

    def get(self, key):
        self.socket.sendall(f"get {key}\r\n".encode("ascii"))
        line = self.line()
        if line == "END":
            return None
        word, _, _, octets = line.split(" ")
        if word != "VALUE":
            raise ValueError(f"get is answered {line}")
        value = self.stream.read(int(octets) + 2)[:-2]
        if self.line() != "END":
            raise ValueError("a value without an end")
        return value

    def set(self, key, value, seconds=0):
        head = f"set {key} 0 {seconds} {len(value)}\r\n".encode("ascii")
        self.socket.sendall(head + value + b"\r\n")
        if (line := self.line()) != "STORED":
            raise ValueError(f"set is answered {line}")


# ANCHOR: squares
def square(cache, number):
    key = f"square:{number}"
    kept = cache.get(key)
    if kept is not None:
        return int(kept), "from the cache"
    answer = number * number
    cache.set(key, str(answer).encode("ascii"))
    return answer, "computed"
# ANCHOR_END: squares


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    cache = Memcached(host, int(port))
    for number in map(int, sys.argv[2:]):
        answer, how = square(cache, number)
        print(f"square of {number}: {answer} ({how})")


if __name__ == "__main__":
    main()
