"""Every name of Python's library in the appendix is Python's, or its row says why not here.

    names.py PAGE

Those of other packages are run by the chapters' scripts.
"""

import builtins
import errno
import hmac
import importlib.util
import inspect
import io
import os
import re
import secrets
import select
import selectors
import socket
import socketserver
import ssl
import struct
import sys
import warnings

PAGE = sys.argv[2]
LIBRARY = (
    *(builtins, errno, hmac, io, os, secrets, select, selectors),
    *(socket, socketserver, ssl, struct),
)
# From here to the end the sections are about other modules, but for the last.
OTHERS = ("asyncio", "Memory")
# How a row calls a system, and how Python does.
SYSTEMS = {
    "Linux": "linux",
    "macOS": "darwin",
    "BSD": "bsd",
    "Windows": "win32",
    "Solaris": "sunos",
}
BUILT = "built with"  # what is there in some builds
PACKAGES = ("dnspython", "Twisted")


def _known():
    names = set(vars(socketserver.BaseServer(("", 0), None)))  # what an object alone has
    for module in LIBRARY:
        names.add(module.__name__)
        for name, thing in vars(module).items():
            names.add(name)
            if inspect.isclass(thing):
                names.update(dir(thing))
    return names


def _rows():
    """The rows on the library: line, the code in the first cell, the third cell."""
    with open(PAGE, encoding="utf-8") as page:
        lines = page.read().splitlines()
    ours, in_table = True, False
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            title = line[3:].replace("`", "")
            ours = title.startswith("Gone") or ours and not title.startswith(OTHERS)
        in_table = line.startswith("| Python |") or in_table and line.startswith("|")
        cells = re.split(r"(?<!\\)\|", line)
        library = ours and in_table and not any(package in cells[1] for package in PACKAGES)
        if library and not line.startswith(("| Python |", "|---")):
            yield number, re.findall("`([^`]*)`", cells[1]), cells[3]


def _names(code):
    """The constants and classes in a piece of code, and what is asked of a socket or a context."""
    code = re.sub(r"\"[^\"]*\"", "", code)
    for path in re.findall(r"[A-Za-z_][\w.]*\*?", code):
        *owner, name = path.split(".")
        big = re.fullmatch(r"[A-Z][A-Za-z0-9_]{2,}\*?", name)
        if big or owner and owner[0] in ("sock", "context", "socket", "ssl", "selector", "struct"):
            yield name


def _is_there(known, name):
    if name.endswith("*"):
        return any(it.startswith(name[:-1]) for it in known)
    return name in known


def _excuse(note):
    """Why what a row names may be missing here, as the row says."""
    for word, version in re.findall(r"(gone )?since 3\.(\d+)", note):
        if (sys.version_info >= (3, int(version))) == bool(word):
            return True
    elsewhere = [name for word, name in SYSTEMS.items() if word in note]
    return BUILT in note or elsewhere and not any(name in sys.platform for name in elsewhere)


def what_is_missing_here_is_marked():
    known = _known()
    missing = []
    names = 0
    for number, codes, note in _rows():
        for name in (name for code in codes for name in _names(code)):
            names += 1
            if not _is_there(known, name) and not _excuse(note):
                missing.append(f"line {number}: {name}")
    assert not missing, missing
    assert names > 300, names  # the tables were found


def what_is_marked_with_a_later_version_is_missing():
    known = _known()
    early = []
    for number, codes, note in _rows():
        marks = re.findall(r"(?<!gone )since 3\.(\d+)", note)
        # Where the mark is for one of several, the row says for which.
        if len(marks) != 1 or re.search(r"the (second|third|last)|` since", note):
            continue
        if sys.version_info < (3, int(marks[0])):
            names = (name for code in codes for name in _names(code))
            early += [f"line {number}: {name}" for name in names if _is_there(known, name)]
    assert not early, early


def what_is_gone_is_gone_and_was_there():
    wrong = []
    for number, codes, note in _rows():
        gone = re.search(r"gone since 3\.(\d+)", note)
        if not gone:
            continue
        for code in codes:
            module, _, name = code.split("(")[0].partition(".")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                found = importlib.util.find_spec(module) is not None
                found = found and (not name or hasattr(importlib.import_module(module), name))
            if found != (sys.version_info < (3, int(gone[1]))):
                wrong.append(f"line {number}: {code}")
    assert not wrong, wrong
