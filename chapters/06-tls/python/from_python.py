"""What the pages of this chapter say of Python, shown. It is given the folder of `make-ca`."""

import hashlib
import hmac
import os
import random
import secrets
import socket
import ssl
import sys
import tempfile
import threading
import time
import unittest
import warnings

from claims import in_thread, package, raises, tcp_pair

CERTS = sys.argv[2]
# Before these versions, OpenSSL 3 was told to take every cut for an end.
VERSION = sys.version_info[:3]
BLIND = VERSION < (3, 10, 11) or (3, 11) <= VERSION < (3, 11, 3)


def _file(name):
    return os.path.join(CERTS, name)


def _server(identity="server"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_file(f"{identity}.pem"), _file(f"{identity}-key.pem"))
    return context


def _client(identity=None):
    context = ssl.create_default_context(cafile=_file("ca.pem"))
    if identity:
        context.load_cert_chain(_file(f"{identity}.pem"), _file(f"{identity}-key.pem"))
    return context


class _Met:
    """A handshake without a network: both ends, and what passes between them."""

    def __init__(self, client=None, server=None, name="echo.example", session=None):
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.to_server, self.to_client = to_server, to_client
        self.server = (server or _server()).wrap_bio(to_server, to_client, server_side=True)
        self.client = (client or _client()).wrap_bio(
            to_client, to_server, server_hostname=name, session=session
        )
        waiting = [self.client, self.server]
        for _ in range(8):
            for end in list(waiting):
                try:
                    end.do_handshake()
                    waiting.remove(end)
                except ssl.SSLWantReadError:
                    pass
        assert not waiting

    def tickets(self):
        """The client reads what comes after the handshake."""
        raises(ssl.SSLWantReadError, self.client.read)
        return self.client.session


def _quiet(call, *arguments, **named):
    """Calls it without its warning that it is deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return call(*arguments, **named)


# Proofs.


def digest_and_new_make_the_same_tag():
    tag = hmac.digest(b"key", b"message", "sha256")
    made = hmac.new(b"key", digestmod="sha256")
    made.update(b"mess")
    made.update(b"age")
    assert tag == made.digest() and tag.hex() == made.hexdigest()
    assert isinstance(made, hmac.HMAC) and made.name == "hmac-sha256"
    assert (made.digest_size, made.block_size, hmac.HMAC.blocksize) == (32, 64, 64)


def a_copy_goes_on_from_there():
    made = hmac.new(b"key", b"mess", "sha256")
    other = made.copy()
    other.update(b"age")
    assert other.digest() == hmac.digest(b"key", b"message", "sha256") != made.digest()


def new_wants_to_be_told_the_digest():
    raises(TypeError, hmac.new, b"key", b"message")


def what_the_module_has_beside_that_is_of_its_own_making():
    assert hmac.trans_36[0] == 0x36 and hmac.trans_5C[0] == 0x5C and hmac.digest_size is None


def compare_digest_compares():
    assert hmac.compare_digest(b"same", b"same") and not hmac.compare_digest(b"same", b"sane")
    assert not hmac.compare_digest(b"longer", b"short")
    assert secrets.compare_digest("same", "same")


def octets_come_from_the_system():
    assert len(os.urandom(9)) == len(secrets.token_bytes(9)) == len(ssl.RAND_bytes(9)) == 9
    assert ssl.RAND_status() is True
    assert ssl.RAND_add(b"some", 0.0) is None
    assert hasattr(ssl, "RAND_pseudo_bytes") == (sys.version_info < (3, 12))


def _untempered(number):
    """What the generator kept, from what it gave: Mersenne Twister's last step, undone."""
    number ^= number >> 18
    number ^= number << 15 & 0xEFC60000
    kept = number
    for _ in range(4):
        kept = number ^ (kept << 7 & 0x9D2C5680)
    number = kept
    for _ in range(2):
        kept = number ^ kept >> 11
    return kept


def random_numbers_tell_those_that_follow():
    seen = tuple(_untempered(random.getrandbits(32)) for _ in range(624))
    attacker = random.Random()
    attacker.setstate((3, (*seen, 624), None))
    assert [attacker.randint(1, 1 << 60) for _ in range(9)] == [
        random.randint(1, 1 << 60) for _ in range(9)
    ]


def pow_with_three_arguments_is_power_and_remainder():
    assert pow(5, 117, 23) == 5**117 % 23


def the_package_cryptography_has_both_halves_of_a_key():
    asymmetric = "cryptography.hazmat.primitives.asymmetric"
    agreeing = package(f"{asymmetric}.x25519").X25519PrivateKey
    one, other = agreeing.generate(), agreeing.generate()
    assert one.exchange(other.public_key()) == other.exchange(one.public_key())
    signing = package(f"{asymmetric}.ed25519").Ed25519PrivateKey.generate()
    signing.public_key().verify(signing.sign(b"message"), b"message")


# Contexts.


def a_default_context_checks_chain_and_name():
    context = ssl.create_default_context()
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    context = _client()
    assert _Met(context).client.getpeercert()["subject"]
    for identity in ("wrong-name", "self-signed", "expired"):
        raises(ssl.SSLCertVerificationError, _Met, context, _server(identity))


def a_context_for_clients_checks_too_and_trusts_nobody():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    assert context.cert_store_stats() == {"x509": 0, "crl": 0, "x509_ca": 0}
    raises(ssl.SSLCertVerificationError, _Met, context)
    context.load_verify_locations(cafile=_file("ca.pem"))
    assert _Met(context)


def a_context_is_for_one_side():
    bio = ssl.MemoryBIO()
    raises(ssl.SSLError, _client().wrap_bio, bio, bio, server_side=True)
    raises(ssl.SSLError, _server().wrap_bio, bio, bio, server_side=False)


def the_other_protocols_are_deprecated():
    assert ssl.PROTOCOL_SSLv23 is ssl.PROTOCOL_TLS
    for name in ("PROTOCOL_TLS", "PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1", "PROTOCOL_TLSv1_2"):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            ssl.SSLContext(getattr(ssl, name))
        assert any(issubclass(one.category, DeprecationWarning) for one in said), name
    for name in ("PROTOCOL_TLS_CLIENT", "PROTOCOL_TLS_SERVER"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert ssl.SSLContext(getattr(ssl, name)).protocol is getattr(ssl, name)
    assert ssl.get_protocol_name(ssl.PROTOCOL_TLS_CLIENT) == "PROTOCOL_TLS_CLIENT"


def a_version_has_a_least_and_a_most():
    context = _client()
    assert context.minimum_version <= ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert _Met(context).client.version() == "TLSv1.2"
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    assert _Met(context).client.version() == "TLSv1.3"
    assert ssl.HAS_TLSv1_2 and ssl.HAS_TLSv1_3 and not ssl.HAS_SSLv2 and not ssl.HAS_SSLv3
    assert isinstance(ssl.HAS_TLSv1, bool) and isinstance(ssl.HAS_TLSv1_1, bool)


def old_options_turn_a_version_off():
    context = _client()
    for option in (ssl.OP_NO_TLSv1_3, ssl.OP_NO_TLSv1, ssl.OP_NO_TLSv1_1):
        _quiet(setattr, context, "options", context.options | option)
    assert _Met(context).client.version() == "TLSv1.2"
    _quiet(setattr, context, "options", context.options | ssl.OP_NO_TLSv1_2)
    raises(ssl.SSLError, _Met, context)
    assert isinstance(context.options, ssl.Options) and ssl.OP_NO_SSLv2 == 0
    # Of these, a new context has the last three.
    assert ssl.OP_NO_SSLv3 in context.options and ssl.OP_NO_COMPRESSION in context.options


def wrap_socket_of_the_module_checked_nothing_by_default_and_is_gone_since_3_12():
    if sys.version_info >= (3, 12):
        assert not hasattr(ssl, "wrap_socket") and not hasattr(ssl, "match_hostname")
        return
    with tcp_pair() as (client, server):
        with in_thread(lambda: _server("self-signed").wrap_socket(server, server_side=True)):
            assert _quiet(ssl.wrap_socket, client).getpeercert() == {}
    _quiet(ssl.match_hostname, {"subjectAltName": [("DNS", "a.example")]}, "a.example")


def what_checks_nothing_has_to_be_asked_for():
    context = _client()
    raises(ValueError, setattr, context, "verify_mode", ssl.CERT_NONE)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    met = _Met(context, _server("self-signed"))
    assert met.client.getpeercert() == {} and met.client.getpeercert(binary_form=True)


def the_common_name_counts_where_there_is_no_other_unless_it_is_taken_away():
    context = _client()
    assert context.hostname_checks_common_name and ssl.HAS_NEVER_CHECK_COMMON_NAME
    assert _Met(context, _server("name-in-common-name"))
    context.hostname_checks_common_name = False
    raises(ssl.SSLCertVerificationError, _Met, context, _server("name-in-common-name"))


def roots_are_loaded_counted_and_shown():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=open(_file("ca.pem")).read())
    assert context.cert_store_stats()["x509_ca"] == len(context.get_ca_certs()) == 1
    (der,) = context.get_ca_certs(binary_form=True)
    assert ssl.DER_cert_to_PEM_cert(der).startswith(ssl.PEM_HEADER)
    assert ssl.DER_cert_to_PEM_cert(der).rstrip().endswith(ssl.PEM_FOOTER)
    assert ssl.PEM_cert_to_DER_cert(open(_file("ca.pem")).read()) == der
    end = ssl.cert_time_to_seconds(context.get_ca_certs()[0]["notAfter"])
    assert end > time.time()


def the_systems_roots_are_loaded_for_a_purpose():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    context.set_default_verify_paths()
    paths = ssl.get_default_verify_paths()
    assert isinstance(paths, ssl.DefaultVerifyPaths) and paths.openssl_cafile_env == "SSL_CERT_FILE"
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    assert server.protocol is ssl.PROTOCOL_TLS_SERVER and server.verify_mode is ssl.CERT_NONE


def a_default_context_is_stricter_since_3_13():
    flags = ssl.create_default_context().verify_flags
    assert isinstance(flags, ssl.VerifyFlags) and ssl.VERIFY_X509_TRUSTED_FIRST in flags
    new = sys.version_info >= (3, 13)
    assert (ssl.VERIFY_X509_STRICT in flags) == new
    if sys.version_info >= (3, 10):
        assert (ssl.VERIFY_X509_PARTIAL_CHAIN in flags) == new
        assert ssl.VERIFY_ALLOW_PROXY_CERTS not in flags
    assert ssl.VERIFY_DEFAULT == 0


def a_list_of_what_was_revoked_is_wanted_only_if_it_is_asked_for():
    context = _client()
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    error = raises(ssl.SSLCertVerificationError, _Met, context)
    assert "CRL" in error.verify_message and ssl.VERIFY_CRL_CHECK_CHAIN


# What both sides agreed on.


def a_connection_says_what_it_is():
    client, server = _client(), _server()
    for context in (client, server):
        context.set_alpn_protocols(["echo/1"])
    met = _Met(client, server)
    name, version, bits = met.client.cipher()
    assert name.startswith("TLS_") and version == met.client.version() == "TLSv1.3"
    assert bits in (128, 256) and met.client.selected_alpn_protocol() == "echo/1"
    assert any(suite[0] == name for suite in met.server.shared_ciphers())
    assert met.client.compression() is None
    assert met.client.server_hostname == "echo.example" and met.server.server_side
    assert isinstance(met.client, ssl.SSLObject) and ssl.HAS_ALPN and ssl.HAS_SNI and ssl.HAS_ECDH


def npn_is_no_more():
    assert not ssl.HAS_NPN
    assert _quiet(_Met().client.selected_npn_protocol) is None
    assert callable(ssl.SSLContext.set_npn_protocols)


def getpeercert_is_a_dictionary_that_is_empty_if_nothing_was_verified():
    names = _Met().client.getpeercert()["subjectAltName"]
    assert ("DNS", "echo.example") in names
    assert _Met().server.getpeercert() is None  # the client showed none
    assert _Met().client.getpeercert(binary_form=True)[:1] == b"\x30"  # DER


def the_whole_chain_is_shown_since_3_13():
    assert hasattr(ssl.SSLObject, "get_verified_chain") == (sys.version_info >= (3, 13))
    assert hasattr(ssl.SSLObject, "get_unverified_chain") == (sys.version_info >= (3, 13))


def what_binds_a_proof_to_a_connection_is_tls_unique():
    context = _client()
    assert "tls-unique" in ssl.CHANNEL_BINDING_TYPES
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    met = _Met(context)
    assert met.client.get_channel_binding() == met.server.get_channel_binding() is not None


def set_ciphers_takes_suites_away():
    context = _client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM")
    assert all("GCM" in suite["name"] for suite in context.get_ciphers() if "TLSv1.2" in suite["protocol"])
    assert "GCM" in _Met(context).client.cipher()[0]
    raises(ssl.SSLError, context.set_ciphers, "NONSENSE")


def parameters_of_openssl_can_be_set():
    context = _server()
    context.set_ecdh_curve("prime256v1")
    raises(FileNotFoundError, context.load_dh_params, _file("nothing.pem"))
    context.options |= ssl.OP_SINGLE_DH_USE | ssl.OP_SINGLE_ECDH_USE
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    context.options |= ssl.OP_ALL | ssl.OP_ENABLE_MIDDLEBOX_COMPAT
    if sys.version_info >= (3, 10):
        assert context.security_level >= 1
    assert _Met(server=context)


def openssl_says_which_it_is():
    assert ssl.OPENSSL_VERSION.split()[0] in ("OpenSSL", "LibreSSL", "AWS-LC")
    assert len(ssl.OPENSSL_VERSION_INFO) == 5 and ssl.OPENSSL_VERSION_NUMBER > 0


# Sessions, keys, callbacks.


def a_session_is_taken_along_by_hand():
    client, server = _client(), _server()
    first = _Met(client, server)
    session = first.tickets()
    assert isinstance(session, ssl.SSLSession) and not first.client.session_reused
    assert session.id and session.has_ticket and session.ticket_lifetime_hint > 0
    assert session.time <= time.time() and session.timeout > 0
    again = _Met(client, server, session=session)
    assert again.client.session_reused
    assert not _Met(client, server).client.session_reused
    raises(ValueError, _Met, _client(), server, session=session)  # of another context
    assert server.session_stats()["accept"] == 3


def a_server_sends_tickets_unless_it_is_told_not_to():
    server = _server()
    assert server.num_tickets == 2
    server.num_tickets = 0
    met = _Met(server=server)
    assert not met.tickets().has_ticket
    server = _server()
    server.options |= ssl.OP_NO_TICKET
    client = _client()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    assert not _Met(client, server).client.session.has_ticket


def keys_are_written_where_it_is_asked_for():
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "keys")
        context = _client()
        context.keylog_filename = file
        _Met(context)
        assert "CLIENT_TRAFFIC_SECRET_0" in open(file).read()
        os.environ["SSLKEYLOGFILE"] = file
        try:
            assert ssl.create_default_context().keylog_filename == file
            assert ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename is None
        finally:
            del os.environ["SSLKEYLOGFILE"]


def sni_callback_may_choose_the_certificate():
    other = _server("wrong-name")
    asked = []

    def choose(stream, name, context):
        asked.append(name)
        stream.context = other

    server = _server()
    server.sni_callback = choose
    raises(ssl.SSLCertVerificationError, _Met, server=server)
    assert asked == ["echo.example"]
    server.set_servername_callback(lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)
    error = raises(ssl.SSLError, _Met, server=server)
    assert isinstance(ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME, ssl.AlertDescription)
    assert error.reason


# Certificates of clients.


def a_server_that_requires_a_certificate_learns_who_it_is():
    server = _server()
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cafile=_file("ca.pem"))
    met = _Met(_client("alice"), server)
    assert ((("commonName", "Alice"),)) in met.server.getpeercert()["subject"]
    raises(ssl.SSLCertVerificationError, _Met, _client("stranger"), server)


def cert_optional_lets_in_who_shows_none():
    server = _server()
    server.verify_mode = ssl.CERT_OPTIONAL
    server.load_verify_locations(cafile=_file("ca.pem"))
    assert _Met(_client(), server).server.getpeercert() is None
    assert isinstance(server.verify_mode, ssl.VerifyMode)
    raises(ssl.SSLCertVerificationError, _Met, _client("stranger"), server)


def a_certificate_can_be_asked_for_later():
    server, client = _server(), _client("alice")
    server.post_handshake_auth = client.post_handshake_auth = True
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cafile=_file("ca.pem"))
    met = _Met(client, server)
    assert met.server.getpeercert() is None
    met.server.verify_client_post_handshake()
    met.server.write(b"a")  # and with it the question
    assert met.client.read() == b"a"
    met.client.write(b"b")  # and with it the answer
    assert met.server.read() == b"b" and met.server.getpeercert()["subject"]


def load_cert_chain_again_is_for_later_handshakes():
    server = _server()
    first = _Met(server=server).client.getpeercert(binary_form=True)
    server.load_cert_chain(_file("renewed.pem"), _file("renewed-key.pem"))
    assert _Met(server=server).client.getpeercert(binary_form=True) != first


def a_key_that_does_not_fit_raises_and_may_leave_the_context_half_changed():
    server = _server()
    raises(
        ssl.SSLError, server.load_cert_chain, _file("renewed.pem"), _file("server-key.pem")
    )
    raises(ssl.SSLError, _Met, server=server)


# Reading and writing.


def wrap_socket_shakes_hands_and_speaks():
    with tcp_pair() as (client, server):

        def serve():
            with _server().wrap_socket(server, server_side=True) as stream:
                stream.write(stream.read(3).upper())
                stream.unwrap()

        with in_thread(serve):
            stream = _client().wrap_socket(
                client, server_hostname="echo.example", do_handshake_on_connect=False
            )
            assert isinstance(stream, ssl.SSLSocket)
            stream.do_handshake()
            stream.sendall(b"abc")
            assert stream.recv(2) == b"AB" and stream.pending() == 1
            assert stream.recv(2) == b"C" and stream.recv(2) == b""
            stream.unwrap().close()


def a_cut_looks_like_an_end_unless_it_is_asked_for():
    for suppress in (True, False):
        with tcp_pair() as (client, server):

            def serve():
                stream = _server().wrap_socket(server, server_side=True)
                stream.recv(1)
                stream.close()  # without `unwrap`

            with in_thread(serve):
                stream = _client().wrap_socket(
                    client, server_hostname="echo.example", suppress_ragged_eofs=suppress
                )
                stream.sendall(b"a")
                if suppress or BLIND:
                    assert stream.recv(1) == b""
                else:
                    raises(ssl.SSLEOFError, stream.recv, 1)
                stream.close()


def a_cut_is_an_eof_error_of_an_object_and_an_end_is_nothing():
    met = _Met()
    met.tickets()
    met.to_client.write_eof()
    if BLIND:
        assert met.client.read() == b""
    else:
        raises(ssl.SSLEOFError, met.client.read)
    met = _Met()
    met.tickets()
    raises(ssl.SSLWantReadError, met.server.unwrap)  # it waits for the other's
    assert met.client.read() == b""
    met.client.unwrap()
    raises(ssl.SSLZeroReturnError, met.client.read)


def an_option_of_openssl_makes_every_cut_an_end_and_some_pythons_set_it():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert (ssl.OP_IGNORE_UNEXPECTED_EOF in context.options) == BLIND


def a_memory_bio_is_the_network_of_an_ssl_object():
    bio = ssl.MemoryBIO()
    assert bio.write(b"abc") == 3 and bio.pending == 3 and not bio.eof
    bio.write_eof()
    assert bio.read(2) + bio.read() == b"abc" and bio.eof


def a_stream_that_does_not_wait_says_what_it_wants():
    with tcp_pair() as (client, server):
        client.setblocking(False)
        stream = _client().wrap_socket(
            client, server_hostname="echo.example", do_handshake_on_connect=False
        )
        raises(ssl.SSLWantReadError, stream.do_handshake)
        stream.close()


def a_stream_whose_buffer_is_full_wants_to_write():
    with tcp_pair() as (client, server):
        done = threading.Event()

        def serve():
            with _server().wrap_socket(server, server_side=True):
                done.wait()

        with in_thread(serve):
            stream = _client().wrap_socket(client, server_hostname="echo.example")
            stream.setblocking(False)

            def fill():
                while True:
                    stream.send(bytes(1 << 20))

            raises(ssl.SSLWantWriteError, fill)
            done.set()
            stream.close()


def errors_of_ssl_are_os_errors_with_a_number():
    for kind in (
        ssl.SSLZeroReturnError,
        ssl.SSLWantReadError,
        ssl.SSLWantWriteError,
        ssl.SSLSyscallError,
        ssl.SSLEOFError,
        ssl.SSLCertVerificationError,
    ):
        assert issubclass(kind, ssl.SSLError) and issubclass(kind, OSError)
    assert ssl.CertificateError is ssl.SSLCertVerificationError
    assert isinstance(ssl.SSL_ERROR_WANT_READ, ssl.SSLErrorNumber)
    error = raises(ssl.SSLCertVerificationError, _Met, None, _server("expired"))
    assert error.verify_code == 10 and error.verify_message == "certificate has expired"
    assert error.library == "SSL" and error.reason == "CERTIFICATE_VERIFY_FAILED"


def a_wrapped_class_can_be_ones_own():
    class Stream(ssl.SSLSocket):
        pass

    class Object(ssl.SSLObject):
        pass

    context = _client()
    context.sslsocket_class, context.sslobject_class = Stream, Object
    assert isinstance(_Met(context).client, Object)


def get_server_certificate_believes_anybody_unless_it_is_given_roots():
    for roots in (None, _file("ca.pem")):
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def serve():
                connection, _ = listener.accept()
                try:
                    _server("self-signed").wrap_socket(connection, server_side=True).close()
                except OSError:
                    connection.close()

            with in_thread(serve):
                address = listener.getsockname()
                if roots is None:
                    assert ssl.PEM_HEADER in ssl.get_server_certificate(address)
                else:
                    raises(ssl.SSLError, ssl.get_server_certificate, address, ca_certs=roots)


def names_that_came_with_a_version():
    for name, since in (
        ("OP_ENABLE_KTLS", (3, 12)),
        ("OP_LEGACY_SERVER_CONNECT", (3, 12)),
        ("HAS_PSK", (3, 13)),
        ("HAS_PHA", (3, 14)),
        ("get_sigalgs", (3, 15)),
        ("HAS_PSK_TLS13", (3, 15)),
    ):
        assert hasattr(ssl, name) == (sys.version_info >= since), name
    for name in ("set_psk_client_callback", "set_psk_server_callback"):
        assert hasattr(ssl.SSLContext, name) == (sys.version_info >= (3, 13)), name
    for kind, names in (
        (ssl.SSLContext, "get_groups set_groups set_ciphersuites"),
        (ssl.SSLContext, "set_client_sigalgs set_server_sigalgs"),
        (ssl.SSLSocket, "group client_sigalg server_sigalg"),
    ):
        for name in names.split():
            assert hasattr(kind, name) == (sys.version_info >= (3, 15)), name
    assert not hasattr(ssl, "PROTOCOL_SSLv2")  # no OpenSSL since 1.1 has it
    assert hasattr(ssl, "PROTOCOL_SSLv3") <= ssl.HAS_SSLv3
    for name in ("enum_certificates", "enum_crls"):
        assert hasattr(ssl, name) == (sys.platform == "win32")
