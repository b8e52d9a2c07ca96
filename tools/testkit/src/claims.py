"""Runs every claim of a script: its public functions, each named after what it shows.

    python3 claims.py SCRIPT [ARGUMENT...]

A claim is true if it returns, false if it raises, and can't be tried on this machine if
it raises `unittest.SkipTest`. The script may import from here what many claims need.
"""

import contextlib
import faulthandler
import importlib
import importlib.util
import inspect
import os
import socket
import sys
import threading
import unittest

DEADLINE = 60  # seconds for all; then every thread says where it hangs


def raises(kind, call, *arguments, **named):
    """The error of that kind that the call raises; anything else is a failure."""
    try:
        given = call(*arguments, **named)
    except kind as error:
        return error
    raise AssertionError(f"{kind} was not raised: {given!r}")


@contextlib.contextmanager
def tcp_pair():
    """Both ends of a TCP connection: who asked, and who accepted."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    with client, server:
        yield client, server


@contextlib.contextmanager
def udp_socket():
    """A UDP socket with a loopback address of its own, which waits ten seconds at most."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(10)
        yield sock


@contextlib.contextmanager
def in_thread(call, *arguments):
    """Calls it in a thread, which ends before the block does."""
    thread = threading.Thread(target=call, args=arguments, daemon=True)
    thread.start()
    yield thread
    thread.join()


def package(name):
    """The package of that name; a claim that needs one is skipped where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        if os.environ.get("PEERS") == "required":
            raise
        raise unittest.SkipTest(f"peer missing: python3:{name} (skipped)")


def as_nobody(call):
    """The name of the error that the call raises for a user without rights, or ``""``."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            call()
        except BaseException as error:
            said = type(error).__name__
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading) as said:
        return said.read()


def claims(path):
    """The claims of the script at `path`, in its order."""
    sys.modules["claims"] = sys.modules[__name__]
    spec = importlib.util.spec_from_file_location("script", path)
    script = importlib.util.module_from_spec(spec)
    sys.path.insert(0, path.rpartition("/")[0])
    spec.loader.exec_module(script)
    for name, thing in vars(script).items():
        own = inspect.isfunction(thing) and thing.__module__ == script.__name__
        if own and not name.startswith("_"):
            yield unittest.FunctionTestCase(thing, description=name.replace("_", " "))


if __name__ == "__main__":
    faulthandler.dump_traceback_later(DEADLINE, exit=True)
    suite = unittest.TestSuite(claims(sys.argv[1]))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    # Without `assert`, and without claims, all would be well.
    sys.exit(not (__debug__ and result.testsRun and result.wasSuccessful()))
