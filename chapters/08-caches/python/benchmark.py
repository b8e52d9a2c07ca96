"""redis-benchmark's requests per second, SET and GET, pipelined and not."""

import csv
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


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    wait_for(host, int(port))
    for pipeline, requests in (1, 100_000), (16, 1_000_000):
        command = ["redis-benchmark", "-h", host, "-p", port, "--csv", "-t", "set,get"]
        command += ["-P", str(pipeline), "-n", str(requests), "-r", "100000"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for row in csv.DictReader(output.splitlines()):
            print(f"{row['test']}, pipeline {pipeline}: {float(row['rps']):.0f} per second")


if __name__ == "__main__":
    main()
