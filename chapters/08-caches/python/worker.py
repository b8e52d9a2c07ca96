"""A worker for mini-queue: takes jobs, does them, acknowledges them."""

import json
import socket
import sys

PATIENCE = 10  # seconds, for each call


def send(stream, *words):
    """A request is an array of bulk strings."""
    stream.write(b"*%d\r\n" % len(words))
    for word in map(str.encode, map(str, words)):
        stream.write(b"$%d\r\n%s\r\n" % (len(word), word))
    stream.flush()


def receive(stream):
    """One value: text, number, octets, list or None."""
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise EOFError("the broker closed the connection")
    kind, rest = line[:1], line[1:-2]
    if kind == b"-":
        raise RuntimeError(rest.decode())
    if kind == b":":
        return int(rest)
    if kind == b"+":
        return rest.decode()
    length = int(rest)
    if length < 0:
        return None
    if kind == b"*":
        return [receive(stream) for _ in range(length)]
    octets = stream.read(length + 2)
    if len(octets) < length + 2:
        raise EOFError("the broker closed the connection")
    return octets[:-2]


# ANCHOR: work
def work(stream, queue):
    while True:
        send(stream, "TAKE", queue)
        if (delivery := receive(stream)) is None:
            return
        token, attempt, job = delivery
        text = json.dumps(job.decode("utf-8", "replace"), ensure_ascii=False)
        print(f"{text}, attempt {attempt}", flush=True)
        send(stream, "ACK", queue, token)  # after the work, not before it
        try:
            receive(stream)
            print(f"{text} is done", flush=True)
        except RuntimeError as late:
            print(late, flush=True)
# ANCHOR_END: work


def main(addr, queue):
    host, _, port = addr.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        with connection.makefile("rwb") as stream:
            work(stream, queue)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} ADDR QUEUE")
    try:
        main(*sys.argv[1:])
    except (EOFError, OSError, RuntimeError, ValueError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
