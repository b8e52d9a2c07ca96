"""What the pages of this chapter say of Python, shown."""

import hmac
import html
import inspect
import json
import sqlite3
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import (
    parse_qs,
    parse_qsl,
    quote,
    quote_plus,
    unquote,
    unquote_plus,
    urldefrag,
    urlencode,
    urljoin,
    urlsplit,
)
from urllib.robotparser import RobotFileParser

from claims import package, raises

# URLs.


def urlsplit_takes_a_url_apart_and_decodes_nothing():
    parts = urlsplit("https://al:pw@Bank.Example:8443/a%20b;p?q=%26&r#top")
    assert parts.scheme == "https"
    assert parts.netloc == "al:pw@Bank.Example:8443"
    assert (parts.username, parts.password) == ("al", "pw")
    assert (parts.hostname, parts.port) == ("bank.example", 8443)
    assert (parts.path, parts.query, parts.fragment) == ("/a%20b;p", "q=%26&r", "top")


def urlsplit_takes_nearly_everything():
    assert urlsplit("http://a b/<>").netloc == "a b"
    assert urlsplit("no url at all").path == "no url at all"
    assert urlsplit("http:a.example").path == "a.example"


def a_port_that_is_none_is_noticed_when_it_is_asked_for():
    parts = urlsplit("http://a.example:99999/")
    raises(ValueError, lambda: parts.port)


def urlsplit_drops_tabs_and_line_ends_as_browsers_do():
    assert urlsplit("java\tscript\n:steal()").scheme == "javascript"


def urljoin_joins_and_does_not_write_in_one_way():
    assert urljoin("http://a.example/d/e?x=1", "f") == "http://a.example/d/f"
    assert urljoin("http://a.example/d/e", "../g") == "http://a.example/g"
    assert urljoin("http://a.example/", "HTTP://A.Example:80/b") == "http://A.Example:80/b"


def urljoin_keeps_a_fragment_and_urldefrag_takes_it_off():
    joined = urljoin("http://a.example/", "b#top")
    assert joined == "http://a.example/b#top"
    assert urldefrag(joined) == ("http://a.example/b", "top")


def quote_leaves_slashes_unless_told():
    assert quote("a/b c&d+é") == "a/b%20c%26d%2B%C3%A9"
    assert quote("a/b", safe="") == "a%2Fb"
    assert quote_plus("a/b c") == "a%2Fb+c"


# Forms.


def urlencode_writes_a_form():
    pairs = [("to", "alice"), ("memo", "café + cake"), ("memo", "100%")]
    assert urlencode(pairs) == "to=alice&memo=caf%C3%A9+%2B+cake&memo=100%25"


def urlencode_needs_doseq_for_lists():
    assert urlencode({"a": [1, 2]}) == "a=%5B1%2C+2%5D"
    assert urlencode({"a": [1, 2]}, doseq=True) == "a=1&a=2"


def parse_qsl_keeps_pairs_in_order():
    assert parse_qsl("a=1&b=2&a=3") == [("a", "1"), ("b", "2"), ("a", "3")]


def parse_qs_gives_a_list_for_each_name():
    assert parse_qs("a=1&b=2&a=3") == {"a": ["1", "3"], "b": ["2"]}


def a_dict_of_pairs_keeps_the_last_value():
    assert dict(parse_qsl("to=bob&to=eve")) == {"to": "eve"}


def parse_qsl_splits_before_it_decodes():
    assert parse_qsl("memo=hi%26to%3Deve") == [("memo", "hi&to=eve")]
    assert parse_qsl(unquote("memo=hi%26to%3Deve")) == [("memo", "hi"), ("to", "eve")]


def parse_qsl_drops_empty_values_unless_told():
    assert parse_qsl("debug&a=&b=1") == [("b", "1")]
    kept = parse_qsl("debug&a=&b=1", keep_blank_values=True)
    assert kept == [("debug", ""), ("a", ""), ("b", "1")]


def parse_qsl_has_a_limit_only_if_it_is_given():
    assert len(parse_qsl("a=1&" * 10_000)) == 10_000
    raises(ValueError, lambda: parse_qsl("a=1&b=2&c=3", max_num_fields=2))


def parse_qsl_splits_at_ampersands_alone():
    assert parse_qsl("a=1;b=2") == [("a", "1;b=2")]


def unquote_leaves_a_plus():
    assert unquote("thank+you") == "thank+you"
    assert unquote_plus("thank+you") == "thank you"


def unquote_leaves_what_is_no_escape_and_replaces_what_is_no_utf_8():
    assert unquote("100% %zz %4") == "100% %zz %4"
    assert unquote("caf%E9") == "caf\ufffd"


def int_takes_a_sign_for_a_digit():
    assert int("+5", 16) == 5


# Escaping.


def html_escape_escapes_both_quotes():
    assert html.escape("<b> & \"'") == "&lt;b&gt; &amp; &quot;&#x27;"
    assert html.escape("\"'", quote=False) == "\"'"


def html_escape_looks_at_no_scheme():
    assert html.escape("javascript:steal()") == "javascript:steal()"


def html_unescape_knows_references_without_a_semicolon():
    assert html.unescape("?to=eve&copy") == "?to=eve©"


def json_dumps_writes_an_end_tag_as_it_is():
    assert json.dumps("</script>") == '"</script>"'
    assert json.loads('"\\u003c/script>"') == "</script>"


def the_html_parser_ends_a_script_at_its_end_tag():
    class Found(HTMLParser):
        def __init__(self):
            super().__init__()
            self.tags = []

        def handle_starttag(self, tag, attrs):
            self.tags.append(tag)

    found = Found()
    found.feed(f"<script>{json.dumps('</script><img>')}</script>")
    assert found.tags == ["script", "img"]


def flask_escapes_what_a_template_shows():
    package("flask")
    from flask import Flask, render_template_string

    with Flask("bank").app_context():
        page = render_template_string("<p title='{{ memo }}'>", memo="<b>'\"&")
        assert page == "<p title='&lt;b&gt;&#39;&#34;&amp;'>"


def flask_looks_at_no_scheme():
    package("flask")
    from flask import Flask, render_template_string

    with Flask("bank").app_context():
        page = render_template_string("<a href='{{ url }}'>", url="javascript:steal()")
        assert page == "<a href='javascript:steal()'>"


def tojson_of_flask_is_safe_in_a_script():
    package("flask")
    from flask import Flask, render_template_string

    with Flask("bank").app_context():
        page = render_template_string("{{ data|tojson }}", data="</script>")
        assert page == '"\\u003c/script\\u003e"'


# Cookies.


def hmac_makes_the_mac_of_a_cookie():
    key = b"0123456789abcdef0123456789abcdef"
    mac = hmac.new(key, b"session=alice.1700000600", "sha256").hexdigest()
    assert mac == "df9fb2a048a216c371beae5f1ca625b9086749b93d36812325d738649d196007"
    token = hmac.new(key, b"csrf:alice-7f3a", "sha256").hexdigest()
    assert token == "6786791ebecd4a3ee62f88e83c61c2395e305aa6cb8e5d392c748eb1a38f57d5"


def logging_out_of_flask_leaves_a_copy_of_the_cookie_good():
    package("flask")
    from flask import Flask, session

    app = Flask("bank")
    app.secret_key = "secret"

    @app.get("/login")
    def login():
        session["user"] = "alice"
        return ""

    @app.get("/logout")
    def logout():
        session.clear()
        return ""

    @app.get("/")
    def who():
        return session.get("user", "nobody")

    client = app.test_client()
    client.get("/login")
    copy = client.get_cookie("session").value
    client.get("/logout")
    assert client.get("/").text == "nobody"
    client.set_cookie("session", copy)
    assert client.get("/").text == "alice"


def compare_digest_wants_all_of_it():
    assert hmac.compare_digest(b"abcd", b"abcd")
    assert not hmac.compare_digest(b"abcd", b"abce")
    assert not hmac.compare_digest(b"abcd", b"abc")


def simple_cookie_quotes_what_a_cookie_cannot_carry():
    cookie = SimpleCookie()
    cookie["session"] = "x; Domain=example"
    assert cookie.output() == 'Set-Cookie: session="x\\073 Domain=example"'


def the_session_of_flask_is_signed_and_can_be_read():
    import base64

    package("flask")
    from flask import Flask, session

    app = Flask("bank")
    app.secret_key = "secret"

    @app.get("/login")
    def login():
        session["user"] = "alice"
        return ""

    field = app.test_client().get("/login").headers["Set-Cookie"]
    value = field.split(";")[0].removeprefix("session=")
    payload = value.split(".")[0]
    read = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert json.loads(read) == {"user": "alice"}
    assert "HttpOnly" in field and "Secure" not in field and "SameSite" not in field


def a_session_of_flask_that_was_changed_is_empty():
    package("flask")
    from flask import Flask, session

    app = Flask("bank")
    app.secret_key = "secret"

    @app.get("/")
    def who():
        return session.get("user", "nobody")

    client = app.test_client()
    client.set_cookie("session", "eyJ1c2VyIjoiYWRtaW4ifQ.aaaaaa.bbbb")
    assert client.get("/").text == "nobody"


def flask_asks_for_no_token_by_itself():
    package("flask")
    from flask import Flask

    app = Flask("bank")

    @app.post("/pay")
    def pay():
        return "paid"

    reply = app.test_client().post("/pay", headers={"Origin": "http://eve.example"})
    assert reply.text == "paid"


# Crawling.


def _robots(*lines):
    robots = RobotFileParser()
    robots.parse(["user-agent: *", *lines])
    return lambda path: robots.can_fetch("otw", f"http://a.example{path}")


def robotparser_takes_the_first_rule_that_matches():
    allowed = _robots("disallow: /b", "allow: /b/open/")
    assert not allowed("/b/open/1")
    allowed = _robots("allow: /b/open/", "disallow: /b")
    assert allowed("/b/open/1") and not allowed("/b/2")


def robotparser_knows_no_star_inside_a_path():
    allowed = _robots("disallow: /*.pdf")
    assert allowed("/a.pdf")


def requests_waits_for_ever_follows_redirects_and_reads_everything():
    package("requests")
    from requests import Session, sessions

    asked = inspect.signature(Session.request).parameters
    assert asked["timeout"].default is None
    assert asked["allow_redirects"].default is True
    assert asked["stream"].default is None
    assert Session().max_redirects == sessions.DEFAULT_REDIRECT_LIMIT == 30


# Data.


def sqlite3_keeps_questions_and_values_apart():
    db = sqlite3.connect(":memory:")
    with db:
        db.execute("CREATE TABLE account (name)")
        db.execute("INSERT INTO account VALUES (?)", ["alice"])
    name = "' OR 1 --"
    assert db.execute("SELECT * FROM account WHERE name = ?", [name]).fetchall() == []
    injected = db.execute(f"SELECT * FROM account WHERE name = '{name}'")
    assert injected.fetchall() == [("alice",)]


def with_a_connection_of_sqlite3_is_a_transaction():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE account (name)")

    def fails():
        with db:
            db.execute("INSERT INTO account VALUES ('alice')")
            raise ValueError

    raises(ValueError, fails)
    assert db.execute("SELECT * FROM account").fetchall() == []


def sqlite3_looks_at_foreign_keys_only_if_told():
    db = sqlite3.connect(":memory:")
    db.executescript("CREATE TABLE a (n PRIMARY KEY); CREATE TABLE b (n REFERENCES a)")
    db.execute("INSERT INTO b VALUES ('nobody')")
    db.commit()
    db.execute("PRAGMA foreign_keys = ON")
    raises(sqlite3.IntegrityError, db.execute, "INSERT INTO b VALUES ('nobody')")


def a_strict_column_of_integers_takes_a_text_that_is_a_number():
    if sqlite3.sqlite_version_info < (3, 37):
        return
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE a (n INTEGER) STRICT")
    db.execute("INSERT INTO a VALUES ('12')")
    assert db.execute("SELECT n FROM a").fetchall() == [(12,)]
    raises(sqlite3.IntegrityError, db.execute, "INSERT INTO a VALUES ('twelve')")


def json_loads_takes_the_last_of_equal_names_and_nan():
    assert json.loads('{"a": 1, "a": 2}') == {"a": 2}
    assert json.loads("NaN") != json.loads("NaN")


# WebSocket.


def websockets_has_limits_of_its_own():
    connect = package("websockets.asyncio.client").connect

    options = inspect.signature(connect.__init__).parameters
    assert options["max_size"].default == 2**20
    assert options["ping_interval"].default == 20
