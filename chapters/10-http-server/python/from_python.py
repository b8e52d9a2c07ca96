"""What the pages of this chapter say of Python, shown."""

import asyncio
import contextlib
import http.client
import http.server
import io
import os
import signal
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
import warnings
from pathlib import Path
from wsgiref.simple_server import WSGIServer, make_server

from claims import in_thread, raises
from environment import Quiet, Server


@contextlib.contextmanager
def _serving(handler):
    """A server in a thread, and a connection to it."""
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        connection = http.client.HTTPConnection(*server.server_address, timeout=10)
        try:
            yield connection
        finally:
            connection.close()
            server.shutdown()
            thread.join()


def base_http_request_handler_closes_unless_protocol_version_is_set():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    assert Handler.protocol_version == "HTTP/1.0"
    for version, closes in ("HTTP/1.0", True), ("HTTP/1.1", False):
        handler = type("Handler", (Handler,), {"protocol_version": version})
        with _serving(handler) as connection:
            connection.request("GET", "/")
            response = connection.getresponse()
            response.read()
            assert response.will_close == closes


def _directory_with_a_link_out(directory):
    (directory / "secret").write_text("outside")
    root = directory / "root"
    root.mkdir()
    (root / "file").write_text("0123456789")
    (root / "leak").symlink_to(directory / "secret")


def _of(directory):
    root = os.fspath(directory / "root")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=root)

    return Handler


def simple_http_request_handler_leaves_dots_out_and_follows_links():
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        _directory_with_a_link_out(directory)
        for path, status in ("/../secret", 404), ("/%2e%2e/secret", 404), ("/leak", 200), ("/../file", 200):
            with _serving(_of(directory)) as connection:
                connection.request("GET", path)
                assert connection.getresponse().status == status, path


def simple_http_request_handler_knows_dates_and_no_ranges():
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        _directory_with_a_link_out(directory)
        with _serving(_of(directory)) as connection:
            connection.request("GET", "/file", headers={"Range": "bytes=0-0"})
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, b"0123456789")
            modified = response.headers["Last-Modified"]
        with _serving(_of(directory)) as connection:
            connection.request("GET", "/file", headers={"If-Modified-Since": modified})
            assert connection.getresponse().status == 304


def parse_qs_has_lists_and_drops_what_is_empty():
    assert urllib.parse.parse_qs("a=1&a=2&b=") == {"a": ["1", "2"]}
    assert urllib.parse.parse_qs("b=", keep_blank_values=True) == {"b": [""]}
    assert dict(urllib.parse.parse_qsl("a=1&a=2")) == {"a": "2"}


def cgi_has_left_python_in_3_13():
    if sys.version_info >= (3, 13):
        raises(ImportError, __import__, "cgi")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cgi
    form = cgi.FieldStorage(environ={"QUERY_STRING": "name=Ada&name=Grace"})
    assert form.getfirst("name") == "Ada"
    assert form.getlist("name") == ["Ada", "Grace"]
    assert form.getfirst("nothing") is None


def an_interrupt_within_a_request_waits_for_its_end_in_our_server_alone():
    def application(environ, start_response):
        signal.raise_signal(signal.SIGINT)
        start_response("200 OK", [])
        return [b"whole"]

    def ask(server):
        with contextlib.suppress(urllib.error.HTTPError):
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}", timeout=10) as got:
                answers.append(got.read())

    answers = []
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        with make_server("127.0.0.1", 0, application, WSGIServer, Quiet) as server:
            with in_thread(ask, server):
                server.handle_request()
        assert not answers and "KeyboardInterrupt" in said.getvalue()
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        with in_thread(ask, server):
            raises(KeyboardInterrupt, server.handle_request)
    assert answers == [b"whole"]


def a_task_that_is_cancelled_sees_an_exception():
    seen = []

    async def work():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0)  # it can even wait
            seen.append("in order")

    async def main():
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert seen == ["cancelled", "in order"]


def joining_an_absolute_path_throws_the_root_away():
    assert os.path.join("www", "/etc/passwd") == "/etc/passwd"
    assert Path("www") / "/etc/passwd" == Path("/etc/passwd")
