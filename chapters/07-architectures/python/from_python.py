"""What the pages of this chapter say of Python, shown."""

import asyncio
import concurrent.futures
import contextlib
import errno
import importlib.util
import io
import logging
import os
import select
import selectors
import socket
import socketserver
import subprocess
import sys
import threading
import time
import unittest

from claims import in_thread, package, raises, tcp_pair

LOOPBACK = ("127.0.0.1", 0)


class _Upper(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline().upper())


def _ask(address, octets=b"abc\n"):
    client = socket.create_connection(address, timeout=10)
    client.sendall(octets)
    return client


def _answer(client):
    with client:
        answer = b""
        while more := client.recv(100):
            answer += more
        return answer


# socketserver: a server.


def tcp_server_handles_one_request_after_the_other():
    with socketserver.TCPServer(LOOPBACK, _Upper) as server:
        first, second = _ask(server.server_address), _ask(server.server_address)
        server.handle_request()
        assert _answer(first) == b"ABC\n"
        second.setblocking(False)
        raises(BlockingIOError, second.recv, 1)
        second.settimeout(10)
        server.handle_request()
        assert _answer(second) == b"ABC\n"


def serve_forever_goes_on_until_shutdown_and_looks_every_half_second():
    class Looked(socketserver.TCPServer):
        looked = 0

        def service_actions(self):
            self.looked += 1

    assert socketserver.BaseServer.serve_forever.__defaults__ == (0.5,)
    with Looked(LOOPBACK, _Upper) as server:
        with in_thread(lambda: server.serve_forever(poll_interval=0.01)):
            for _ in range(2):
                assert _answer(_ask(server.server_address)) == b"ABC\n"
            server.shutdown()
        assert server.looked >= 2


def shutdown_in_the_thread_that_serves_waits_for_itself():
    class Ends(socketserver.BaseRequestHandler):
        def handle(self):
            begun.set()
            self.server.shutdown()
            ended.set()

    begun, ended = threading.Event(), threading.Event()
    with socketserver.TCPServer(LOOPBACK, Ends) as server:
        with in_thread(server.serve_forever, 0.01) as serving:
            client = _ask(server.server_address, b"")
            assert begun.wait(10)
            assert not ended.wait(0.2) and serving.is_alive()
            # What it waits for is set at the end of the loop that it stands in.
            server._BaseServer__is_shut_down.set()
            assert ended.wait(10)
        client.close()


def the_forking_mix_in_collects_its_children_on_each_turn():
    assert "service_actions" in vars(socketserver.ForkingMixIn)


def the_hooks_are_called_in_this_order():
    called = []

    def hook(name):
        def call(self, *arguments):
            called.append(name)
            return getattr(super(Hooks, self), name)(*arguments)

        return call

    names = """server_bind server_activate get_request verify_request process_request
    finish_request shutdown_request close_request server_close""".split()
    Hooks = type("Hooks", (socketserver.TCPServer,), {name: hook(name) for name in names})
    with Hooks(LOOPBACK, _Upper) as server:
        client = _ask(server.server_address)
        server.handle_request()
        assert _answer(client) == b"ABC\n"
    assert called == names


def a_handler_is_an_object_for_each_client_with_three_methods():
    called = []

    class Handler(socketserver.BaseRequestHandler):
        def setup(self):
            called.append(("setup", id(self.request)))

        def handle(self):
            called.append(("handle", id(self.request)))

        def finish(self):
            called.append(("finish", id(self.request)))

    with socketserver.TCPServer(LOOPBACK, Handler) as server:
        for _ in range(2):
            client = _ask(server.server_address, b"")
            server.handle_request()
            client.close()
    assert [name for name, _ in called] == ["setup", "handle", "finish"] * 2


def verify_request_turns_a_client_away():
    class Nobody(socketserver.TCPServer):
        def verify_request(self, request, client_address):
            return False

    with Nobody(LOOPBACK, _Upper) as server:
        client = _ask(server.server_address, b"")
        server.handle_request()
        assert _answer(client) == b""


def an_error_of_get_request_is_dropped():
    class Full(socketserver.TCPServer):
        def get_request(self):
            raise OSError(errno.EMFILE, "too many open files")

    with Full(LOOPBACK, _Upper) as server:
        client = _ask(server.server_address, b"")
        for _ in range(3):
            server.handle_request()  # and nobody hears of it
        client.close()


def handle_error_prints_a_traceback_and_goes_on():
    class Broken(socketserver.BaseRequestHandler):
        def handle(self):
            raise RuntimeError("broken")

    said = io.StringIO()
    with socketserver.TCPServer(LOOPBACK, Broken) as server:
        with contextlib.redirect_stderr(said):
            for _ in range(2):
                client = _ask(server.server_address, b"")
                server.handle_request()
                client.close()
    assert said.getvalue().count("RuntimeError: broken") == 2


def handle_timeout_is_called_where_nobody_came():
    called = []

    class Waiting(socketserver.TCPServer):
        timeout = 0.01

        def handle_timeout(self):
            called.append(True)

    assert socketserver.BaseServer.timeout is None
    with Waiting(LOOPBACK, _Upper) as server:
        server.handle_request()
    assert called == [True]


def a_server_is_set_up_by_attributes():
    assert socketserver.TCPServer.request_queue_size == 5
    assert socketserver.TCPServer.address_family is socket.AF_INET
    assert socketserver.TCPServer.socket_type is socket.SOCK_STREAM
    assert not socketserver.TCPServer.allow_reuse_address
    if sys.version_info >= (3, 11):
        assert socketserver.TCPServer.allow_reuse_port is False
    with socketserver.TCPServer(LOOPBACK, _Upper) as server:
        assert server.fileno() == server.socket.fileno()
        assert server.RequestHandlerClass is _Upper
        assert isinstance(server, socketserver.BaseServer)


def rfile_is_buffered_and_wfile_is_not():
    seen = []

    class Files(socketserver.StreamRequestHandler):
        def handle(self):
            seen.append((type(self.rfile), isinstance(self.wfile, io.BufferedIOBase)))
            for octets in (b"a", b"b"):
                assert self.wfile.write(octets) == 1
                seen.append(self.request)

    assert socketserver.StreamRequestHandler.rbufsize == -1
    assert socketserver.StreamRequestHandler.wbufsize == 0
    with socketserver.TCPServer(LOOPBACK, Files) as server:
        client = _ask(server.server_address, b"")
        server.handle_request()
        assert _answer(client) == b"ab"
    assert seen[0][0] is io.BufferedReader and "BufferedWriter" not in str(seen[0])


def readline_of_rfile_has_no_limit_unless_it_is_given_one():
    lengths = []

    class Lines(socketserver.StreamRequestHandler):
        def handle(self):
            lengths.append(len(self.rfile.readline(1000)))
            lengths.append(len(self.rfile.readline()))

    with socketserver.TCPServer(LOOPBACK, Lines) as server:
        client = _ask(server.server_address, b"x" * 1000 + b"x" * 100_000 + b"\n")
        server.handle_request()
        client.close()
    assert lengths == [1000, 100_001]


def a_handler_has_no_time_out_unless_it_is_set_and_then_one_for_each_read():
    said = []

    class Slow(socketserver.StreamRequestHandler):
        timeout = 0.05

        def handle(self):
            said.append(self.connection.gettimeout())
            try:
                self.rfile.readline()
            except OSError as error:
                said.append(isinstance(error, socket.timeout))

    assert socketserver.StreamRequestHandler.timeout is None
    with socketserver.TCPServer(LOOPBACK, Slow) as server:
        client = _ask(server.server_address, b"half a li")
        server.handle_request()
        client.close()
    assert said == [0.05, True]


def a_handler_can_turn_nagle_off():
    seen = []

    class Quick(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self):
            seen.append(self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    assert not socketserver.StreamRequestHandler.disable_nagle_algorithm
    with socketserver.TCPServer(LOOPBACK, Quick) as server:
        client = _ask(server.server_address, b"")
        server.handle_request()
        client.close()
    assert seen[0]


# socketserver: the mix-ins.


class _Waiting(socketserver.BaseRequestHandler):
    release = threading.Event()

    def handle(self):
        self.release.wait()


def threading_mix_in_has_no_limit_and_server_close_waits_for_its_threads():
    _Waiting.release.clear()
    assert socketserver.ThreadingMixIn.block_on_close is True
    assert socketserver.ThreadingMixIn.daemon_threads is False
    before = threading.active_count()
    server = socketserver.ThreadingTCPServer(LOOPBACK, _Waiting)
    clients = []
    for _ in range(50):
        clients.append(_ask(server.server_address, b""))
        server.handle_request()
    assert threading.active_count() == before + 50
    with in_thread(server.server_close) as closing:
        closing.join(0.1)
        assert closing.is_alive()
        _Waiting.release.set()
    assert threading.active_count() == before
    for client in clients:
        client.close()


def without_block_on_close_it_does_not_wait():
    _Waiting.release.clear()

    class Hasty(socketserver.ThreadingTCPServer):
        block_on_close = False
        daemon_threads = True

    with Hasty(LOOPBACK, _Waiting) as server:
        client = _ask(server.server_address, b"")
        server.handle_request()
        (thread,) = [one for one in threading.enumerate() if one.daemon and one.is_alive()]
    assert thread.is_alive()
    _Waiting.release.set()
    client.close()
    thread.join()


def a_mix_in_must_stand_first():
    class Right(socketserver.ThreadingMixIn, socketserver.TCPServer):
        pass

    class Wrong(socketserver.TCPServer, socketserver.ThreadingMixIn):
        pass

    assert Right.process_request is socketserver.ThreadingMixIn.process_request
    assert Wrong.process_request is socketserver.BaseServer.process_request
    assert callable(Right.process_request_thread)


def forking_mix_in_has_a_process_for_each_client_and_forty_at_most():
    class Process(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(str(os.getpid()).encode())

    assert socketserver.ForkingMixIn.max_children == 40
    with socketserver.ForkingTCPServer(LOOPBACK, Process) as server:
        said = set()
        for _ in range(2):
            client = _ask(server.server_address, b"")
            server.handle_request()
            said.add(int(_answer(client)))
        assert len(said) == 2 and os.getpid() not in said
        server.collect_children(blocking=True)
        assert not server.active_children


def at_the_limit_serve_forever_of_forking_mix_in_waits_for_a_child():
    class Child(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(b"begun")
            self.request.recv(1)  # until its client says so

    class Two(socketserver.ForkingTCPServer):
        max_children = 2

    with Two(LOOPBACK, Child) as server, in_thread(server.serve_forever, 0.01):
        clients = [_ask(server.server_address, b"") for _ in range(3)]
        for client in clients[:2]:
            assert client.recv(10) == b"begun"
        clients[2].settimeout(0.1)
        raises(socket.timeout, clients[2].recv, 10)
        clients[0].sendall(b"x")
        clients[2].settimeout(10)
        assert clients[2].recv(10) == b"begun"
        for client in clients:
            client.sendall(b"x")
            client.close()
        server.shutdown()


def servers_for_datagrams_and_paths_have_their_mixtures_too():
    for name in """UDPServer UnixStreamServer UnixDatagramServer ThreadingTCPServer
    ThreadingUDPServer ThreadingUnixStreamServer ThreadingUnixDatagramServer ForkingTCPServer
    ForkingUDPServer""".split():
        kind = getattr(socketserver, name)
        assert issubclass(kind, socketserver.BaseServer), name
        assert issubclass(kind, socketserver.ThreadingMixIn) == name.startswith("Threading")
        assert issubclass(kind, socketserver.ForkingMixIn) == name.startswith("Forking")
    for name in ("ForkingUnixStreamServer", "ForkingUnixDatagramServer"):
        assert hasattr(socketserver, name) == (sys.version_info >= (3, 12)), name


def modules_that_are_gone():
    for name, since in (
        ("asyncore", (3, 12)),
        ("asynchat", (3, 12)),
        ("smtpd", (3, 12)),
        ("telnetlib", (3, 13)),
        ("cgi", (3, 13)),
    ):
        there = importlib.util.find_spec(name) is not None
        assert there == (sys.version_info < since), name


# Threads and pools.


def a_thread_runs_a_function():
    done = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    assert done == [1]


def a_semaphore_counts():
    places = threading.Semaphore(2)
    assert [places.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    places.release()
    assert places.acquire(blocking=False)


def the_queue_of_a_thread_pool_has_no_bound():
    release = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(release.wait) for _ in range(10_000)]
        assert not any(future.done() for future in waiting)
        release.set()


# Readiness.


def default_selector_is_the_best_of_the_system():
    with selectors.DefaultSelector() as selector:
        if sys.platform == "linux":
            assert isinstance(selector, selectors.EpollSelector)
        elif sys.platform == "darwin":
            assert isinstance(selector, selectors.KqueueSelector)
        assert isinstance(selector, selectors.BaseSelector)
    assert hasattr(selectors, "KqueueSelector") == hasattr(select, "kqueue")
    assert hasattr(selectors, "DevpollSelector") == hasattr(select, "devpoll")


def a_selector_gives_keys_with_your_data_and_is_level_triggered():
    for kind in (
        selectors.DefaultSelector,
        selectors.PollSelector,
        selectors.SelectSelector,
    ):
        with kind() as selector, tcp_pair() as (client, server):
            key = selector.register(server, selectors.EVENT_READ, data="mine")
            assert isinstance(key, selectors.SelectorKey)
            assert key.fileobj is server and key.fd == server.fileno()
            assert selector.select(0) == []
            client.sendall(b"ab")
            for _ in range(2):  # and again, as nothing was read
                ((ready, events),) = selector.select(10)
                assert (ready.data, events) == ("mine", selectors.EVENT_READ)
            selector.modify(server, selectors.EVENT_WRITE, data="other")
            assert selector.get_key(server).data == "other"
            assert [key.fileobj for key in selector.get_map().values()] == [server]
            ((ready, events),) = selector.select(10)
            assert events == selectors.EVENT_WRITE
            selector.unregister(server)
            raises(KeyError, selector.get_key, server)


def select_is_for_descriptors_below_1024():
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard <= 1500:
        raise unittest.SkipTest("no such descriptor here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    with tcp_pair() as (client, server):
        client.sendall(b"a")
        assert select.select([server], [], [], 10)[0] == [server]
        high = os.dup2(server.fileno(), 1500)
        raises(ValueError, select.select, [high], [], [], 0)
        poll = select.poll()
        poll.register(high, select.POLLIN)
        assert poll.poll(0) == [(high, select.POLLIN)]
        os.close(high)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def a_socket_that_does_not_wait_raises_blocking_io_error():
    with tcp_pair() as (client, server):
        server.setblocking(False)
        raises(BlockingIOError, server.recv, 1)


# asyncio.


async def _raised(kind, awaitable):
    try:
        await awaitable
    except kind as error:
        return error
    raise AssertionError(f"{kind} was not raised")


def a_task_starts_by_itself_and_a_coroutine_does_not():
    async def main():
        ran = []

        async def note(name):
            ran.append(name)

        assert isinstance(asyncio.create_task(note("task")), asyncio.Task)
        waiting = note("coroutine")
        await asyncio.sleep(0)
        assert ran == ["task"]
        await waiting
        assert ran == ["task", "coroutine"]

    asyncio.run(main())


def start_server_limits_a_readuntil_and_not_the_clients():
    async def main():
        errors = asyncio.Queue()

        async def serve(reader, writer):
            error = await _raised(asyncio.LimitOverrunError, reader.readuntil(b"?"))
            errors.put_nowait(error)
            writer.close()

        server = await asyncio.start_server(serve, *LOOPBACK, limit=10)
        address = server.sockets[0].getsockname()
        talks = [await asyncio.open_connection(*address) for _ in range(50)]
        for _, writer in talks:
            writer.write(b"x" * 100)
        for _ in talks:
            assert isinstance(await errors.get(), asyncio.LimitOverrunError)
        for _, writer in talks:
            writer.close()
        server.close()

    asyncio.run(main())


def without_a_limit_it_is_64_kib():
    async def main():
        reader = asyncio.StreamReader()
        reader.feed_data(b"x" * (1 << 16) + b"?")
        assert len(await reader.readuntil(b"?")) == (1 << 16) + 1
        reader.feed_data(b"x" * ((1 << 16) + 1) + b"?")
        await _raised(asyncio.LimitOverrunError, reader.readuntil(b"?"))

    asyncio.run(main())


def drain_waits_and_who_does_not_wait_has_no_backpressure():
    async def main():
        talking = asyncio.Event()

        async def serve(reader, writer):
            await talking.wait()
            writer.close()

        server = await asyncio.start_server(serve, *LOOPBACK)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        size = 1 << 26
        writer.write(bytes(size))  # takes it all
        assert writer.transport.get_write_buffer_size() > 1 << 20
        await _raised(asyncio.TimeoutError, asyncio.wait_for(writer.drain(), 0.05))
        writer.transport.abort()
        talking.set()
        server.close()

    asyncio.run(main())


def wait_for_drops_what_was_under_way():
    async def main():
        stopped = []

        async def work():
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(True)

        await _raised(asyncio.TimeoutError, asyncio.wait_for(work(), 0.01))
        assert stopped == [True]

    asyncio.run(main())


def to_thread_keeps_the_loop_free_and_cannot_be_stopped_halfway():
    async def main():
        begun, release, done = threading.Event(), threading.Event(), threading.Event()

        def work():
            begun.set()
            release.wait()
            done.set()

        task = asyncio.create_task(asyncio.to_thread(work))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await _raised(asyncio.CancelledError, task)
        assert not done.is_set()
        release.set()
        await asyncio.to_thread(done.wait)

    asyncio.run(main())


def debug_logs_callbacks_that_take_longer_than_100_milliseconds():
    said = []

    class Handler(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    async def main():
        loop = asyncio.get_running_loop()
        assert loop.slow_callback_duration == 0.1
        time.sleep(0.15)

    logger, handler = logging.getLogger("asyncio"), Handler()
    logger.addHandler(handler)
    logger.propagate = False
    asyncio.run(main(), debug=True)
    logger.propagate = True
    logger.removeHandler(handler)
    assert any("took" in line for line in said)


def a_protocol_has_a_method_for_each_event():
    async def main():
        called, over = [], asyncio.Event()

        class Noted(asyncio.Protocol):
            def connection_made(self, transport):
                called.append("connection_made")

            def data_received(self, octets):
                called.append("data_received")

            def eof_received(self):
                called.append("eof_received")

            def connection_lost(self, error):
                called.append("connection_lost")
                over.set()

        server = await asyncio.get_running_loop().create_server(Noted, *LOOPBACK)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"abc")
        writer.write_eof()
        await over.wait()
        writer.close()
        server.close()
        assert called == [
            "connection_made",
            "data_received",
            "eof_received",
            "connection_lost",
        ]

    asyncio.run(main())


def twisted_has_a_protocol_for_each_connection_and_a_factory_that_makes_it():
    protocol = package("twisted.internet.protocol")
    reactor = package("twisted.internet.reactor")
    called = []

    class Noted(protocol.Protocol):
        def connectionMade(self):
            called.append("connectionMade")

        def dataReceived(self, octets):
            called.append("dataReceived")

        def connectionLost(self, reason):
            called.append("connectionLost")

    class Making(protocol.Factory):
        def buildProtocol(self, address):
            called.append("buildProtocol")
            return Noted()

    port = reactor.listenTCP(0, Making(), interface="127.0.0.1")
    ended = []

    def talk():
        with socket.create_connection(("127.0.0.1", port.getHost().port), 10) as client:
            client.sendall(b"abc")
            client.shutdown(socket.SHUT_WR)
            ended.append(client.recv(1))
        reactor.callFromThread(reactor.stop)

    with in_thread(talk):
        reactor.run(installSignalHandlers=False)
    assert called == ["buildProtocol", "connectionMade", "dataReceived", "connectionLost"]
    assert ended == [b""]


def a_client_of_twisted_is_a_protocol_too():
    # A reactor runs once in a process, and the claim above has had it.
    script = __file__.replace("from_python", "twisted_client")
    package("twisted.internet.protocol")
    with socket.create_server(LOOPBACK) as nobody:
        closed = nobody.getsockname()[1]
    with socket.create_server(LOOPBACK) as listener:
        ports = [str(port) for port in (listener.getsockname()[1], closed)]
        asking = subprocess.Popen(
            [sys.executable, script, *ports], stdout=subprocess.PIPE, text=True
        )
        server, _ = listener.accept()
        with server:
            assert server.recv(10) == b"abc"
            server.sendall(b"def")
            assert server.recv(1) == b""
    said, _ = asking.communicate()
    assert said == "def\nfailed\n" and asking.returncode == 0


def wait_closed_waits_for_connections_since_3_12():
    async def main():
        accepted, over = asyncio.Event(), asyncio.Event()

        async def serve(reader, writer):
            accepted.set()
            await reader.read()
            writer.close()
            over.set()

        server = await asyncio.start_server(serve, *LOOPBACK)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await accepted.wait()
        server.close()
        closed = asyncio.wait_for(server.wait_closed(), 0.1)
        if sys.version_info >= (3, 12):
            await _raised(asyncio.TimeoutError, closed)
        else:
            await closed
        assert not over.is_set()
        writer.close()
        await over.wait()
        await asyncio.wait_for(server.wait_closed(), 10)

    asyncio.run(main())


def shutdown_ends_the_loop_and_server_close_the_listener():
    server = socketserver.TCPServer(LOOPBACK, _Upper)
    with in_thread(server.serve_forever, 0.01):
        assert _answer(_ask(server.server_address)) == b"ABC\n"
        server.shutdown()
    waiting = _ask(server.server_address)  # the queue of the listener still takes it
    server.server_close()
    waiting.close()
    raises(ConnectionRefusedError, _ask, server.server_address)


# Descriptors.


def a_socket_is_made_of_a_descriptor_and_finds_out_its_kind():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        number = sock.detach()
    with socket.socket(fileno=number) as again:
        assert (again.family, again.type) == (socket.AF_INET, socket.SOCK_DGRAM)
        assert again.fileno() == number


def fromfd_makes_a_duplicate_first():
    with tcp_pair() as (client, server):
        with socket.fromfd(client.fileno(), socket.AF_INET, socket.SOCK_STREAM) as again:
            assert again.fileno() != client.fileno()
            client.close()
            again.sendall(b"a")
        assert server.recv(2) == b"a" and server.recv(1) == b""


def close_of_the_module_closes_a_descriptor():
    with socket.socket() as sock:
        number = sock.detach()
    socket.close(number)
    assert raises(OSError, os.fstat, number).errno == socket.EBADF


def what_python_opens_is_not_inheritable_until_it_is_made_so():
    with socket.socket() as sock:
        assert not sock.get_inheritable()
        sock.set_inheritable(True)
        assert sock.get_inheritable()
        with sock.dup() as again:
            assert not again.get_inheritable()
    for number in os.pipe():
        assert not os.get_inheritable(number)
        os.close(number)


def what_recv_fds_brings_is_inheritable():
    one, other = socket.socketpair()
    with one, other, socket.create_server(LOOPBACK) as listener:
        socket.send_fds(one, [b"a"], [listener.fileno()])
        octets, (number,), flags, _ = socket.recv_fds(other, 10, 1)
        assert octets == b"a" and os.get_inheritable(number)
        with socket.socket(fileno=number) as passed:
            assert passed.getsockname() == listener.getsockname()


def descriptors_are_ancillary_data_with_scm_rights():
    one, other = socket.socketpair()
    with one, other:
        number = one.fileno().to_bytes(4, sys.byteorder)
        one.sendmsg([b"a"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, number)])
        flags = getattr(socket, "MSG_CMSG_CLOEXEC", 0)  # Linux
        octets, ((level, kind, passed),), _, _ = other.recvmsg(10, socket.CMSG_LEN(4), flags)
        assert (octets, level, kind) == (b"a", socket.SOL_SOCKET, socket.SCM_RIGHTS)
        passed = int.from_bytes(passed, sys.byteorder)
        assert not flags or not os.get_inheritable(passed)
        os.close(passed)


def flags_of_the_kind_are_linuxs():
    if sys.platform != "linux":
        raise unittest.SkipTest("Linux alone")
    kind = socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    with socket.socket(socket.AF_INET, kind) as sock:
        assert sock.type == socket.SOCK_STREAM and not sock.getblocking()


def execv_returns_only_if_it_fails():
    script = "import os; os.execv('/bin/echo', ['echo', 'another program']); print('back')"
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert said == "another program\n"
    raises(FileNotFoundError, os.execv, "/no/such/program", ["program"])


def nothing_reads_listen_fds_for_you():
    environment = {**os.environ, "LISTEN_FDS": "1"}
    script = "import os, socket; print(os.environ['LISTEN_FDS'], hasattr(socket, 'listen_fds'))"
    said = subprocess.check_output([sys.executable, "-c", script], env=environment, text=True)
    assert said == "1 False\n"
