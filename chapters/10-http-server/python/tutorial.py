"""A dispatcher as tutorials have it, with their mistakes: python3 tutorial.py ADDRESS."""

from urllib.parse import parse_qsl

from environment import serve


# ANCHOR: dispatcher
class PathDispatcher:
    def __init__(self):
        self.pathmap = {}

    def __call__(self, environ, start_response):
        params = dict(parse_qsl(environ["QUERY_STRING"]))
        environ["params"] = params
        handler = self.pathmap.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), notfound)
        return handler(environ, start_response)

    def register(self, method, path, function):
        self.pathmap[method, path] = function


def notfound(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"not found\n"]


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<h1>Hello {environ['params'].get('name')}!</h1>\n".encode()]
# ANCHOR_END: dispatcher


if __name__ == "__main__":
    dispatcher = PathDispatcher()
    dispatcher.register("GET", "/hello", hello)
    serve(dispatcher)
