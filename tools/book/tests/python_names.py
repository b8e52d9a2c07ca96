"""The appendix From Python to Rust, whose file is given, has every public name of these modules."""

import hmac
import re
import selectors
import socket
import socketserver
import ssl
import struct
import sys
import types
import unittest

NEWEST = (3, 15)  # what a later Python brings, this page can't know
IMPORTED = {"ABCMeta", "BufferedIOBase", "IntEnum", "IntFlag", "Mapping", "abstractmethod"}
IMPORTED |= {"namedtuple", "socket_error", "time"}


def _rows():
    """The names in the first cells of the tables; `AF_*` stands for a family."""
    names, families = set(), []
    with open(sys.argv[2], encoding="utf-8") as page:
        for line in page:
            if line.startswith("| "):
                cell = re.split(r"(?<!\\)\|", line)[1]
                for code in cell.split("`")[1::2]:
                    names.update(re.findall(r"\w+", code))
                    families += re.findall(r"(\w+)\*", code)
    return names, tuple(families)


def _complete(thing):
    if sys.version_info[:2] > NEWEST:
        raise unittest.SkipTest(f"newer than {NEWEST}")
    names, families = _rows()
    inherited = set() if isinstance(thing, types.ModuleType) else set(dir(object))
    missing = [
        name
        for name in dir(thing)
        if not name.startswith("_")
        and name not in names | inherited | IMPORTED
        and not name.startswith(families)
        and not isinstance(getattr(thing, name), types.ModuleType)
    ]
    assert not missing, f"{thing.__name__}: {missing}"


def socket_is_complete():
    _complete(socket)
    _complete(socket.socket)


def socketserver_is_complete():
    _complete(socketserver)
    for name in socketserver.__all__:
        _complete(getattr(socketserver, name))


def selectors_is_complete():
    _complete(selectors)
    _complete(selectors.DefaultSelector)


def ssl_is_complete():
    _complete(ssl)
    for kind in (ssl.SSLContext, ssl.SSLSocket, ssl.SSLObject, ssl.SSLSession, ssl.MemoryBIO):
        _complete(kind)


def struct_is_complete():
    _complete(struct)
    _complete(struct.Struct)


def hmac_is_complete():
    _complete(hmac)
    _complete(hmac.HMAC)
