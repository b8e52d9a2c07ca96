"""Proverbs on Python's own framework: a class for the service, a mix-in for the threads."""

import socketserver
import sys

from proverbs_selectors import ANSWERS, LIMIT


# ANCHOR: handler
class Proverbs(socketserver.StreamRequestHandler):
    timeout = 10  # for each read, and so for no question as a whole

    def handle(self):
        question = b""
        while octet := self.rfile.read(1):
            question += octet
            if len(question) > LIMIT:
                raise ValueError(f"more than {LIMIT} octets")
            if octet == b"?":
                self.wfile.write(ANSWERS.get(question.strip(), b"Nobody knows."))
                question = b""
# ANCHOR_END: handler


# ANCHOR: server
class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True  # who is there at the end is broken off

    def verify_request(self, request, client_address):
        return client_address[0] == "127.0.0.1"

    def handle_error(self, request, client_address):
        host, port = client_address
        print(f"{host}:{port}: {sys.exc_info()[1]}", file=sys.stderr)
# ANCHOR_END: server


if __name__ == "__main__":
    host, port = sys.argv[1].split(":")
    with Server((host, int(port)), Proverbs) as server:
        print("Listening at %s:%d" % server.server_address, flush=True)
        server.serve_forever()
