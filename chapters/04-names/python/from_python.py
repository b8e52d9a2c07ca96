"""What the pages of this chapter say of Python, shown. It is given the address of tiny-dns."""

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
import socketserver
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from claims import as_nobody, package, raises

LINUX = sys.platform == "linux"
TINY_DNS = sys.argv[2]


@contextlib.contextmanager
def _replaced(owner, name, value):
    real = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, real)


@contextlib.contextmanager
def _path():
    with tempfile.TemporaryDirectory() as folder:
        yield os.path.join(folder, "socket")


def _with_hosts(hosts, script):
    """What it prints where there is no network and `/etc/hosts` holds that."""
    inside = 'mount --bind "$0" /etc/hosts && "$1" -c "$2"'
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(hosts + "\n")
        file.flush()
        command = ["unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c"]
        script = "import socket\n" + script
        try:
            done = subprocess.run(
                [*command, inside, file.name, sys.executable, script],
                capture_output=True,
                text=True,
            )
        except FileNotFoundError:
            raise unittest.SkipTest("no unshare")
    if "Traceback" not in done.stderr and done.returncode != 0:
        raise unittest.SkipTest(done.stderr)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# Text and octets.


def inet_pton_is_strict_and_inet_aton_is_not():
    for text in ("127.1", "010.1.1.1", "0x7f.0.0.1", "2130706433"):
        raises(OSError, socket.inet_pton, socket.AF_INET, text)
        assert len(socket.inet_aton(text)) == 4
    assert socket.inet_aton("010.1.1.1") == b"\x08\1\1\1"
    assert socket.inet_pton(socket.AF_INET, "10.1.1.1") == b"\x0a\1\1\1"
    assert socket.inet_pton(socket.AF_INET6, "::1") == bytes(15) + b"\1"


def inet_ntop_and_inet_ntoa_make_text():
    assert socket.inet_ntoa(b"\x7f\0\0\1") == socket.inet_ntop(socket.AF_INET, b"\x7f\0\0\1")
    assert socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1") == "::1"


def inet_ntop_may_write_the_last_four_octets_as_ipv4():
    if not LINUX:
        raise unittest.SkipTest("as glibc does it")
    octets = bytes(12) + b"\1\2\3\4"
    assert socket.inet_ntop(socket.AF_INET6, octets) == "::1.2.3.4"


def ip_address_refuses_leading_zeros():
    raises(ValueError, ipaddress.ip_address, "010.1.1.1")
    assert ipaddress.ip_address("::1").packed == socket.inet_pton(socket.AF_INET6, "::1")


def is_private_is_true_for_more_than_rfc_1918():
    for text in ("10.0.0.1", "127.0.0.1", "192.0.2.1"):
        assert ipaddress.ip_address(text).is_private


def has_ipv6_says_what_python_was_built_with():
    said = _with_hosts(
        "",
        """
try:
    socket.create_server(("::1", 0), family=socket.AF_INET6)
except OSError:
    print(socket.has_ipv6)
""",
    )
    assert said == str(socket.has_ipv6)  # though nothing of the network is up there


# Names.


def getaddrinfo_gives_all_that_socket_and_connect_need():
    found = socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    ((family, kind, protocol, canonical, address),) = found
    assert (family, kind, protocol) == (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    assert (canonical, address) == ("", ("127.0.0.1", 80))


def getaddrinfo_without_a_type_gives_each_kind():
    kinds = {found[1] for found in socket.getaddrinfo("127.0.0.1", 80)}
    assert {socket.SOCK_STREAM, socket.SOCK_DGRAM} <= kinds


def getaddrinfo_keeps_nothing():
    said = _with_hosts(
        "192.0.2.1 web.example",
        """
ask = lambda: socket.getaddrinfo("web.example", 80, type=socket.SOCK_STREAM)[0][4][0]
first = ask()
open("/etc/hosts", "w").write("192.0.2.2 web.example")
print(first, ask())
""",
    )
    assert said == "192.0.2.1 192.0.2.2"


def ai_passive_without_a_name_is_an_address_to_listen_at():
    def first(flags):
        return socket.getaddrinfo(
            None, 80, socket.AF_INET, socket.SOCK_STREAM, flags=flags
        )[0][4][0]

    assert first(socket.AI_PASSIVE) == "0.0.0.0" and first(0) == "127.0.0.1"


def ai_numerichost_and_ai_numericserv_ask_nobody():
    raises(
        socket.gaierror, socket.getaddrinfo, "localhost", 80, flags=socket.AI_NUMERICHOST
    )
    raises(
        socket.gaierror, socket.getaddrinfo, "127.0.0.1", "http", flags=socket.AI_NUMERICSERV
    )


def ai_v4mapped_gives_ipv4_in_the_form_of_ipv6():
    flags = socket.AI_V4MAPPED | socket.AI_ALL | socket.AI_NUMERICHOST
    found = socket.getaddrinfo(
        "192.0.2.1", 80, socket.AF_INET6, socket.SOCK_STREAM, flags=flags
    )
    assert found[0][4][0] == "::ffff:192.0.2.1"


def ai_canonname_and_ai_addrconfig_are_flags():
    flags = socket.AI_CANONNAME | socket.AI_ADDRCONFIG
    found = socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM, flags=flags)
    assert found[0][3] and isinstance(socket.AI_CANONNAME, socket.AddressInfo)


def a_name_without_an_address_is_a_gaierror_with_a_number():
    error = raises(
        socket.gaierror, socket.getaddrinfo, "localhost", 80, flags=socket.AI_NUMERICHOST
    )
    assert error.errno == socket.EAI_NONAME and isinstance(error, OSError)
    error = raises(socket.gaierror, socket.getaddrinfo, "127.0.0.1", 80, socket.AF_INET, 99)
    assert error.errno in (socket.EAI_SOCKTYPE, socket.EAI_SERVICE, socket.EAI_BADFLAGS)
    for name in ("AGAIN", "FAIL", "FAMILY", "MEMORY", "OVERFLOW", "SYSTEM", "NODATA"):
        assert isinstance(getattr(socket, "EAI_" + name), int)


def gethostbyname_gives_one_address_of_ipv4():
    assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"
    raises(socket.gaierror, socket.gethostbyname, "::1")


def gethostbyname_ex_gives_all_addresses_of_ipv4():
    said = _with_hosts(
        "192.0.2.1 web.example www.example\n192.0.2.2 web.example\n2001:db8::1 web.example",
        """
print(socket.gethostbyname("web.example"), *socket.gethostbyname_ex("web.example"))
""",
    )
    assert said == "192.0.2.1 web.example ['www.example'] ['192.0.2.1', '192.0.2.2']"
    raises(socket.gaierror, socket.gethostbyname_ex, "::1")


def gethostbyaddr_gives_a_name_its_other_names_and_the_address_of_either_family():
    said = _with_hosts(
        "192.0.2.1 web.example www.example\n2001:db8::1 web.example",
        """
print(*socket.gethostbyaddr("192.0.2.1"))
print(*socket.gethostbyaddr("2001:db8::1"))
""",
    )
    assert said.splitlines() == [
        "web.example ['www.example'] ['192.0.2.1']",
        "web.example [] ['2001:db8::1']",
    ]


def an_address_without_a_name_is_a_herror():
    said = _with_hosts(
        "",
        """
try:
    socket.gethostbyaddr("192.0.2.1")
except socket.herror as error:
    print(isinstance(error, OSError), isinstance(error, socket.gaierror))
""",
    )
    assert said == "True False"


def getfqdn_need_not_be_the_canonical_name():
    said = _with_hosts(
        "192.0.2.1 short alias.example.com",
        """
canonical = socket.getaddrinfo("short", 80, flags=socket.AI_CANONNAME)[0][3]
print(canonical, socket.getfqdn("short"))
""",
    )
    assert said == "short alias.example.com"


def getnameinfo_gives_names_or_numbers():
    flags = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    assert socket.getnameinfo(("127.0.0.1", 53), flags) == ("127.0.0.1", "53")
    flags = socket.NI_NUMERICHOST | socket.NI_DGRAM
    assert socket.getnameinfo(("127.0.0.1", 53), flags) == ("127.0.0.1", "domain")
    assert socket.NI_NAMEREQD and socket.NI_NOFQDN
    assert (socket.NI_MAXHOST, socket.NI_MAXSERV) == (1025, 32)


def getfqdn_is_the_first_name_with_a_dot():
    said = ("short", ["alias", "first.example.com", "second.example.com"], ["192.0.2.1"])
    with _replaced(socket, "gethostbyaddr", lambda name: said):
        assert socket.getfqdn("short") == "first.example.com"
    with _replaced(socket, "gethostbyaddr", lambda name: ("short", ["alias"], [])):
        assert socket.getfqdn("any") == "short"


def gethostname_is_what_the_host_calls_itself():
    assert socket.gethostname() == os.uname().nodename


def a_server_at_gethostname_listens_where_that_name_leads():
    try:
        address = socket.gethostbyname(socket.gethostname())
    except socket.gaierror:
        raise unittest.SkipTest("this host's name has no address")
    with socket.socket() as listener:
        try:
            listener.bind((socket.gethostname(), 0))
        except OSError as error:
            assert error.errno == errno.EADDRNOTAVAIL
            raise unittest.SkipTest("the address of this host's name is not this host's")
        assert listener.getsockname()[0] == address


def sethostname_is_for_root():
    assert as_nobody(lambda: socket.sethostname("other")) == "PermissionError"


def getservbyname_and_getservbyport_go_there_and_back():
    assert socket.getservbyname("domain", "udp") == 53
    assert socket.getservbyport(53, "tcp") == "domain"


def getprotobyname_is_the_number_of_a_constant():
    assert socket.getprotobyname("tcp") == socket.IPPROTO_TCP
    assert socket.getprotobyname("udp") == socket.IPPROTO_UDP


def an_interface_has_a_name_and_a_number():
    for number, name in socket.if_nameindex():
        assert socket.if_nametoindex(name) == number
        assert socket.if_indextoname(number) == name


# Connecting and listening.


def create_connection_has_the_time_out_for_each_address():
    if not LINUX:
        raise unittest.SkipTest("a full queue drops on Linux")
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(4):  # more than the queue holds
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(address)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)] * 2
        with _replaced(socket, "getaddrinfo", lambda *_: found):
            began = time.monotonic()
            raises(socket.timeout, socket.create_connection, ("two", 1), timeout=0.2)
            assert time.monotonic() - began >= 0.4


def open_connection_races_if_it_is_given_a_delay():
    async def main():
        loop = asyncio.get_running_loop()

        async def end(reader, writer):
            writer.close()

        server = await asyncio.start_server(end, "127.0.0.1", 0)
        good = server.sockets[0].getsockname()
        silent = ("192.0.2.1", good[1])
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        connect = loop.sock_connect

        async def both(*arguments, **named):
            return [(*kind, silent), (*kind, good)]

        async def never_or_connect(sock, address):
            await (asyncio.Event().wait() if address == silent else connect(sock, address))

        with _replaced(loop, "getaddrinfo", both), _replaced(
            loop, "sock_connect", never_or_connect
        ):
            _, writer = await asyncio.open_connection("two", 1, happy_eyeballs_delay=0.01)
            assert writer.get_extra_info("peername") == good
            writer.close()
            try:
                await asyncio.wait_for(asyncio.open_connection("two", 1), 0.2)
                raise AssertionError("it didn't wait for the first")
            except asyncio.TimeoutError:
                pass
        server.close()

    asyncio.run(main())


def an_empty_host_is_any_address():
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("", 0))
        assert listener.getsockname()[0] == "0.0.0.0"
    if socket.has_dualstack_ipv6():
        with socket.socket(socket.AF_INET6) as listener:
            listener.bind(("", 0))
            assert listener.getsockname()[0] == "::"


def create_server_is_ipv6_alone_unless_it_is_told_otherwise():
    if not socket.has_dualstack_ipv6():
        raise unittest.SkipTest("no IPv6")
    for both in (False, True):
        with socket.create_server(
            ("::", 0), family=socket.AF_INET6, dualstack_ipv6=both
        ) as listener:
            only = listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
            assert bool(only) != both
            if both:
                client = socket.create_connection(("127.0.0.1", listener.getsockname()[1]))
                server, address = listener.accept()
                assert address[0] == "::ffff:127.0.0.1"
                client.close()
                server.close()


def an_address_of_ipv6_has_four_parts():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
            host, port, flow, scope = listener.getsockname()
            assert (host, flow, scope) == ("::1", 0, 0)
    except OSError:
        raise unittest.SkipTest("no IPv6")


def options_of_ipv6_can_be_set_and_read():
    if not socket.has_dualstack_ipv6():
        raise unittest.SkipTest("no IPv6")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        for option in (socket.IPV6_TCLASS, socket.IPV6_UNICAST_HOPS, socket.IPV6_RECVTCLASS):
            sock.setsockopt(socket.IPPROTO_IPV6, option, 1)
            assert sock.getsockopt(socket.IPPROTO_IPV6, option) == 1
        if LINUX:
            for option in (socket.IPV6_RECVPKTINFO, socket.IPV6_RECVHOPLIMIT):
                sock.setsockopt(socket.IPPROTO_IPV6, option, 1)
                assert sock.getsockopt(socket.IPPROTO_IPV6, option) == 1
            assert socket.IPV6_PKTINFO and socket.IPV6_HOPLIMIT and socket.IPV6_DONTFRAG


def an_address_can_be_bound_that_is_nobodys():
    if not LINUX or os.geteuid() != 0:
        raise unittest.SkipTest("for root of Linux")
    with socket.socket() as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TRANSPARENT, 1)
        sock.bind(("192.0.2.1", 0))
        assert sock.getsockname()[0] == "192.0.2.1"
    if sys.version_info >= (3, 12):
        assert socket.IP_BIND_ADDRESS_NO_PORT


# Paths.


def a_path_is_an_address_of_unix():
    with _path() as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            server, address = listener.accept()
            with server:
                assert address == "" and client.getpeername() == path
                client.sendall(b"a")
                assert server.recv(1) == b"a"


def datagrams_go_between_paths_too():
    with _path() as path, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind(path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.sendto(b"a", path)
            assert one.recv(10) == b"a"


def an_abstract_name_begins_with_a_zero_on_linux():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    name = f"\0from_python.{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(name)
        listener.listen()
        client.connect(name)
        assert client.getpeername() == name.encode() and not os.path.exists(name[1:])


def socketpair_makes_both_kinds():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        one, other = socket.socketpair(socket.AF_UNIX, kind)
        with one, other:
            one.send(b"a")
            assert other.recv(10) == b"a"


def so_peercred_tells_who_connected():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    one, other = socket.socketpair()
    with one, other:
        octets = one.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        assert struct.unpack("3i", octets) == (os.getpid(), os.geteuid(), os.getegid())


def so_passcred_brings_who_sent():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        one.send(b"a")
        _, ((level, kind, octets),), _, _ = other.recvmsg(10, socket.CMSG_LEN(12))
        assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
        assert struct.unpack("3i", octets)[0] == os.getpid()
        other.setsockopt(socket.SOL_SOCKET, socket.SO_PASSSEC, 0)
        assert isinstance(socket.SO_PEERSEC, int)


def socketserver_has_servers_for_paths():
    class Upper(socketserver.BaseRequestHandler):
        def handle(self):
            if isinstance(self.request, tuple):
                octets, sock = self.request
                sock.sendto(octets.upper(), self.client_address)
            else:
                self.request.sendall(self.request.recv(10).upper())

    for Server, kind in (
        (socketserver.UnixStreamServer, socket.SOCK_STREAM),
        (socketserver.UnixDatagramServer, socket.SOCK_DGRAM),
        (socketserver.ThreadingUnixStreamServer, socket.SOCK_STREAM),
        (socketserver.ThreadingUnixDatagramServer, socket.SOCK_DGRAM),
    ):
        with _path() as path, Server(path, Upper) as server:
            with socket.socket(socket.AF_UNIX, kind) as client:
                client.bind(path + ".client")
                client.connect(path)
                client.send(b"abc")
                server.handle_request()
                assert client.recv(10) == b"ABC"


def asyncio_speaks_over_paths():
    async def main(path):
        async def serve(reader, writer):
            writer.write((await reader.readline()).upper())
            writer.close()

        server = await asyncio.start_unix_server(serve, path)
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"abc\n")
        assert await reader.read() == b"ABC\n"
        writer.close()
        server.close()

    with _path() as path:
        asyncio.run(main(path))


# Families that few programs use.


def a_netlink_address_is_a_number_of_the_socket():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    kind = (socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    with socket.socket(*kind) as one, socket.socket(*kind) as other:
        for sock in (one, other):
            sock.bind((0, 0))
        assert one.getsockname() != other.getsockname()


def a_packet_socket_is_for_root():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    assert as_nobody(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)) == (
        "PermissionError"
    )
    assert socket.PF_PACKET == socket.AF_PACKET and socket.PACKET_HOST == 0
    for name in ("ETH_P_ALL", "ETHERTYPE_IP"):
        assert hasattr(socket, name) == (sys.version_info >= (3, 12)), name


def the_kernel_hashes_over_af_alg():
    import hashlib

    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    assert callable(socket.socket.sendmsg_afalg)
    try:
        sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        sock.bind(("hash", "sha256"))
    except OSError:
        raise unittest.SkipTest("this kernel has no AF_ALG")
    with sock, sock.accept()[0] as operation:
        operation.sendall(b"abc")
        assert operation.recv(32) == hashlib.sha256(b"abc").digest()


def the_families_of_linux_that_the_appendix_names():
    if not LINUX:
        raise unittest.SkipTest("Linux alone")
    for name in """AF_UNSPEC AF_ALG AF_APPLETALK AF_ASH AF_ATMPVC AF_ATMSVC AF_AX25 AF_BRIDGE
    AF_CAN AF_DECnet AF_ECONET AF_IPX AF_IRDA AF_KEY AF_LLC AF_NETBEUI AF_NETROM AF_PPPOX
    AF_QIPCRTR AF_RDS AF_ROSE AF_ROUTE AF_SECURITY AF_SNA AF_TIPC AF_VSOCK AF_WANPIPE AF_X25
    PF_CAN PF_RDS SOL_ALG SOL_CAN_BASE SOL_CAN_RAW SOL_RDS SOL_TIPC SOL_UDP CAN_RAW CAN_BCM
    ALG_SET_KEY J1939_NO_NAME TIPC_ADDR_ID UDPLITE_SEND_CSCOV VMADDR_CID_ANY
    VM_SOCKETS_INVALID_VERSION SO_VM_SOCKETS_BUFFER_SIZE IOCTL_VM_SOCKETS_GET_LOCAL_CID
    SCM_J1939_PRIO SO_J1939_FILTER NETLINK_USERSOCK PACKET_OUTGOING SOCK_RDM CAPI""".split():
        assert hasattr(socket, name), name
    assert hasattr(socket, "RDS_RECVERR") == (sys.version_info >= (3, 14))
    assert hasattr(socket, "IPX_TYPE") == (sys.version_info >= (3, 14))


def bluetooth_is_there_where_python_was_built_with_it():
    names = "BDADDR_ANY BDADDR_LOCAL BTPROTO_RFCOMM".split()
    names += "BTPROTO_L2CAP HCI_FILTER".split() if LINUX else []
    for name in names:
        assert hasattr(socket, name) == hasattr(socket, "AF_BLUETOOTH"), name
    if sys.version_info < (3, 14):
        assert not hasattr(socket, "BT_SECURITY") and not hasattr(socket, "L2CAP_LM")


def the_families_of_other_systems_that_the_appendix_names():
    for name, systems in (
        ("PF_SYSTEM", ["darwin"]),
        ("AF_SYSTEM", ["darwin"]),
        ("SYSPROTO_CONTROL", ["darwin"]),
        ("LOCAL_PEERCRED", ["darwin"]),
        ("TCP_KEEPALIVE", ["darwin"]),
        ("AF_HYPERV", ["win32"]),
        ("SIO_RCVALL", ["win32"]),
        ("RCVALL_ON", ["win32"]),
        ("SO_EXCLUSIVEADDRUSE", ["win32"]),
        ("AF_LINK", ["darwin", "win32"]),
        ("SO_USELOOPBACK", ["darwin", "win32"]),
        ("IP_RECVDSTADDR", ["darwin", "win32"]),
        ("MSG_EOF", ["darwin"]),
        ("SCM_CREDS", ["darwin"]),
        ("AI_DEFAULT", ["darwin"]),
        ("AI_MASK", ["darwin"]),
        ("AI_V4MAPPED_CFG", ["darwin"]),
        ("HV_GUID_ZERO", ["win32"]),
        ("HVSOCKET_CONNECT_TIMEOUT", ["win32"]),
        ("SO_BTH_MTU", ["win32"]),
        ("MSG_BCAST", ["win32"]),
        ("MSG_MCAST", ["win32"]),
        ("errorTab", ["win32"]),
    ):
        assert not LINUX or not hasattr(socket, name), name
        if sys.platform == "darwin" and systems == ["darwin"]:
            assert hasattr(socket, name), name
    assert not hasattr(socket.socket, "share") and not hasattr(socket.socket, "ioctl")
    assert not hasattr(socket, "fromshare")


def constants_of_addresses_are_numbers():
    assert socket.inet_aton("255.255.255.255") == struct.pack("!I", socket.INADDR_BROADCAST)
    assert socket.INADDR_ANY == 0 and socket.INADDR_NONE == socket.INADDR_BROADCAST
    for name, text in (
        ("INADDR_LOOPBACK", "127.0.0.1"),
        ("INADDR_UNSPEC_GROUP", "224.0.0.0"),
        ("INADDR_ALLHOSTS_GROUP", "224.0.0.1"),
        ("INADDR_MAX_LOCAL_GROUP", "224.0.0.255"),
    ):
        assert socket.inet_aton(text) == struct.pack("!I", getattr(socket, name)), name
    assert (socket.IPPORT_RESERVED, socket.IPPORT_USERRESERVED) == (1024, 5000)


def error_names_of_old_are_still_there():
    assert socket.error is OSError
    assert (socket.EBADF, socket.EAGAIN) == (errno.EBADF, errno.EAGAIN)


def six_numbers_are_the_header_of_a_message():
    header = bytes.fromhex("1234 0100 0001 0000 0000 0000")
    assert struct.unpack("!6H", header[:12]) == (0x1234, 0x100, 1, 0, 0, 0)


# dnspython.


def _resolver(**settings):
    resolver = package("dns.resolver").Resolver(configure=False)
    host, _, port = TINY_DNS.rpartition(":")
    resolver.nameservers, resolver.port, resolver.lifetime = [host], int(port), 10
    vars(resolver).update(settings)
    return resolver


def resolve_asks_for_a_type_and_has_its_ttl():
    answer = _resolver().resolve("example.com", "MX")
    assert {(mx.preference, str(mx.exchange)) for mx in answer} == {
        (10, "mail.example.com."),
        (20, "backup.example.com."),
    }
    assert answer.rrset.ttl > 0


def there_are_two_ways_to_say_no():
    resolver = package("dns.resolver")
    raises(resolver.NXDOMAIN, _resolver().resolve, "nowhere.example.com", "A")
    raises(resolver.NoAnswer, _resolver().resolve, "www.example.com", "MX")


def a_cache_keeps_answers_only_if_it_is_given_one():
    resolver = package("dns.resolver")
    assert resolver.Resolver(configure=False).cache is None
    for cache in (resolver.Cache(), resolver.LRUCache()):
        asking = _resolver(cache=cache)
        first = asking.resolve("www.example.com", "A")
        assert asking.resolve("www.example.com", "A") is first
        assert first.expiration <= time.time() + first.rrset.ttl


def from_wire_and_to_wire_are_a_codec():
    message = package("dns.message").make_query("www.example.com", "A")
    octets = message.to_wire()
    assert package("dns.message").from_wire(octets) == message
    assert struct.unpack("!6H", octets[:12])[2] == 1  # one question
