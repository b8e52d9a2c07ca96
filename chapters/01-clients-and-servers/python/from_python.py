"""What the pages of this chapter say of Python, shown."""

import codecs
import contextlib
import http.client
import http.server
import inspect
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

from claims import package, raises, tcp_pair


class _Answer(http.server.BaseHTTPRequestHandler):
    """Announces ten octets; sends as many as the path says."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"0123456789"[: int(self.path.strip("/"))])

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def _http_server():
    with http.server.HTTPServer(("127.0.0.1", 0), _Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield "{}:{}".format(*server.server_address)
        server.shutdown()
        thread.join()


def urlopen_asks_and_gives_the_answer():
    # The environment may name a proxy, which can't reach our loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with _http_server() as address, opener.open(f"http://{address}/10") as reply:
        assert reply.read() == b"0123456789"


def urlopen_has_no_time_out_of_its_own():
    timeout = inspect.signature(urllib.request.urlopen).parameters["timeout"].default
    assert timeout is socket._GLOBAL_DEFAULT_TIMEOUT and socket.getdefaulttimeout() is None


def requests_asks_and_has_no_time_out_of_its_own():
    requests = package("requests")
    seen = []

    class Seen(requests.adapters.HTTPAdapter):
        def send(self, request, **named):
            seen.append(named["timeout"])
            return super().send(request, **named)

    with _http_server() as address, requests.Session() as session:
        session.trust_env = False
        session.mount("http://", Seen())
        assert session.get(f"http://{address}/10").content == b"0123456789"
    assert seen == [None] and callable(requests.get)


def http_client_does_the_reading():
    with _http_server() as address:
        connection = http.client.HTTPConnection(address)
        connection.request("GET", "/10")
        reply = connection.getresponse()
        assert (reply.status, reply.read()) == (200, b"0123456789")
        connection.close()


def http_client_says_that_an_answer_is_not_whole():
    with _http_server() as address:
        connection = http.client.HTTPConnection(address)
        connection.request("GET", "/7")
        error = raises(http.client.IncompleteRead, connection.getresponse().read)
        assert (error.partial, error.expected) == (b"0123456", 3)
        connection.close()


def quote_lets_a_slash_stand():
    assert urllib.parse.quote("a b/c?") == "a%20b/c%3F"
    assert urllib.parse.quote("a/b", safe="") == "a%2Fb"
    assert urllib.parse.unquote("a%20b%2Fc") == "a b/c"


def json_goes_there_and_back():
    assert json.loads(json.dumps({"a": [1, None]}).encode()) == {"a": [1, None]}


def encode_and_decode_go_there_and_back():
    assert "é".encode("utf-8") == b"\xc3\xa9"
    assert b"\xc3\xa9".decode("utf-8") == "é"


def decode_raises_and_says_how_far_it_is_good():
    error = raises(UnicodeDecodeError, b"ab\xc3\xa9\xff".decode, "utf-8")
    assert error.start == 4


def decode_replaces_what_it_cannot_read():
    assert b"a\xffb".decode("utf-8", errors="replace") == "a\N{REPLACEMENT CHARACTER}b"


def an_incremental_decoder_takes_text_in_pieces():
    decoder = codecs.getincrementaldecoder("utf-8")()
    assert decoder.decode(b"a\xc3") + decoder.decode(b"\xa9", final=True) == "aé"


def latin_1_never_fails():
    octets = bytes(range(256))
    assert [ord(character) for character in octets.decode("latin-1")] == list(octets)


def open_without_an_encoding_asks_the_locale_unless_utf_8_mode_is_on():
    def encoding(mode):
        script = "import os; print(open(os.devnull).encoding.lower())"
        environment = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
        command = [sys.executable, "-X", mode, "-c", script]
        return subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()

    assert encoding("utf8=1") == "utf-8"
    assert encoding("utf8=0") != "utf-8"


def sendall_sends_all_and_recv_gives_nothing_at_the_end():
    with tcp_pair() as (client, server):
        client.sendall(b"all")
        client.close()
        assert server.recv(2) + server.recv(2) == b"all"
        assert server.recv(2) == b""


def os_read_and_os_write_work_on_a_socket():
    with tcp_pair() as (client, server):
        assert os.write(client.fileno(), b"ab") == 2
        assert os.read(server.fileno(), 10) == b"ab"


def os_read_does_not_wait_where_a_socket_has_a_time_out():
    with tcp_pair() as (client, server):
        server.settimeout(10)
        raises(BlockingIOError, os.read, server.fileno(), 10)
        client.sendall(b"ab")
        assert server.recv(10) == b"ab"


def detach_gives_the_descriptor_away():
    with tcp_pair() as (client, server):
        number = client.fileno()
        assert client.detach() == number and client.fileno() == -1
        with socket.socket(fileno=number) as again:
            again.sendall(b"still open")
            assert server.recv(100) == b"still open"


def os_dup_gives_a_second_number_for_one_file():
    with tempfile.TemporaryFile(buffering=0) as file:
        again = os.dup(file.fileno())
        os.write(again, b"abc")
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 3
        os.close(again)


def os_pipe_gives_an_end_to_read_and_one_to_write():
    reading, writing = os.pipe()
    os.write(writing, b"ab")
    os.close(writing)
    assert os.read(reading, 10) == b"ab" and os.read(reading, 10) == b""
    os.close(reading)


def getsockname_and_getpeername_are_the_two_addresses():
    with tcp_pair() as (client, server):
        assert client.getsockname() == server.getpeername()
        assert client.getpeername() == server.getsockname()


def socketpair_makes_each_kind_that_the_system_has():
    kinds = [socket.SOCK_STREAM, socket.SOCK_DGRAM]
    if sys.platform == "linux":
        kinds.append(socket.SOCK_SEQPACKET)
    for kind in kinds:
        one, other = socket.socketpair(socket.AF_UNIX, kind)
        with one, other:
            one.send(b"a")
            assert other.type == kind and other.recv(10) == b"a"


def a_raw_socket_has_a_kind_too():
    assert socket.SOCK_RAW not in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
