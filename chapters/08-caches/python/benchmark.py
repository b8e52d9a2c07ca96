"""What redis-benchmark gets out of a server, and what that costs the server.

SET and GET, pipelined and not. Linux only: processor times come from /proc.
"""

import csv
import os
import socket
import subprocess
import sys
import time


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


def process(host, port):
    """The server's process: Redis says its number, and so does mini-cache."""
    with socket.create_connection((host, port), timeout=10) as server:
        server.sendall(b"INFO server\r\nQUIT\r\n")
        info = server.makefile("rb").read().decode()
    return next(line.split(":")[1] for line in info.splitlines() if line.startswith("process_id:"))


def processor_time(process):
    """Seconds that it has computed, in the program and in the system: proc(5)."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(host, port, test, pipeline, requests):
    command = ["redis-benchmark", "-h", host, "-p", str(port), "--csv", "-t", test]
    command += ["-P", str(pipeline), "-n", str(requests), "-r", "100000"]
    server = process(host, port)
    before = processor_time(server)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    each = (processor_time(server) - before) / requests * 1e6
    (row,) = csv.DictReader(output.splitlines())
    rate = float(row["rps"])
    print(f"{row['test']}, pipeline {pipeline}: {rate:.0f} per second, {each:.2f} µs of processor time each")


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    wait_for(host, int(port))
    for pipeline, requests in (1, 100_000), (16, 1_000_000):
        for test in "set", "get":
            measure(host, int(port), test, pipeline, requests)


if __name__ == "__main__":
    main()
