"""What the pages of this chapter say of Python, shown."""

import asyncio
import errno
import os
import secrets
import socket
import socketserver
import struct
import sys
import threading
import unittest

from claims import as_nobody, raises, udp_socket


def bind_and_connect_are_calls_of_their_own():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        host, port = sock.getsockname()
        assert host == "127.0.0.1" and port > 0


def sendto_and_recvfrom_name_the_other_end():
    with udp_socket() as one, udp_socket() as other:
        assert one.sendto(b"abc", other.getsockname()) == 3
        assert other.recvfrom(100) == (b"abc", one.getsockname())


def msg_confirm_tells_linux_that_the_other_end_is_alive():
    if sys.platform != "linux":
        raise unittest.SkipTest("Linux alone")
    with udp_socket() as one, udp_socket() as other:
        one.sendto(b"abc", socket.MSG_CONFIRM, other.getsockname())
        assert other.recv(100) == b"abc"


def recvfrom_cuts_what_is_longer_without_an_error():
    with udp_socket() as one, udp_socket() as other:
        one.sendto(b"abcdef", other.getsockname())
        assert other.recvfrom(3)[0] == b"abc"
        one.sendto(b"next", other.getsockname())
        assert other.recvfrom(3)[0] == b"nex"


def recvfrom_into_fills_a_buffer():
    buffer = bytearray(8)
    with udp_socket() as one, udp_socket() as other:
        one.sendto(b"abc", other.getsockname())
        assert other.recvfrom_into(buffer) == (3, one.getsockname())
        assert buffer == b"abc" + bytes(5)


def recvmsg_says_that_a_datagram_was_cut():
    with udp_socket() as one, udp_socket() as other:
        one.sendto(b"abcdef", other.getsockname())
        octets, ancillary, flags, sender = other.recvmsg(3)
        assert (octets, ancillary, sender) == (b"abc", [], one.getsockname())
        assert flags & socket.MSG_TRUNC


def recvmsg_into_fills_several_buffers():
    head, rest = bytearray(2), bytearray(8)
    with udp_socket() as one, udp_socket() as other:
        one.sendto(b"abcdef", other.getsockname())
        assert other.recvmsg_into([head, rest])[0] == 6
        assert head == b"ab" and rest[:4] == b"cdef"


def recv_with_msg_trunc_says_on_linux_how_long_it_was():
    if sys.platform != "linux":
        raise unittest.SkipTest("the flag is one of results elsewhere")
    with udp_socket() as one, udp_socket() as other:
        one.sendto(b"abcdef", other.getsockname())
        assert other.recv_into(bytearray(3), 3, socket.MSG_TRUNC) == 6


def connect_sends_nothing_and_then_send_and_recv_do():
    with udp_socket() as one, udp_socket() as other:
        one.connect(other.getsockname())
        assert one.getpeername() == other.getsockname()
        other.setblocking(False)
        raises(BlockingIOError, other.recv, 100)
        other.settimeout(10)
        one.send(b"abc")
        octets, sender = other.recvfrom(100)
        other.sendto(octets.upper(), sender)
        assert one.recv(100) == b"ABC"


def after_connect_strangers_are_not_heard():
    with udp_socket() as one, udp_socket() as other, udp_socket() as stranger:
        one.connect(other.getsockname())
        stranger.sendto(b"from a stranger", one.getsockname())
        other.sendto(b"from the peer", one.getsockname())
        assert one.recv(100) == b"from the peer"


def what_came_before_connect_is_still_delivered():
    with udp_socket() as one, udp_socket() as other, udp_socket() as stranger:
        stranger.sendto(b"from a stranger", one.getsockname())
        one.connect(other.getsockname())
        assert one.recvfrom(100) == (b"from a stranger", stranger.getsockname())


def a_refusal_of_an_earlier_datagram_is_a_connection_refused_error():
    with udp_socket() as one:
        with udp_socket() as gone:
            address = gone.getsockname()
        one.connect(address)
        one.send(b"anybody?")
        error = raises(ConnectionRefusedError, one.recv, 100)
        assert error.errno == errno.ECONNREFUSED


def settimeout_is_for_each_call():
    with udp_socket() as one:
        one.settimeout(0.01)
        for _ in range(2):
            raises(TimeoutError, one.recv, 100)
        assert one.gettimeout() == 0.01


def a_time_out_is_a_timeout_error_since_3_10():
    assert (socket.timeout is TimeoutError) == (sys.version_info >= (3, 10))


def broadcast_and_the_empty_host_are_addresses():
    assert socket.gethostbyname("<broadcast>") == "255.255.255.255"
    assert socket.gethostbyname("") == "0.0.0.0"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        assert sock.getsockname()[0] == "0.0.0.0"


def so_broadcast_is_off_until_it_is_set():
    with udp_socket() as sock:
        assert not sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST)


def a_group_is_joined_and_left_with_two_addresses_in_a_row():
    group = socket.inet_aton("239.255.10.60") + socket.inet_aton("127.0.0.1")
    with udp_socket() as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        error = raises(
            OSError, sock.setsockopt, socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group
        )
        assert error.errno == errno.EADDRINUSE  # a member already
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, group)


def a_group_of_ipv6_is_joined_with_an_address_and_the_number_of_an_interface():
    if not socket.has_dualstack_ipv6():
        raise unittest.SkipTest("no IPv6")
    number = min(number for number, name in socket.if_nameindex() if name.startswith("lo"))
    group = socket.inet_pton(socket.AF_INET6, "ff01::10:60") + struct.pack("@I", number)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 3)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, number)
        for option, value in (
            (socket.IPV6_MULTICAST_HOPS, 3),
            (socket.IPV6_MULTICAST_LOOP, 0),
            (socket.IPV6_MULTICAST_IF, number),
        ):
            assert sock.getsockopt(socket.IPPROTO_IPV6, option) == value
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP, group)


def the_way_of_a_multicast_is_set_by_options():
    interface = socket.inet_aton("127.0.0.1")
    with udp_socket() as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, 4) == interface
        for option, before, after in (
            (socket.IP_MULTICAST_TTL, 1, 3),
            (socket.IP_MULTICAST_LOOP, 1, 0),
        ):
            assert sock.getsockopt(socket.IPPROTO_IP, option) == before
            sock.setsockopt(socket.IPPROTO_IP, option, after)
            assert sock.getsockopt(socket.IPPROTO_IP, option) == after
    assert (socket.IP_DEFAULT_MULTICAST_TTL, socket.IP_DEFAULT_MULTICAST_LOOP) == (1, 1)


def the_mtu_of_a_path_has_numbers_and_no_names():
    assert not any(hasattr(socket, name) for name in ("IP_MTU", "IP_MTU_DISCOVER"))
    if sys.platform != "linux":
        raise unittest.SkipTest("the numbers are those of Linux")
    IP_MTU_DISCOVER, IP_PMTUDISC_DO, IP_MTU = 10, 2, 14  # linux/in.h
    with udp_socket() as one, udp_socket() as other:
        one.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
        one.connect(other.getsockname())
        assert one.getsockopt(socket.IPPROTO_IP, IP_MTU) >= 576


def options_of_raw_sockets_and_old_ones_can_be_read():
    with udp_socket() as sock:
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, 40) == b""
        if sys.platform == "linux":
            for option in (socket.IP_RECVOPTS, socket.IP_RETOPTS, socket.IP_TTL):
                sock.getsockopt(socket.IPPROTO_IP, option)
            assert socket.IP_RECVRETOPTS == socket.IP_RETOPTS
            assert socket.IP_MAX_MEMBERSHIPS == 20
    assert isinstance(socket.IP_HDRINCL, int)


def what_is_too_long_is_an_os_error_with_emsgsize():
    with udp_socket() as one, udp_socket() as other:
        error = raises(OSError, one.sendto, bytes(65508), other.getsockname())
        assert error.errno == errno.EMSGSIZE


def names_that_came_with_a_version():
    if sys.platform != "linux":
        raise unittest.SkipTest("seen on Linux alone")
    for name, since in (
        ("IP_BIND_ADDRESS_NO_PORT", (3, 11)),
        ("IP_PKTINFO", (3, 12)),
        ("IP_ADD_SOURCE_MEMBERSHIP", (3, 12)),
        ("IP_DROP_SOURCE_MEMBERSHIP", (3, 12)),
        ("IP_BLOCK_SOURCE", (3, 12)),
        ("IP_UNBLOCK_SOURCE", (3, 12)),
        ("IP_RECVERR", (3, 14)),
        ("IPV6_RECVERR", (3, 14)),
        ("IP_RECVTTL", (3, 14)),
        ("IP_RECVORIGDSTADDR", (3, 14)),
        ("IP_FREEBIND", (3, 14)),
    ):
        assert hasattr(socket, name) == (sys.version_info >= since), name


def recvmsg_brings_what_an_option_asks_for():
    with udp_socket() as one, udp_socket() as other:
        other.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        one.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x20)
        one.sendto(b"abc", other.getsockname())
        _, ancillary, flags, _ = other.recvmsg(100, socket.CMSG_SPACE(1))
        (level, _, value), = ancillary
        assert (level, value, flags & socket.MSG_CTRUNC) == (socket.IPPROTO_IP, b"\x20", 0)


def sendmsg_takes_buffers_and_an_address():
    with udp_socket() as one, udp_socket() as other:
        assert one.sendmsg([b"ab", b"c"], [], 0, other.getsockname()) == 3
        assert other.recv(100) == b"abc"


def udp_server_takes_8192_octets_of_a_datagram():
    class Length(socketserver.BaseRequestHandler):
        def handle(self):
            octets, sock = self.request
            sock.sendto(str(len(octets)).encode(), self.client_address)

    assert socketserver.UDPServer.max_packet_size == 8192
    with socketserver.UDPServer(("127.0.0.1", 0), Length) as server, udp_socket() as sock:
        sock.sendto(bytes(10000), server.server_address)
        server.handle_request()
        assert sock.recv(100) == b"8192"


def a_datagram_request_handler_sends_what_was_written():
    class Upper(socketserver.DatagramRequestHandler):
        def handle(self):
            self.wfile.write(self.rfile.read().upper())

    with socketserver.UDPServer(("127.0.0.1", 0), Upper) as server, udp_socket() as sock:
        sock.sendto(b"abc", server.server_address)
        server.handle_request()
        assert sock.recv(100) == b"ABC"


def threading_udp_server_has_a_thread_for_each_datagram_and_no_limit():
    release = threading.Event()

    class Wait(socketserver.BaseRequestHandler):
        def handle(self):
            release.wait()

    before = threading.active_count()
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Wait) as server, udp_socket() as sock:
        for _ in range(50):
            sock.sendto(b"", server.server_address)
            server.handle_request()
        assert threading.active_count() == before + 50
        release.set()


def a_datagram_endpoint_calls_datagram_received():
    class Upper(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, octets, sender):
            self.transport.sendto(octets.upper(), sender)

    async def main():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            Upper, local_addr=("127.0.0.1", 0)
        )
        with udp_socket() as sock:
            sock.sendto(b"abc", transport.get_extra_info("sockname"))
            assert await loop.run_in_executor(None, sock.recv, 100) == b"ABC"
        transport.close()

    asyncio.run(main())


def token_bytes_of_secrets_are_octets_of_the_system():
    assert len(secrets.token_bytes(4)) == 4


def _icmp(kind):
    socket.socket(socket.AF_INET, kind, socket.getprotobyname("icmp")).close()


def a_raw_socket_is_for_root_and_else_a_permission_error():
    assert socket.getprotobyname("icmp") == socket.IPPROTO_ICMP
    assert as_nobody(lambda: _icmp(socket.SOCK_RAW)) == "PermissionError"


def a_datagram_socket_for_icmp_is_for_a_range_of_groups():
    if sys.platform != "linux":
        raise unittest.SkipTest("the range is Linux's")
    with open("/proc/sys/net/ipv4/ping_group_range") as file:
        first, last = map(int, file.read().split())
    groups = [65534] if os.geteuid() == 0 else [os.getegid(), *os.getgroups()]
    allowed = any(first <= group <= last for group in groups)
    said = as_nobody(lambda: _icmp(socket.SOCK_DGRAM))
    assert said == ("" if allowed else "PermissionError")
