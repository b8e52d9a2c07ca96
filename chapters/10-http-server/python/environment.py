"""An application that shows its environment, under wsgiref: python3 environment.py ADDRESS."""

import json
import signal
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


# ANCHOR: application
def application(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    lines = [f"{name} = {json.dumps(environ[name])}" for name in sorted(environ) if is_shown(name)]
    lines.append(f"asked by {environ['REMOTE_ADDR']}, with {len(body)} octets")
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [line.encode() + b"\n" for line in lines]
# ANCHOR_END: application


def is_shown(name):
    """What comes from the request. The rest is the system's environment, and objects."""
    cgi = "CONTENT_LENGTH CONTENT_TYPE PATH_INFO QUERY_STRING REMOTE_ADDR REQUEST_METHOD"
    cgi += " SCRIPT_NAME SERVER_PORT SERVER_PROTOCOL wsgi.url_scheme"
    return name in cgi.split() or name.startswith("HTTP_")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Server(WSGIServer):
    def process_request(self, request, client_address):
        # Within a request, wsgiref takes Ctrl-C for an error of the application, and goes on.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            super().process_request(request, client_address)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def serve(application):
    host, port = sys.argv[1].rsplit(":", 1)
    with make_server(host, int(port), application, Server, Quiet) as server:
        print(f"Listening at {host}:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    serve(application)
