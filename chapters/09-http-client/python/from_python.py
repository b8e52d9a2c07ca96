"""What the pages of this chapter say of Python, shown.

It is given the addresses of two servers, both of them `bodies`.
"""

import base64
import http.client
import http.cookiejar
import json
import sys
import tempfile
import urllib.error
import urllib.request

from claims import package, raises

HERE, ELSEWHERE = sys.argv[2:4]
URL = f"http://{HERE}"


def _open(path, **fields):
    return urllib.request.urlopen(urllib.request.Request(URL + path, headers=fields))


def _connections():
    with _open("/count") as answer:
        return json.load(answer)["connections"]


def http_client_keeps_its_connection():
    before = _connections()
    connection = http.client.HTTPConnection(HERE)
    for path in ("/length", "/chunked", "/status/204"):
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()
    assert _connections() - before == 2  # and that was the one which counts


def urlopen_closes_its_connection_each_time():
    with _open("/headers") as answer:
        assert json.load(answer)["headers"]["Connection"] == "close"


def http_client_and_urllib_ask_for_no_compression_and_decompress_nothing():
    connection = http.client.HTTPConnection(HERE)
    connection.request("GET", "/headers")
    fields = json.loads(connection.getresponse().read())["headers"]
    assert fields["Accept-Encoding"] == "identity"
    with _open("/gzip", **{"Accept-Encoding": "gzip"}) as answer:
        assert answer.read().startswith(b"\x1f\x8b")


def http_client_takes_chunks_apart_and_notices_a_body_that_is_cut():
    connection = http.client.HTTPConnection(HERE)
    connection.request("GET", "/trailer")
    answer = connection.getresponse()
    assert answer.chunked and answer.read().startswith(b"The same octets")
    for path in ("/wrong/short", "/wrong/cut-chunk"):
        connection = http.client.HTTPConnection(HERE)
        connection.request("GET", path)
        error = raises(http.client.IncompleteRead, connection.getresponse().read)
        assert (error.partial == b"only this much") == (path == "/wrong/short")


def http_client_says_when_there_was_no_answer():
    connection = http.client.HTTPConnection(HERE)
    connection.request("GET", "/wrong/nothing")
    raises(http.client.RemoteDisconnected, connection.getresponse)


def http_client_accepts_what_these_pages_refuse():
    for path in ("/wrong/line-feeds", "/wrong/folded"):
        connection = http.client.HTTPConnection(HERE)
        connection.request("GET", path)
        assert connection.getresponse().read() == b"all", path


def http_client_refuses_a_line_end_in_a_field():
    connection = http.client.HTTPConnection(HERE)
    raises(ValueError, connection.request, "GET", "/", headers={"X": "a\r\nY: b"})


def urllib_raises_a_status_from_400_on():
    error = raises(urllib.error.HTTPError, _open, "/status/404")
    assert error.code == 404 and error.read() == b"This is a 404.\n"


def urllib_follows_ten_redirects():
    with _open("/hops/10") as answer:
        assert answer.url == URL + "/hops/0"
    raises(urllib.error.HTTPError, _open, "/hops/11")


def urllib_keeps_no_cookies_unless_it_is_told():
    with _open("/cookies/set?theme=dark") as answer:
        assert answer.read() == b"Cookies: none\n"
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    with urllib.request.build_opener(jar).open(URL + "/cookies/set?theme=dark") as answer:
        assert answer.read() == b"Cookies: theme=dark\n"


def urllib_takes_credentials_along_to_another_server():
    to = f"/redirect?to=http://{ELSEWHERE}/headers"
    with _open(to, Authorization="Basic eDp5") as answer:
        assert json.load(answer)["headers"]["Authorization"] == "Basic eDp5"


def urlretrieve_notices_a_file_that_is_too_short():
    with tempfile.NamedTemporaryFile() as file:
        short = urllib.error.ContentTooShortError
        raises(short, urllib.request.urlretrieve, URL + "/wrong/short", file.name)


def base64_is_no_secret():
    assert base64.b64decode("YWxpY2U6b3BlbiBzZXNhbWU=") == b"alice:open sesame"


def requests_decompresses_unless_asked_for_what_came():
    requests = package("requests")
    assert requests.get(URL + "/gzip").content.startswith(b"The same octets")
    answer = requests.get(URL + "/gzip", stream=True)
    assert answer.raw.read().startswith(b"\x1f\x8b")


def a_session_of_requests_has_a_pool():
    requests = package("requests")
    before = _connections()
    with requests.Session() as session:
        for _ in range(3):
            assert session.get(URL + "/length").ok
    assert _connections() - before == 2
    for _ in range(3):
        requests.get(URL + "/length")
    assert _connections() - before == 6


def a_session_of_requests_keeps_cookies_and_gives_no_credentials_to_another():
    requests = package("requests")
    with requests.Session() as session:
        assert session.get(URL + "/cookies/set?theme=dark").text == "Cookies: theme=dark\n"
        name = ("alice", "secret")
        for host, expected in ((HERE, True), (ELSEWHERE, False)):
            to = f"/redirect?to=http://{host}/headers"
            fields = session.get(URL + to, auth=name).json()["headers"]
            assert ("Authorization" in fields) == expected, host


def the_timeout_of_requests_is_for_silence():
    requests = package("requests")
    answer = requests.get(URL + "/drips", timeout=0.5, stream=True)
    drips = b""
    while len(drips) < 20:  # of 50 ms each
        drips += answer.raw.read(1)
    answer.close()
    raises(requests.exceptions.ReadTimeout, requests.get, URL + "/silent", timeout=0.1)
