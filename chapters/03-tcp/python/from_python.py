"""What the pages of this chapter say of Python, shown."""

import asyncio
import errno
import os
import select
import socket
import socketserver
import struct
import sys
import threading
import time
import unittest

from claims import in_thread, raises, tcp_pair

LINUX = sys.platform == "linux"
RESET = struct.pack("ii", 1, 0)  # linger, for no time


def _fill(sock):
    """Writes until no more is taken."""
    sock.setblocking(False)
    try:
        while True:
            sock.send(bytes(1 << 20))
    except BlockingIOError:
        pass


def create_server_sets_so_reuseaddr_on_unix():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        assert not listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


def create_server_can_share_a_port():
    if not hasattr(socket, "SO_REUSEPORT"):
        raise unittest.SkipTest("no SO_REUSEPORT")
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as one:
        assert one.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT)
        with socket.create_server(one.getsockname(), reuse_port=True) as other:
            assert one.getsockname() == other.getsockname()


def socketserver_sets_so_reuseaddr_where_allow_reuse_address_is_true():
    assert not socketserver.TCPServer.allow_reuse_address
    for allowed in (False, True):

        class Server(socketserver.TCPServer):
            allow_reuse_address = allowed

        with Server(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
            option = server.socket.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
            assert bool(option) == allowed


def listen_has_a_backlog_of_its_own():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        listener.listen(5)  # again, with another
    assert socket.SOMAXCONN >= 128  # the most that a system takes, when it was built


def accept_gives_a_socket_and_an_address():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()) as client:
            server, address = listener.accept()
            with server:
                assert address == client.getsockname() == server.getpeername()
                assert server.getsockname() == client.getpeername()


def create_connection_tries_each_address_in_turn():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            refused = closed.getsockname()
        real = socket.getaddrinfo
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        socket.getaddrinfo = lambda *_: [(*kind, refused), (*kind, ("127.0.0.1", port))]
        try:
            with socket.create_connection(("two addresses", port)) as client:
                assert client.getpeername() == ("127.0.0.1", port)
        finally:
            socket.getaddrinfo = real


def the_time_out_of_create_connection_stays_for_later_calls():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname(), timeout=5) as client:
            assert client.gettimeout() == 5
            client.settimeout(0.01)
            raises(socket.timeout, client.recv, 1)


def connect_ex_returns_a_number():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = closed.getsockname()
    with socket.socket() as client:
        assert client.connect_ex(address) == errno.ECONNREFUSED


def connect_ex_raises_where_a_name_has_no_address():
    with socket.socket() as client:
        raises(socket.gaierror, client.connect_ex, ("name..with.an.empty.label.invalid", 1))


def connect_raises_connection_refused_error():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = closed.getsockname()
    with socket.socket() as client:
        raises(ConnectionRefusedError, client.connect, address)


def setblocking_makes_a_call_raise_blocking_io_error():
    with tcp_pair() as (client, server):
        assert client.getblocking()
        client.setblocking(False)
        assert not client.getblocking() and client.gettimeout() == 0
        raises(BlockingIOError, client.recv, 1)
        error = raises(BlockingIOError, client.recv_into, bytearray(1))
        assert error.errno in (socket.EAGAIN, socket.EWOULDBLOCK)


def send_may_take_fewer_and_says_how_many():
    with tcp_pair() as (client, server):
        client.setblocking(False)
        size = 1 << 26
        assert 0 < client.send(bytes(size)) < size


def sendall_does_not_say_how_far_it_came():
    with tcp_pair() as (client, server):
        client.settimeout(0.1)
        error = raises(socket.timeout, client.sendall, bytes(1 << 26))
        assert str(error) == "timed out"


def the_time_out_is_for_all_of_sendall():
    stop = threading.Event()

    def trickle(sock):
        # Somebody reads all the time, so no single call waits for long.
        while not stop.wait(0.02):
            sock.recv(1 << 16)

    with tcp_pair() as (client, server):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        client.settimeout(0.5)
        with in_thread(trickle, server):
            began = time.monotonic()
            raises(socket.timeout, client.sendall, bytes(1 << 26))
            took = time.monotonic() - began
            stop.set()
        assert took >= 0.5


def settimeout_and_setblocking_are_one_setting():
    with tcp_pair() as (client, server):
        for timeout, blocking in ((None, True), (5.0, True), (0.0, False)):
            client.settimeout(timeout)
            assert (client.gettimeout(), client.getblocking()) == (timeout, blocking)


def shutdown_ends_one_direction_or_both():
    with tcp_pair() as (client, server):
        client.shutdown(socket.SHUT_WR)
        assert server.recv(1) == b""
        server.sendall(b"a")
        assert client.recv(1) == b"a"
        client.shutdown(socket.SHUT_RD)
        assert client.recv(1) == b""
    with tcp_pair() as (client, server):
        client.shutdown(socket.SHUT_RDWR)
        assert server.recv(1) == b"" and client.recv(1) == b""
        raises(BrokenPipeError, client.send, b"a")


def close_waits_for_the_files_of_makefile():
    with tcp_pair() as (client, server):
        file = client.makefile("rb")
        client.close()
        server.sendall(b"still open\n")
        assert file.readline() == b"still open\n"
        file.close()
        assert server.recv(1) == b""


def a_duplicate_keeps_the_connection_open():
    with tcp_pair() as (client, server):
        with client.dup() as again:
            assert again.fileno() != client.fileno()
            client.close()
            again.sendall(b"a")
            assert server.recv(1) == b"a"
        assert server.recv(1) == b""


def lingering_for_no_time_resets():
    with tcp_pair() as (client, server):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.close()
        raises(ConnectionResetError, server.recv, 1)


def a_file_of_a_socket_has_no_limit_on_a_line():
    with tcp_pair() as (client, server):
        text = "x" * 300_000 + "\n"
        with in_thread(client.sendall, text.encode()), server.makefile() as file:
            for line in file:
                assert line == text
                break


def readline_has_a_limit_if_it_is_given_one():
    with tcp_pair() as (client, server):
        client.sendall("é".encode() * 3000 + b"\n")
        with server.makefile(encoding="utf-8") as file:
            assert file.readline(1024) == "é" * 1024  # characters, as it reads text
        with server.makefile("rb") as file:
            client.sendall(b"x" * 3000)
            assert len(file.readline(1024)) == 1024


def recv_with_msg_waitall_waits_for_all():
    with tcp_pair() as (client, server):
        with in_thread(lambda: [client.send(b"a") for _ in range(16)]):
            assert server.recv(16, socket.MSG_WAITALL) == b"a" * 16


def recv_of_nothing_is_nothing_and_no_end():
    with tcp_pair() as (client, server):
        client.sendall(b"a")
        assert server.recv(0) == b"" and server.recv(1) == b"a"


def a_thread_for_each_client_has_no_limit():
    release = threading.Event()

    class Wait(socketserver.BaseRequestHandler):
        def handle(self):
            release.wait()

    before = threading.active_count()
    clients = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Wait) as server:
        assert isinstance(server, socketserver.ThreadingMixIn)
        for _ in range(50):
            clients.append(socket.create_connection(server.server_address))
            server.handle_request()
        assert threading.active_count() == before + 50
        release.set()
    for client in clients:
        client.close()


def a_thread_is_started_for_a_function():
    done = []
    thread = threading.Thread(target=done.append, args=("greeted",))
    thread.start()
    thread.join()
    assert done == ["greeted"]


def sendall_to_who_does_not_read_gets_stuck():
    with tcp_pair() as (client, server):
        _fill(client)
        assert not select.select([], [client], [], 0)[1]
        client.settimeout(0.1)
        raises(socket.timeout, client.sendall, b"more")


def poll_tells_who_is_ready():
    with tcp_pair() as (client, server):
        poll = select.poll()
        poll.register(server, select.POLLIN)
        assert poll.poll(0) == []
        client.sendall(b"a")
        assert poll.poll(10_000) == [(server.fileno(), select.POLLIN)]


def _no_delay(transport):
    sock = transport.get_extra_info("socket")
    return bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def asyncio_sets_tcp_nodelay_where_it_made_the_socket():
    async def main():
        served = asyncio.get_running_loop().create_future()

        async def serve(reader, writer):
            served.set_result(_no_delay(writer.transport))
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        _, writer = await asyncio.open_connection(*address)
        assert _no_delay(writer.transport) and await served
        writer.close()
        server.close()

    asyncio.run(main())


def asyncio_does_not_where_the_protocol_is_left_open():
    async def main():
        served = asyncio.get_running_loop().create_future()

        async def serve(reader, writer):
            served.set_result(_no_delay(writer.transport))
            writer.close()

        listener = socket.create_server(("127.0.0.1", 0))
        assert listener.proto == 0
        server = await asyncio.start_server(serve, sock=listener)
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert not await served
        writer.close()
        server.close()

    asyncio.run(main())


def a_socket_knows_its_family_kind_and_protocol():
    with tcp_pair() as (client, server):
        assert (client.family, client.type) == (socket.AF_INET, socket.SOCK_STREAM)
        assert client.proto == socket.IPPROTO_TCP and server.proto == 0
        assert isinstance(client.family, socket.AddressFamily)
        assert isinstance(client.type, socket.SocketKind)
        assert isinstance(client, socket.SocketType)
    if LINUX:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for option, value in (
                (socket.SO_DOMAIN, socket.AF_INET),
                (socket.SO_TYPE, socket.SOCK_DGRAM),
                (socket.SO_PROTOCOL, socket.IPPROTO_UDP),
            ):
                assert sock.getsockopt(socket.SOL_SOCKET, option) == value


def linux_doubles_a_buffer():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    with socket.socket() as sock:
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, 20_000)
            assert sock.getsockopt(socket.SOL_SOCKET, option) == 40_000


def _takes(level, option, value):
    with socket.socket() as sock:
        sock.setsockopt(level, option, value)
        return bool(sock.getsockopt(level, option)) == bool(value)


def an_option_can_be_set_and_read():
    for option in ("SO_KEEPALIVE", "SO_OOBINLINE", "SO_DONTROUTE", "SO_RCVLOWAT"):
        assert _takes(socket.SOL_SOCKET, getattr(socket, option), 1), option
    assert _takes(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    assert _takes(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 7)
    assert _takes(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    assert _takes(socket.IPPROTO_IP, socket.IP_TTL, 3)
    assert _takes(socket.IPPROTO_IP, socket.IP_TOS, 0x20)


def an_option_of_linux_can_be_set_and_read():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    for option, value in (
        ("TCP_KEEPIDLE", 60),
        ("TCP_USER_TIMEOUT", 5000),
        ("TCP_CORK", 1),
        ("TCP_QUICKACK", 1),
        ("TCP_DEFER_ACCEPT", 1),
        ("TCP_SYNCNT", 3),
        ("TCP_LINGER2", 5),
        ("TCP_NOTSENT_LOWAT", 4096),
        ("TCP_WINDOW_CLAMP", 4096),
    ):
        assert _takes(socket.IPPROTO_TCP, getattr(socket, option), value), option
    assert _takes(socket.SOL_SOCKET, socket.SO_PRIORITY, 3)
    if sys.version_info >= (3, 11):
        assert _takes(socket.SOL_SOCKET, socket.SO_INCOMING_CPU, 0)
    assert socket.SOL_TCP == socket.IPPROTO_TCP and socket.SOL_IP == socket.IPPROTO_IP
    if os.geteuid() == 0:
        assert _takes(socket.SOL_SOCKET, socket.SO_DEBUG, 1)
    with socket.socket() as sock:
        # The sender's limit is not the receiver's: only the latter is in this option.
        raises(OSError, sock.setsockopt, socket.SOL_SOCKET, socket.SO_SNDLOWAT, 2)


def a_loopback_interface_can_be_asked_for_by_name():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        client.connect(listener.getsockname())


def names_that_came_with_a_version():
    if not LINUX:
        raise unittest.SkipTest("seen on Linux alone")
    for name, since in (
        ("SO_INCOMING_CPU", (3, 11)),
        ("TCP_MD5SIG", (3, 12)),
        ("TCP_REPAIR", (3, 12)),
        ("SO_BINDTOIFINDEX", (3, 13)),
        ("SO_ORIGINAL_DST", (3, 14)),
    ):
        assert hasattr(socket, name) == (sys.version_info >= since), name


def a_mark_is_for_root():
    if not LINUX or os.geteuid() != 0:
        raise unittest.SkipTest("for root of Linux")
    assert _takes(socket.SOL_SOCKET, socket.SO_MARK, 7)


def a_listener_can_be_asked_for_fast_open():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
        listener.listen()
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN) == 5


def a_connection_can_be_looked_at_below_send_and_recv():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    with tcp_pair() as (client, server):
        congestion = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
        assert congestion.rstrip(b"\0").isalnum()
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) > 500
        state = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 200)[0]
        assert state == 1  # ESTABLISHED


def an_error_that_waits_is_taken_by_so_error():
    with tcp_pair() as (client, server):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.close()
        select.select([server], [], [])
        assert server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET
        assert server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


def urgent_octets_come_beside_the_stream():
    with tcp_pair() as (client, server):
        client.send(b"a")
        client.send(b"!", socket.MSG_OOB)
        select.select([], [], [server])
        assert server.recv(1, socket.MSG_OOB) == b"!"
        assert server.recv(10) == b"a"


def a_flag_is_for_one_call():
    with tcp_pair() as (client, server):
        raises(BlockingIOError, server.recv, 1, socket.MSG_DONTWAIT)
        assert server.getblocking()
        client.send(b"ab", getattr(socket, "MSG_NOSIGNAL", 0) | socket.MSG_DONTROUTE)
        select.select([server], [], [])
        assert server.recv(1, socket.MSG_PEEK) == server.recv(1) == b"a"
        if LINUX:
            client.send(b"c", socket.MSG_MORE)
            client.send(b"d", socket.MSG_EOR)
            assert server.recv(3, socket.MSG_WAITALL) == b"bcd"
            raises(BlockingIOError, client.recv, 1, socket.MSG_ERRQUEUE)
            assert isinstance(socket.MSG_FASTOPEN, socket.MsgFlag)


def a_default_time_out_is_for_all_new_sockets():
    assert socket.getdefaulttimeout() is None
    socket.setdefaulttimeout(3)
    try:
        with socket.socket() as sock:
            assert sock.gettimeout() == 3
    finally:
        socket.setdefaulttimeout(None)
    with socket.socket() as sock:
        assert sock.gettimeout() is None


def an_old_socket_time_out_in_the_system_makes_a_blocking_io_error():
    with tcp_pair() as (client, server):
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 10_000))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 10_000))
        raises(BlockingIOError, server.recv, 1)
