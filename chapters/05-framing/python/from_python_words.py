"""How programs word an error on Linux, each in its own way: the index of error messages.

    from_python_words.py PROGRAM...

What a program that isn't named says is not asked.
"""

import contextlib
import errno
import http.client
import os
import resource
import socket
import ssl
import struct
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request

from claims import raises, tcp_pair

LOOPBACK = "127.0.0.1"
# Addresses that are nobody's (RFC 5737).
NOBODYS = "192.0.2.1"
LIMIT = 30  # seconds, for a program that is asked
PROGRAMS = sys.argv[2:]


def _said(*command):
    """What the program says, on both its outputs."""
    if command[0] not in PROGRAMS:
        raise unittest.SkipTest(command[0])
    ran = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT,
    )
    assert ran.returncode != 0, ran.stdout
    return ran.stdout.decode(errors="replace")


def _closed_port():
    with socket.create_server((LOOPBACK, 0)) as listener:
        return listener.getsockname()[1]


class _At:
    """A server that does this with the first who comes."""

    def __init__(self, do):
        self.do = do

    def __enter__(self):
        self.listener = socket.create_server((LOOPBACK, 0))
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self.listener.getsockname()[1]

    def serve(self):
        with contextlib.suppress(OSError):  # nobody came
            client, _ = self.listener.accept()
            with client:
                self.do(client, self.over)

    def __exit__(self, *_):
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()


def _closes(client, _):
    _answers(b"")(client, _)


def _resets(client, _):
    client.recv(65536)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _waits(_, over):
    over.wait()


def _answers(octets):
    def answer(client, _):
        client.recv(65536)
        client.sendall(octets)
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass

    return answer


def _curl(port, *more, scheme="http"):
    return _said("curl", "-q", "-sS", "--noproxy", "*", *more, f"{scheme}://{LOOPBACK}:{port}/")


def _ssh(port, *more):
    return _said("ssh", "-T", "-F", "none", "-o", "BatchMode=yes", *more, "-p", str(port), LOOPBACK)


def _openssl(port):
    return _said("openssl", "s_client", "-connect", f"{LOOPBACK}:{port}")


def _urlopen(port, scheme="http", **more):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(f"{scheme}://{LOOPBACK}:{port}/", **more)


# Refused.


def python_says_connection_refused():
    error = raises(OSError, socket.create_connection, (LOOPBACK, _closed_port()))
    assert str(error) == "[Errno 111] Connection refused"


def urllib_says_connection_refused():
    error = raises(urllib.error.URLError, _urlopen, _closed_port())
    assert str(error) == "<urlopen error [Errno 111] Connection refused>"


def curl_says_could_not_connect():
    said = _curl(_closed_port())
    assert said.startswith("curl: (7) Failed to connect to ")
    assert "Couldn't connect to server" in said or "Could not connect to server" in said


def ssh_says_connection_refused():
    said = _ssh(_closed_port())
    assert said.startswith("ssh: connect to host ") and "Connection refused" in said


def netcat_says_connection_refused():
    said = _said("nc", "-v", LOOPBACK, str(_closed_port()))
    assert said.startswith("nc: connect to ") and "failed: Connection refused" in said


def telnet_says_connection_refused():
    said = _said("telnet", LOOPBACK, str(_closed_port()))
    assert "telnet: Unable to connect to remote host: Connection refused" in said


def openssl_says_connection_refused():
    said = _openssl(_closed_port())
    assert "Connection refused" in said and "connect:errno=111" in said


def redis_cli_says_connection_refused():
    said = _said("redis-cli", "-p", str(_closed_port()), "PING")
    assert said.startswith("Could not connect to Redis at ")
    assert "Connection refused" in said


# Reset, broken, closed.


def python_says_connection_reset_by_peer():
    with _At(_resets) as port, socket.create_connection((LOOPBACK, port)) as client:
        client.sendall(b"a")
        error = raises(ConnectionResetError, client.recv, 1)
        assert str(error) == "[Errno 104] Connection reset by peer"


def python_says_broken_pipe():
    with tcp_pair() as (client, _):
        client.shutdown(socket.SHUT_WR)
        error = raises(BrokenPipeError, client.sendall, b"a")
        assert str(error) == "[Errno 32] Broken pipe"


def curl_says_connection_reset_by_peer():
    with _At(_resets) as port:
        assert "curl: (56) Recv failure: Connection reset by peer" in _curl(port)


def curl_says_empty_reply():
    with _At(_closes) as port:
        assert "curl: (52) Empty reply from server" in _curl(port)


def http_client_says_closed_without_response():
    with _At(_closes) as port:
        error = raises(http.client.RemoteDisconnected, _urlopen, port)
        assert str(error) == "Remote end closed connection without response"


def ssh_says_reset_and_closed():
    with _At(_resets) as port:
        said = _ssh(port)
        assert "kex_exchange_identification: read: Connection reset by peer" in said
    with _At(_closes) as port:
        said = _ssh(port)
        assert "kex_exchange_identification: Connection closed by remote host" in said


def redis_cli_says_server_closed():
    with _At(_closes) as port:
        said = _said("redis-cli", "-p", str(port), "PING")
        assert "Error: Server closed the connection" in said


def a_body_that_is_cut_is_worded_so():
    cut = _answers(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    with _At(cut) as port:
        said = _curl(port)
        assert "curl: (18) " in said and "7 bytes remaining to read" in said or (
            "curl: (18) end of response with 7 bytes missing" in said
        )
    with _At(cut) as port:
        error = raises(http.client.IncompleteRead, _urlopen(port).read)
        assert str(error) == "IncompleteRead(3 bytes read, 7 more expected)"


def what_is_no_http_is_worded_so():
    with _At(_answers(b"hello\r\n")) as port:
        assert "curl: (1) Received HTTP/0.9 when not allowed" in _curl(port)
    with _At(_answers(b"hello\r\n")) as port:
        error = raises(http.client.BadStatusLine, _urlopen, port)
        assert str(error) == "hello\r\n"


def an_invalid_header_is_worded_so():
    connection = http.client.HTTPConnection(LOOPBACK, 9)
    connection.putrequest("GET", "/")
    error = raises(ValueError, connection.putheader, "X", "a\r\nY: b")
    assert str(error).startswith("Invalid header value ")
    error = raises(ValueError, connection.putheader, "X: Y", "a")
    assert str(error).startswith("Invalid header name ")
    with _At(_answers(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n")) as port:
        assert "curl: (8) Header without colon" in _curl(port)


def a_circle_of_redirects_is_worded_so():
    answer = _answers(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
    with _At(answer) as port:
        assert "curl: (47) Maximum (0) redirects followed" in _curl(port, "-L", "--max-redirs", "0")


# Time.


def python_says_timed_out():
    with _At(_waits) as port, socket.create_connection((LOOPBACK, port), timeout=0.05) as client:
        error = raises(TimeoutError, client.recv, 1)
        assert str(error) == "timed out"


def curl_says_operation_timed_out():
    with _At(_waits) as port:
        said = _curl(port, "-m", "0.2")
        assert said.startswith("curl: (28) Operation timed out after ")


def ssh_says_timed_out():
    with _At(_waits) as port:
        said = _ssh(port, "-o", "ConnectTimeout=1")
        assert "Connection timed out during banner exchange" in said


# Names.


def python_says_that_a_name_is_not_known():
    # An empty label is in no name, so nobody is asked.
    error = raises(socket.gaierror, socket.getaddrinfo, b"a..b", 80)
    assert str(error) == "[Errno -2] Name or service not known"


def curl_and_ssh_say_that_a_name_is_not_known():
    said = _said("curl", "-q", "-sS", "--noproxy", "*", "http://a..b/")
    assert "curl: (6) Could not resolve host: a..b" in said
    said = _said("ssh", "-F", "none", "-o", "BatchMode=yes", "a..b")
    assert "ssh: Could not resolve hostname a..b: Name or service not known" in said


# What the system refuses.


def python_says_address_already_in_use():
    with socket.create_server((LOOPBACK, 0)) as listener, socket.socket() as second:
        error = raises(OSError, second.bind, listener.getsockname())
        assert str(error) == "[Errno 98] Address already in use"


def python_says_cannot_assign_requested_address():
    with socket.socket() as sock:
        error = raises(OSError, sock.bind, (NOBODYS, 0))
        assert str(error) == "[Errno 99] Cannot assign requested address"


def python_says_permission_denied():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        error = raises(PermissionError, sock.sendto, b"a", ("255.255.255.255", 9))
        assert str(error) == "[Errno 13] Permission denied"


def python_says_message_too_long():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        error = raises(OSError, sock.sendto, bytes(65508), (LOOPBACK, 9))
        assert str(error) == "[Errno 90] Message too long"


def python_says_too_many_open_files():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, before[1]))
    try:
        error = raises(OSError, socket.socket)
        assert str(error) == "[Errno 24] Too many open files"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def python_says_resource_temporarily_unavailable():
    with tcp_pair() as (client, _):
        client.setblocking(False)
        error = raises(BlockingIOError, client.recv, 1)
        assert str(error) == "[Errno 11] Resource temporarily unavailable"


def python_says_not_connected():
    with socket.socket() as sock:
        error = raises(OSError, sock.getpeername)
        assert str(error) == "[Errno 107] Transport endpoint is not connected"


def the_system_words_what_takes_a_network():
    """These come from a router, a table of routes or a client at the right moment."""
    assert os.strerror(errno.EHOSTUNREACH) == "No route to host"
    assert os.strerror(errno.ENETUNREACH) == "Network is unreachable"
    assert os.strerror(errno.ETIMEDOUT) == "Connection timed out"
    assert os.strerror(errno.ECONNABORTED) == "Software caused connection abort"


# TLS where there is none.


def a_server_without_tls_is_worded_so():
    plain = _answers(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with _At(plain) as port:
        error = raises(urllib.error.URLError, _urlopen, port, "https")
        assert "[SSL: WRONG_VERSION_NUMBER] wrong version number" in str(error) or (
            "record layer failure" in str(error)
        )
    with _At(plain) as port:
        said = _curl(port, scheme="https")
        assert "curl: (35) " in said and "wrong version number" in said
    with _At(plain) as port:
        assert "wrong version number" in _openssl(port)


def tls_that_ends_too_early_is_worded_so():
    with _At(_closes) as port:
        error = raises(urllib.error.URLError, _urlopen, port, "https")
        assert isinstance(error.reason, ssl.SSLEOFError)
        assert "EOF occurred in violation of protocol" in str(error)
    with _At(_closes) as port:
        assert "unexpected eof while reading" in _openssl(port)
