"""What the pages of this chapter say of Python, shown."""

import asyncio
import contextlib
import io
import os
import signal
import socket
import struct
import sys
import tempfile
import unittest
import zlib

from claims import in_thread, raises, tcp_pair


@contextlib.contextmanager
def _signals(first, interval, call):
    """Calls it after `first` seconds, and again after each interval, by a signal."""
    signal.signal(signal.SIGALRM, lambda *_: call())
    signal.setitimer(signal.ITIMER_REAL, first, interval)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


# Reading and writing a stream.


def recv_gives_what_there_is_and_nothing_at_the_end():
    with tcp_pair() as (client, server):
        client.sendall(b"abc")
        assert server.recv(2) == b"ab" and server.recv(2) == b"c"
        client.close()
        assert server.recv(4096) == b""


def the_loop_of_recv_ends_with_the_stream():
    with tcp_pair() as (client, server):
        client.sendall(b"abc")
        client.close()
        message = b""
        while piece := server.recv(2):
            message += piece
        assert message == b"abc"


def recv_also_gives_nothing_after_shut_rd_and_where_nothing_was_asked_for():
    with tcp_pair() as (client, server):
        assert server.recv(0) == b""
        server.shutdown(socket.SHUT_RD)
        assert server.recv(1) == b""


def read_of_a_file_takes_all_to_the_end():
    with tcp_pair() as (client, server):
        with in_thread(lambda: (client.sendall(bytes(300_000)), client.close())):
            with server.makefile("rb") as file:
                assert len(file.read()) == 300_000


def msg_waitall_waits_for_all():
    with tcp_pair() as (client, server):
        with in_thread(lambda: [client.send(b"ab") for _ in range(8)]):
            assert server.recv(16, socket.MSG_WAITALL) == b"ab" * 8


def msg_waitall_gives_fewer_at_the_end_of_the_stream():
    with tcp_pair() as (client, server):
        client.sendall(b"ab")
        client.close()
        assert server.recv(16, socket.MSG_WAITALL) == b"ab"


def msg_waitall_gives_fewer_where_a_signal_comes():
    if sys.platform != "linux":
        raise unittest.SkipTest("as Linux does it")
    with tcp_pair() as (client, server):
        client.sendall(b"ab")
        # Again and again: the first one may come before `recv` waits.
        with _signals(0.05, 0.05, lambda: None):
            assert server.recv(16, socket.MSG_WAITALL) == b"ab"


def msg_waitall_does_not_wait_on_a_socket_with_a_time_out():
    with tcp_pair() as (client, server):
        server.settimeout(10)
        client.sendall(b"ab")
        assert server.recv(16, socket.MSG_WAITALL) == b"ab"


def msg_peek_leaves_what_it_read():
    with tcp_pair() as (client, server):
        client.sendall(b"ab")
        assert server.recv(2, socket.MSG_PEEK) == server.recv(2) == b"ab"


def recv_into_reads_into_memory_that_is_there():
    buffer = bytearray(6)
    with tcp_pair() as (client, server):
        client.sendall(b"abc")
        assert server.recv_into(memoryview(buffer)[2:], 3) == 3
        assert buffer == b"\0\0abc\0"


def sendmsg_takes_several_buffers_and_may_take_less():
    with tcp_pair() as (client, server):
        assert client.sendmsg([b"he", b"ad"]) == 4
        assert server.recv(10) == b"head"
        client.setblocking(False)
        size = 1 << 26
        assert client.sendmsg([b"head", bytes(size)]) < size


def recvmsg_into_fills_one_buffer_after_the_other():
    head, body = bytearray(2), bytearray(4)
    with tcp_pair() as (client, server):
        client.sendall(b"abcd")
        assert server.recvmsg_into([head, body])[0] == 4
        assert (head, body) == (b"ab", b"cd\0\0")


def sendfile_takes_the_system_call_or_send():
    calls = []
    real = os.sendfile

    def counted(*arguments):
        calls.append(arguments)
        return real(*arguments)

    with tcp_pair() as (client, server), tempfile.TemporaryFile() as file:
        file.write(b"abc")
        file.seek(0)
        os.sendfile = counted
        try:
            assert client.sendfile(file) == 3
        finally:
            os.sendfile = real
        assert server.recv(10) == b"abc" and calls
        assert client.sendfile(io.BytesIO(b"def")) == 3  # no file of the system
        assert server.recv(10) == b"def"


def shutdown_ends_one_direction():
    with tcp_pair() as (client, server):
        client.shutdown(socket.SHUT_WR)
        assert server.recv(1) == b""
        server.sendall(b"a")
        assert client.recv(1) == b"a"


def close_closes_and_with_does_it_at_the_end():
    with tcp_pair() as (client, server):
        client.close()
        assert client.fileno() == -1 and server.recv(1) == b""
        with server:
            pass
        assert server.fileno() == -1


# Files around a socket.


def makefile_has_a_buffer_for_each_direction():
    with tcp_pair() as (client, server):
        with client.makefile("rwb") as file:
            assert isinstance(file, io.BufferedRWPair)
            file.write(b"a line\n")
            server.setblocking(False)
            raises(BlockingIOError, server.recv, 100)
            file.flush()
            server.setblocking(True)
            assert server.recv(100) == b"a line\n"


def a_loop_over_a_file_gives_lines_with_their_ends():
    with tcp_pair() as (client, server):
        client.sendall(b"one\r\ntwo\nthree")
        client.close()
        with server.makefile("rb") as file:
            assert list(file) == [b"one\r\n", b"two\n", b"three"]


def a_file_of_text_decodes_and_translates_line_ends():
    with tcp_pair() as (client, server):
        client.sendall("é\r\nü\n".encode())
        client.close()
        with server.makefile("r", encoding="utf-8") as file:
            assert list(file) == ["é\n", "ü\n"]


def a_file_has_read_ahead_of_recv():
    with tcp_pair() as (client, server):
        client.sendall(b"one\ntwo\n")
        with server.makefile("rb") as file:
            assert file.readline() == b"one\n"
            server.setblocking(False)
            raises(BlockingIOError, server.recv, 100)
            assert file.readline() == b"two\n"


def a_file_to_write_sends_when_it_is_flushed():
    with tcp_pair() as (client, server), client.makefile("wb") as file:
        file.write(b"abc")
        server.setblocking(False)
        raises(BlockingIOError, server.recv, 10)
        file.flush()
        server.setblocking(True)
        assert server.recv(10) == b"abc"


def a_file_without_a_buffer_is_the_raw_one():
    with tcp_pair() as (client, server), client.makefile("rb", buffering=0) as file:
        assert isinstance(file, socket.SocketIO) and file.mode == "rb"
        server.sendall(b"abc")
        assert file.readinto(bytearray(2)) == 2 and client.recv(2) == b"c"


# Views and buffers.


def a_memoryview_copies_nothing_and_a_slice_of_bytes_does():
    data = bytearray(b"abcdef")
    view, copy = memoryview(data)[2:4], bytes(data)[2:4]
    data[2] = ord("X")
    assert bytes(view) == b"Xd" and copy == b"cd"
    with tcp_pair() as (client, server):
        client.sendall(memoryview(data)[1:3])
        assert server.recv(10) == b"bX"


def a_loop_of_recv_into_spins_at_the_end_of_the_stream():
    # The loop of many tutorials is `while len(view): view = view[sock.recv_into(view):]`.
    buffer = bytearray(8)
    view = memoryview(buffer)
    turns = 0
    with tcp_pair() as (client, server):
        client.sendall(b"abc")
        client.close()
        while len(view) and turns < 1000:
            view = view[server.recv_into(view) :]
            turns += 1
    assert turns == 1000 and buffer == b"abc" + bytes(5)


def a_nul_ends_no_text_in_utf_16():
    assert "Hi".encode("utf-16-be") == b"\0H\0i"
    # Two of them do no better: these stand across two characters.
    assert b"\0\0" in "a\u0100".encode("utf-16-le")
    assert "Hi".encode("utf-8").find(b"\0") == -1


def a_bytearray_grows_and_gives_from_its_front():
    buffer = bytearray()
    buffer += b"one\ntwo"
    assert buffer.find(b"\n") == 3
    del buffer[:4]
    assert buffer == b"two"


# Numbers.


def pack_and_unpack_go_there_and_back():
    assert struct.pack("!i", -2) == b"\xff\xff\xff\xfe" == (-2).to_bytes(4, "big", signed=True)
    assert struct.unpack("!i", b"\xff\xff\xff\xfe") == (-2,)
    assert struct.pack("!HIQ", 1, 2, 3) == b"\0\1" + b"\0\0\0\2" + b"\0\0\0\0\0\0\0\3"
    assert int.from_bytes(b"\0\1", "big") == 1


def a_sign_says_the_order():
    order = {sign: struct.pack(sign + "H", 1) for sign in "!><=@"}
    assert order["!"] == order[">"] == b"\0\1" and order["<"] == b"\1\0"
    assert order["="] == order["@"] == (1).to_bytes(2, sys.byteorder)


def a_format_of_the_network_has_no_padding():
    for sign in "!<>=":
        assert struct.calcsize(sign + "bi") == 5
    assert struct.calcsize("@bi") == struct.calcsize("bi") == 8
    assert struct.calcsize("@ib") == 5  # none behind the last field


def unpack_raises_where_the_length_is_another():
    raises(struct.error, struct.unpack, "!i", b"abc")
    raises(struct.error, struct.unpack, "!i", b"abcde")
    raises(struct.error, struct.pack, "!H", 65536)


def unpack_from_and_pack_into_begin_where_they_are_told():
    buffer = bytearray(6)
    struct.pack_into("!I", buffer, 2, 7)
    assert struct.unpack_from("!I", buffer, 2) == (7,)
    raises(struct.error, struct.unpack_from, "!I", buffer, 3)


def iter_unpack_goes_through_records():
    assert list(struct.iter_unpack("!H", b"\0\1\0\2")) == [(1,), (2,)]
    raises(struct.error, lambda: list(struct.iter_unpack("!H", b"\0\1\0")))


def a_struct_is_a_format_read_once():
    record = struct.Struct("!8si")
    assert (record.size, record.format) == (12, "!8si")
    buffer = bytearray(record.size)
    record.pack_into(buffer, 0, b"name", 5)
    assert buffer == record.pack(b"name", 5)
    assert record.unpack(buffer) == record.unpack_from(buffer) == (b"name".ljust(8, b"\0"), 5)
    assert list(record.iter_unpack(buffer * 2)) == [record.unpack(buffer)] * 2


def htonl_gives_a_number_whose_octets_are_turned():
    for turn, back, size in (
        (socket.htonl, socket.ntohl, 4),
        (socket.htons, socket.ntohs, 2),
    ):
        turned = turn(0x0102)
        assert turned.to_bytes(size, sys.byteorder) == (0x0102).to_bytes(size, "big")
        assert back(turned) == 0x0102


# Compression.


def decompressobj_keeps_what_is_behind_the_end():
    packed = zlib.compress(b"abc" * 100)
    reader = zlib.decompressobj()
    said = reader.decompress(packed[:-1])
    assert not reader.eof
    assert said + reader.decompress(packed[-1:] + b"next") == b"abc" * 100
    assert reader.eof and reader.unused_data == b"next"


def decompress_has_a_limit_only_if_it_is_given_one():
    bomb = zlib.compress(bytes(1_000_000))
    assert len(bomb) < 1000 and len(zlib.decompress(bomb)) == 1_000_000
    assert len(zlib.decompressobj().decompress(bomb, 1000)) == 1000
    raises(TypeError, zlib.decompress, bomb, max_length=1000)


def what_is_not_zlib_is_a_zlib_error():
    raises(zlib.error, zlib.decompress, b"not zlib")


def crc32_is_that_of_everybody():
    assert zlib.crc32(b"123456789") == 0xCBF43926
    assert zlib.crc32(b"6789", zlib.crc32(b"12345")) == 0xCBF43926


# Errors and time-outs.


def os_error_is_the_family():
    assert socket.error is OSError
    for kind in (
        ConnectionRefusedError,
        ConnectionResetError,
        ConnectionAbortedError,
        BrokenPipeError,
        BlockingIOError,
        InterruptedError,
        PermissionError,
        TimeoutError,
        socket.gaierror,
        socket.herror,
    ):
        assert issubclass(kind, OSError), kind
    assert not issubclass(EOFError, OSError)


def socket_timeout_is_timeout_error_since_3_10():
    assert (socket.timeout is TimeoutError) == (sys.version_info >= (3, 10))


def a_reset_comes_first_and_a_broken_pipe_after_it():
    with tcp_pair() as (client, server):
        client.sendall(b"unread")
        server.recv(1)
        server.close()
        raises(ConnectionResetError, client.recv, 1)
        error = raises(BrokenPipeError, client.send, b"a")
        assert error.errno and error.strerror


def a_socket_waits_for_ever_unless_somebody_says_otherwise():
    assert socket.getdefaulttimeout() is None
    with socket.socket() as sock:
        assert sock.gettimeout() is None
    socket.setdefaulttimeout(2)
    try:
        with socket.socket() as sock:
            assert sock.gettimeout() == 2
    finally:
        socket.setdefaulttimeout(None)


def python_calls_again_after_a_signal():
    with tcp_pair() as (client, server):
        with _signals(0.05, 0, lambda: client.sendall(b"a")):
            assert server.recv(1) == b"a"  # and no InterruptedError


# asyncio.


def _reader(octets=b""):
    reader = asyncio.StreamReader()
    reader.feed_data(octets)
    return reader


def readexactly_leaves_octets_until_all_are_there():
    async def main():
        reader = _reader(b"abc")
        try:
            await asyncio.wait_for(reader.readexactly(4), 0.01)
            raise AssertionError("four octets of three")
        except asyncio.TimeoutError:
            pass
        reader.feed_data(b"d")
        assert await reader.readexactly(4) == b"abcd"

    asyncio.run(main())


def two_of_them_in_turn_lose_the_first():
    async def message(reader):
        (length,) = await reader.readexactly(1)
        return await reader.readexactly(length)

    async def main():
        reader = _reader(b"\3ab")
        try:
            await asyncio.wait_for(message(reader), 0.01)
            raise AssertionError("three octets of two")
        except asyncio.TimeoutError:
            pass
        reader.feed_data(b"c\1x")
        assert await reader.readexactly(3) == b"abc"  # the length is gone

    asyncio.run(main())


def an_end_within_readexactly_is_an_eof_error():
    async def main():
        reader = _reader(b"abc")
        reader.feed_eof()
        try:
            await reader.readexactly(4)
            raise AssertionError("four octets of three")
        except asyncio.IncompleteReadError as error:
            assert isinstance(error, EOFError)
            assert (error.partial, error.expected) == (b"abc", 4)

    asyncio.run(main())
