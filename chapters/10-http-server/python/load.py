"""What wrk gets out of a server of files, and what that costs the server.

python3 load.py ADDRESS. Linux only: processor times come from /proc.
"""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

CONNECTIONS, SECONDS = 100, 10


def wait_for(host, port):
    """A server that prints nothing is there when it can be reached."""
    until = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection((host, port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def process(port):
    """The process that listens there: proc(5), net/tcp."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A")
    for fd in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(fd) == f"socket:[{inode}]":
                return fd.parts[2]
        except OSError:
            pass  # it has ended meanwhile, or is somebody else's
    raise LookupError(f"nobody listens at {port}")


def processor_times(process):
    """Seconds that it has computed, in the program and in the system."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    tick = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / tick, int(fields[12]) / tick


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    wait_for(host, int(port))
    server = process(int(port))
    before = processor_times(server)
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s"]
    command.append(f"http://{sys.argv[1]}/digits.txt")
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    program, system = (b - a for a, b in zip(before, processor_times(server)))
    requests = int(re.search(r"(\d+) requests in", output)[1])
    rate = float(re.search(r"Requests/sec: +([\d.]+)", output)[1])
    errors = re.findall(r"Socket errors.*|Non-2xx.*", output)
    print(f"{rate:.0f} requests per second, {errors or 'no errors'}")
    each = 1e6 / requests
    print(f"of processor time {program * each:.2f} µs in the program, {system * each:.2f} µs in the system")


main()
