"""What the programs beside this file share: the command line, and how to stop."""

import argparse
import json
import signal
import socket
import sys

ROOM = 65535  # no datagram is larger
PATIENCE = 10  # seconds, for each answer


def main(about, **roles):
    """Run `role(address, texts, options)`; each role may bring options of its own."""
    parser = argparse.ArgumentParser(description=about)
    commands = parser.add_subparsers(dest="role", required=True)
    for name, role in roles.items():
        command = commands.add_parser(name)
        command.add_argument("addr")
        command.add_argument("texts", nargs="*")
        for option, settings in getattr(role, "options", {}).items():
            command.add_argument(option, **settings)
    options = parser.parse_args()
    # Ctrl-C counts also where whoever started us ignores it, as a shell does with `&`.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    host, _, port = options.addr.rpartition(":")
    try:
        roles[options.role]((host.strip("[]"), int(port)), options.texts, options)
    except KeyboardInterrupt:
        print("Stopped.")
    except OSError as error:
        sys.exit(f"{options.addr}: {error}")


def bound(address, reuse=False):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if reuse:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(address)
    print("Listening at {}:{}".format(*sock.getsockname()), flush=True)
    return sock


def show(octets):
    return json.dumps(octets.decode("utf-8", "replace"), ensure_ascii=False)
