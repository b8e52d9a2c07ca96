"""What the pages of this chapter say of Python, shown.

It is given the addresses of mini-cache, for clients of Redis and of memcached.
"""

import asyncio
import collections
import csv
import functools
import hashlib
import multiprocessing
import os
import queue
import select
import socket
import socketserver
import subprocess
import sys
import threading
import timeit
import unittest
import zlib

from claims import in_thread, package, raises, tcp_pair

REDIS, MEMCACHED = sys.argv[2:4]
LOOPBACK = ("127.0.0.1", 0)


def _host_and_port(address):
    host, _, port = address.rpartition(":")
    return host, int(port)


# Caches in one process.


def lru_cache_counts_entries_and_knows_how_often_it_helped():
    asked = []

    @functools.lru_cache(maxsize=2)
    def square(number):
        asked.append(number)
        return number * number

    for number in (1, 2, 1, 3, 1, 2):
        square(number)
    assert asked == [1, 2, 3, 2]  # 2 had been used least recently when 3 came
    info = square.cache_info()
    assert (info.hits, info.misses, info.maxsize, info.currsize) == (2, 4, 2, 2)
    square.cache_clear()
    assert square.cache_info().currsize == 0


def lru_cache_has_128_entries_unless_it_is_told_and_no_expiry():
    cached = functools.lru_cache(lambda: None)
    assert cached.cache_parameters() == {"maxsize": 128, "typed": False}


def two_threads_may_both_compute():
    together = threading.Barrier(2, timeout=10)

    @functools.lru_cache
    def slow():
        together.wait()  # passes only if both are in here

    with in_thread(slow):
        slow()
    assert slow.cache_info().misses == 2


def an_ordered_dict_is_the_table_and_the_list_in_one():
    kept = collections.OrderedDict.fromkeys("abc")
    kept.move_to_end("a")
    assert kept.popitem(last=False) == ("b", None) and list(kept) == ["c", "a"]


def a_ttl_cache_takes_its_clock_from_the_caller():
    cachetools = package("cachetools")
    now = 0
    cache = cachetools.TTLCache(maxsize=9, ttl=10, timer=lambda: now)
    cache["key"] = 1
    now = 9
    assert "key" in cache
    now = 10
    assert "key" not in cache


def dogpile_has_a_lock_for_each_key():
    region = package("dogpile.cache").make_region().configure("dogpile.cache.memory")
    begun, release, computed = threading.Event(), threading.Event(), []

    def compute():
        computed.append(True)
        begun.set()
        release.wait()
        return 1

    with in_thread(region.get_or_create, "key", compute):
        begun.wait()
        with in_thread(region.get_or_create, "key", compute) as second:
            assert region.get_or_create("other", lambda: 2) == 2
            second.join(0.1)
            assert second.is_alive()
            release.set()
    assert computed == [True]


# Cache servers.


def redis_gives_none_for_what_is_not_there():
    host, port = _host_and_port(REDIS)
    with package("redis").Redis(host=host, port=port, protocol=2) as r:
        assert r.get("nothing") is None
        assert r.set("key", "value", ex=60) and r.get("key") == b"value"
        assert r.set("key", "other", ex=60, nx=True) is None
        assert r.execute_command("GET", "key") == b"value"


def redis_py_counts_with_incrby_and_decrby():
    host, port = _host_and_port(REDIS)
    with package("redis").Redis(host=host, port=port, protocol=2) as r:
        r.delete("n")
        # mini-cache has no DECR.
        raises(package("redis").ResponseError, r.execute_command, "DECR", "n")
        assert (r.incr("n"), r.incr("n"), r.decr("n")) == (1, 2, 1)


def redis_py_8_begins_with_hello_3_and_gives_up_where_it_is_refused():
    redis = package("redis")
    host, port = _host_and_port(REDIS)
    if int(redis.__version__.split(".")[0]) < 8:
        raise unittest.SkipTest("an older one asks for RESP2")
    with redis.Redis(host=host, port=port) as r:
        raises(redis.ResponseError, r.get, "key")


def a_pipeline_is_one_write_and_a_list_of_answers():
    redis = package("redis")
    with socket.create_server(LOOPBACK) as listener:
        r = redis.Redis(*listener.getsockname(), protocol=2, **_silent(redis))
        for transaction, asked, answers in (
            (False, b"", b"+OK\r\n$1\r\n1\r\n"),
            (True, b"MULTI", b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n$1\r\n1\r\n"),
        ):
            pipe = r.pipeline(transaction=transaction)
            pipe.set("a", 1)
            pipe.get("a")
            heard = []

            def serve():
                connection, _ = listener.accept()
                with connection:
                    heard.append(connection.recv(4096))
                    connection.sendall(answers)

            with in_thread(serve):
                assert pipe.execute() == [True, b"1"]
            assert (b"MULTI" in heard[0]) == (b"EXEC" in heard[0]) == transaction
            assert b"SET" in heard[0] and b"GET" in heard[0]
            r.connection_pool.disconnect()


def _silent(redis):
    """Settings by which redis-py sends nothing of its own when it has connected."""
    driver = getattr(redis, "DriverInfo", None)
    named = {"driver_info": None} if driver else {"lib_name": None, "lib_version": None}
    return {**named, "db": 0}


def pymemcache_waits_for_no_answer_unless_it_is_told():
    base = package("pymemcache.client.base")
    client = base.Client(_host_and_port(MEMCACHED), timeout=10)
    assert client.default_noreply is True
    assert client.get("nothing") is None
    assert client.set("key", "value", expire=60, noreply=False)
    assert client.get("key") == b"value"
    value, cas = client.gets("key")
    assert client.cas("key", "other", cas, noreply=False) is True
    assert client.cas("key", "third", cas, noreply=False) is False
    assert client.get_many(["key", "nothing"]) == {"key": b"other"}
    client.close()


def python_memcached_refuses_keys_with_spaces_and_long_ones():
    memcache = package("memcache")
    mc = memcache.Client([MEMCACHED])
    mc.set("sq:%d" % 7, 49)
    assert mc.get("sq:%d" % 7) == 49
    raises(memcache.Client.MemcachedKeyCharacterError, mc.get, "a key")
    raises(memcache.Client.MemcachedKeyLengthError, mc.get, "x" * 251)
    mc.disconnect_all()


def a_dict_and_a_lock_are_the_first_cache_server():
    kept, lock = dict(), threading.Lock()

    class Cache(socketserver.StreamRequestHandler):
        def handle(self):
            while words := self.rfile.readline(1024).split():
                with lock:
                    if len(words) == 2:
                        kept[words[0]] = words[1]
                    answer = kept.get(words[0], b"-")
                self.wfile.write(answer + b"\n")

    with socketserver.ThreadingTCPServer(LOOPBACK, Cache) as server:
        with in_thread(server.serve_forever, 0.01):
            with socket.create_connection(server.server_address, 10) as client:
                with client.makefile("rb") as answers:
                    client.sendall(b"a 1\na\n")
                    assert [answers.readline() for _ in range(2)] == [b"1\n", b"1\n"]
            server.shutdown()


def pause_writing_is_called_when_a_peer_does_not_read():
    async def main():
        paused, resumed = asyncio.Event(), asyncio.Event()

        class Cache(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport = transport

            def data_received(self, octets):
                self.transport.write(bytes(1 << 26))  # takes it all

            def pause_writing(self):
                paused.set()

            def resume_writing(self):
                resumed.set()

        server = await asyncio.get_running_loop().create_server(Cache, *LOOPBACK)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"get")
        await asyncio.wait_for(paused.wait(), 10)
        assert not resumed.is_set()
        await reader.readexactly(1 << 26)
        await asyncio.wait_for(resumed.wait(), 10)
        writer.close()
        server.close()

    asyncio.run(main())


# Who keeps what.


def hash_of_a_text_differs_in_each_process_unless_it_is_told():
    def hashes(**seed):
        environment = {**os.environ, **seed}
        environment.pop("PYTHONHASHSEED", None) if not seed else None
        command = [sys.executable, "-c", "print(hash('a'))"]
        return {subprocess.check_output(command, env=environment) for _ in range(3)}

    assert len(hashes()) > 1
    assert len(hashes(PYTHONHASHSEED="1")) == 1


def hashlib_and_crc32_say_the_same_everywhere():
    assert hashlib.sha256(b"abc").hexdigest().startswith("ba7816bf")
    assert zlib.crc32(b"123456789") == 0xCBF43926


# Measuring.


def run_with_check_raises_where_a_program_fails():
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    error = raises(subprocess.CalledProcessError, subprocess.run, command, check=True)
    assert error.returncode == 3 and subprocess.run(command).returncode == 3


def dict_reader_reads_a_table_by_its_heads():
    (row,) = csv.DictReader(['"test","rps"', '"GET","100.5"'])
    assert row == {"test": "GET", "rps": "100.5"}


def timeit_calls_a_function_many_times():
    calls = []
    assert timeit.timeit(lambda: calls.append(1), number=1000) > 0 and len(calls) == 1000


# Queues.


def a_queue_may_have_a_bound_and_does_not_wait_for_an_acknowledgement():
    jobs = queue.Queue(maxsize=2)
    jobs.put("one")
    jobs.put("two")
    raises(queue.Full, jobs.put, "three", timeout=0.01)
    assert jobs.get() == "one" and jobs.qsize() == 1  # taken is gone, done or not
    unbounded = queue.Queue()
    for number in range(10_000):
        unbounded.put(number)


def a_queue_between_processes_is_one_too():
    jobs = multiprocessing.get_context("spawn").Queue(maxsize=1)
    jobs.put("one")
    assert jobs.get(timeout=10) == "one"
    jobs.close()
    jobs.join_thread()


def push_and_pull_share_the_work():
    zmq = package("zmq")
    with zmq.Context() as context, context.socket(zmq.PUSH) as push:
        port = push.bind_to_random_port("tcp://127.0.0.1")
        with context.socket(zmq.PULL) as one, context.socket(zmq.PULL) as other:
            for pull in (one, other):
                pull.rcvtimeo = 10_000
                pull.connect(f"tcp://127.0.0.1:{port}")
            push.send(b"a job")
            poller = zmq.Poller()
            poller.register(one, zmq.POLLIN)
            poller.register(other, zmq.POLLIN)
            ((taker, _),) = poller.poll(10_000)
            assert taker.recv() == b"a job"


def a_req_may_not_ask_again_before_it_has_heard():
    zmq = package("zmq")
    with zmq.Context() as context, context.socket(zmq.REP) as rep:
        port = rep.bind_to_random_port("tcp://127.0.0.1")
        with context.socket(zmq.REQ) as req:
            req.rcvtimeo = rep.rcvtimeo = 10_000
            req.connect(f"tcp://127.0.0.1:{port}")
            req.send(b"question")
            raises(zmq.ZMQError, req.send, b"again")
            assert rep.recv() == b"question"
            rep.send(b"answer")
            assert req.recv() == b"answer"


def pub_and_sub_choose_by_prefix_and_a_pub_drops():
    zmq = package("zmq")
    with zmq.Context() as context, context.socket(zmq.XPUB) as pub:
        pub.rcvtimeo = 10_000
        port = pub.bind_to_random_port("tcp://127.0.0.1")
        pub.send(b"a early")  # nobody has subscribed: it is dropped, and nobody told
        with context.socket(zmq.SUB) as sub:
            sub.rcvtimeo = 10_000
            sub.connect(f"tcp://127.0.0.1:{port}")
            sub.subscribe(b"a")
            assert pub.recv() == b"\x01a"  # an XPUB hears of it; a PUB is one that doesn't say
            for message in (b"b not this", b"a this"):
                pub.send(message)
            assert sub.recv() == b"a this"
        assert zmq.PUB != zmq.XPUB


def celery_acknowledges_before_it_works_unless_it_is_told():
    request = package("celery.worker.request")
    app = package("celery").Celery(broker="memory://")
    assert app.conf.task_acks_late is False and not app.conf.task_reject_on_worker_lost
    for late in (False, True):

        @app.task(name=f"late {late}", acks_late=late)
        def work():
            pass

        app.finalize()
        acknowledged = []
        message = _Delivered(work.name)
        job = request.Request(
            message, app=app, task=work, on_ack=lambda *_: acknowledged.append(True)
        )
        job.on_accepted(os.getpid(), 0)  # what a worker calls when the work begins
        assert bool(acknowledged) != late


class _Delivered:
    """A message as Celery gets it from a broker."""

    body, content_type, content_encoding = b"[[], {}, {}]", "application/json", "utf-8"
    delivery_info, properties, payload = {}, {}, [[], {}, {}]

    def __init__(self, name):
        self.headers = {"id": "1", "task": name}
        self.decode = lambda: self.payload


# Readiness, which Python hands through.


def a_short_read_has_emptied_the_socket_and_the_end_is_announced_once():
    if sys.platform != "linux":
        raise unittest.SkipTest("epoll is Linux's")
    edge = select.EPOLLIN | select.EPOLLET
    with tcp_pair() as (client, server), select.epoll() as epoll:
        epoll.register(server, edge)
        for octets in (b"abc", b"d"):
            client.sendall(octets)
            assert epoll.poll(10) == [(server.fileno(), select.EPOLLIN)]
            assert server.recv(10) == octets  # and not once more
        client.shutdown(socket.SHUT_WR)
        assert epoll.poll(10) and not epoll.poll(0.05)
        assert server.recv(10) == b""
