"""What the pages of this chapter say of Python, shown."""

import asyncio
import shlex
import socket
import subprocess
import sys
import tempfile
import types
import warnings
from concurrent.futures import ThreadPoolExecutor

from claims import package, raises, tcp_pair

# Telnet.


def _telnetlib():
    """The module, as long as there is one: it left the library with Python 3.13."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return package("telnetlib") if sys.version_info < (3, 13) else None


def telnetlib_is_gone_since_3_13():
    if sys.version_info >= (3, 13):
        raises(ImportError, lambda: __import__("telnetlib"))
    else:
        assert _telnetlib()


def _hears(octets, length):
    """What telnetlib answers to these octets of a server's, and the text that it makes of them."""
    telnetlib = _telnetlib()
    if telnetlib is None:
        return None
    with tcp_pair() as (ours, server):
        client = telnetlib.Telnet()
        client.sock = ours.dup()
        server.sendall(octets)
        server.shutdown(socket.SHUT_WR)
        text = client.read_all()
        client.close()
        ours.close()
        server.settimeout(10)
        answer = b""
        while data := server.recv(100):
            answer += data
        assert len(answer) == length, answer
        return text, answer


def telnetlib_declines_every_option():
    # WILL ECHO, DO NAWS
    heard = _hears(b"\xff\xfb\x01a\xff\xfd\x1fb", 6)
    assert heard in (None, (b"ab", b"\xff\xfe\x01\xff\xfc\x1f"))


def telnetlib_answers_a_refusal_too():
    # WONT ECHO, DONT NAWS: nothing to end, and yet DONT and WONT
    heard = _hears(b"\xff\xfc\x01\xff\xfe\x1f", 6)
    assert heard in (None, (b"", b"\xff\xfe\x01\xff\xfc\x1f"))


def telnetlib_leaves_the_answer_to_a_function():
    telnetlib = _telnetlib()
    if telnetlib is None:
        return
    asked = []
    with tcp_pair() as (ours, server):
        client = telnetlib.Telnet()
        client.sock = ours.dup()
        client.set_option_negotiation_callback(lambda _, *words: asked.append(words))
        # WILL ECHO, DO NAWS, DONT NAWS
        server.sendall(b"\xff\xfb\x01a\xff\xfd\x1f\xff\xfe\x1fb")
        server.shutdown(socket.SHUT_WR)
        assert client.read_all() == b"ab"
        client.close()
        ours.close()
        server.settimeout(10)
        assert server.recv(100) == b""
    words = [(telnetlib.WILL, b"\x01"), (telnetlib.DO, b"\x1f"), (telnetlib.DONT, b"\x1f")]
    assert asked == words, asked


def telnetlib_doubles_iac_and_undoes_it():
    telnetlib = _telnetlib()
    if telnetlib is None:
        return
    heard = _hears(b"a\xff\xffb", 0)
    assert heard == (b"a\xffb", b"")
    with tcp_pair() as (ours, server):
        client = telnetlib.Telnet()
        client.sock = ours.dup()
        client.write(b"a\xffb")
        client.close()
        assert server.recv(100) == b"a\xff\xffb"


# Quoting.


def _sh(line):
    return subprocess.run(["sh", "-c", line], capture_output=True, env={}, check=False)


def shlex_quote_takes_text_and_puts_it_in_single_quotes():
    assert shlex.quote("it's") == """'it'"'"'s'"""
    assert shlex.quote("") == "''"
    assert shlex.quote("a\nb") == "'a\nb'"
    raises(TypeError, shlex.quote, b"a b")


def shlex_quote_leaves_alone_what_looks_harmless():
    assert shlex.quote("a.b/c-d") == "a.b/c-d"
    assert shlex.quote("A=b") == "A=b"
    assert shlex.quote("if") == "if"


def as_the_name_of_a_program_that_is_not_harmless():
    assert shlex.join(["A=b"]) == "A=b"
    assert _sh("A=b").returncode == 0  # an assignment: nothing was run
    assert _sh("'A=b'").returncode == 127  # no such program
    assert _sh(shlex.join(["if"])).returncode not in (0, 127)
    assert _sh("'if'").returncode == 127


def shlex_split_undoes_shlex_join():
    words = ["a b", "", "it's", "$HOME", "a\nb", "\\"]
    assert shlex.split(shlex.join(words)) == words


def shlex_split_expands_nothing_where_a_shell_would():
    assert shlex.split("echo $HOME *; reboot") == ["echo", "$HOME", "*;", "reboot"]


def a_list_of_arguments_needs_no_quotes():
    arguments = ["it's", "", "$HOME", "a\nb", "*"]
    ran = subprocess.run(
        [sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == ascii(arguments) + "\n"


def a_list_with_shell_true_loses_its_arguments():
    ran = subprocess.run(["echo", "a"], shell=True, capture_output=True, check=True)
    assert ran.stdout == b"\n"


def an_octet_0_passes_quote_and_is_refused_by_subprocess():
    assert shlex.quote("a\0b") == "'a\0b'"
    raises(ValueError, lambda: subprocess.run(["echo", "a\0b"], check=False))


# Many hosts.


def gather_raises_the_first_error_and_the_others_go_on():
    async def run():
        go_on = asyncio.Event()
        done = asyncio.Event()

        async def fails():
            raise OSError("no route to host")

        async def waits():
            await go_on.wait()
            done.set()

        try:
            await asyncio.gather(fails(), waits())
        except OSError:
            go_on.set()
            await done.wait()
        else:
            raise AssertionError("gather has raised nothing")

    asyncio.run(run())


def gather_can_keep_errors_at_their_places():
    async def run():
        async def host(result):
            if isinstance(result, Exception):
                raise result
            return result

        error = OSError("no route to host")
        got = await asyncio.gather(host(0), host(error), host(1), return_exceptions=True)
        assert got == [0, error, 1]

    asyncio.run(run())


def a_task_group_ends_the_others_at_the_first_error():
    if sys.version_info < (3, 11):
        return

    async def run():
        ended = []

        async def hangs():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise

        async def fails():
            await asyncio.sleep(0)
            raise OSError("no route to host")

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(hangs())
                group.create_task(fails())
        except BaseException as error:
            assert type(error).__name__ == "ExceptionGroup"
        assert ended == ["cancelled"]

    asyncio.run(run())


def the_time_of_wait_for_runs_while_a_task_waits_for_a_semaphore():
    async def run():
        one = asyncio.Semaphore(1)

        async def host():
            async with one:
                await asyncio.Event().wait()

        first = asyncio.create_task(host())
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(host(), 0.01)
        except asyncio.TimeoutError:
            pass
        else:
            raise AssertionError("it had its turn")
        first.cancel()

    asyncio.run(run())


def a_pool_s_map_raises_the_error_in_its_place():
    def host(number):
        if number == 1:
            raise OSError("no route to host")
        return number

    with ThreadPoolExecutor(2) as pool:
        results = pool.map(host, range(3))
        assert next(results) == 0
        raises(OSError, lambda: next(results))
        raises(StopIteration, lambda: next(results))  # and that of host 2 is lost


# Host keys, with paramiko.


def _keys(text):
    """What paramiko makes of a known_hosts file."""
    paramiko = package("paramiko")
    with tempfile.NamedTemporaryFile("w", suffix="hosts") as file:
        file.write(text)
        file.flush()
        return paramiko.hostkeys.HostKeys(file.name)


def _key():
    return package("paramiko").RSAKey.generate(1024)


def paramiko_refuses_unknown_hosts_unless_told_otherwise():
    paramiko = package("paramiko")
    assert isinstance(paramiko.SSHClient()._policy, paramiko.RejectPolicy)


def paramiko_reads_no_known_hosts_unless_told_to():
    paramiko = package("paramiko")
    client = paramiko.SSHClient()
    assert not client._system_host_keys and not client.get_host_keys()


def its_auto_add_policy_takes_any_key_and_remembers_it():
    paramiko = package("paramiko")
    client, key = paramiko.SSHClient(), _key()
    client._transport = types.SimpleNamespace(_log=lambda *_: None)  # it logs through this
    paramiko.AutoAddPolicy().missing_host_key(client, "a.example", key)
    assert client.get_host_keys().check("a.example", key)
    # Without a file, only until the program ends; the next run asks nobody either.
    assert client._host_keys_filename is None


def its_warning_policy_warns_and_goes_on():
    paramiko = package("paramiko")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert paramiko.WarningPolicy().missing_host_key(paramiko.SSHClient(), "a", _key()) is None
    assert "Unknown ssh-rsa host key for a" in str(caught[0].message)


def paramiko_knows_plain_and_hashed_names():
    paramiko = package("paramiko")
    key = _key()
    line = f"{key.get_name()} {key.get_base64()}\n"
    hashed = paramiko.hostkeys.HostKeys.hash_host("b.example")
    keys = _keys(f"a.example {line}{hashed} {line}")
    assert keys.check("a.example", key)
    assert keys.check("b.example", key)
    assert not keys.check("c.example", key)


def paramiko_knows_no_wildcards_and_no_capitals():
    key = _key()
    line = f"{key.get_name()} {key.get_base64()}\n"
    assert not _keys(f"*.example {line}").check("a.example", key)
    assert not _keys(f"a.example {line}").check("A.example", key)


def paramiko_can_not_read_a_file_with_a_marker():
    paramiko = package("paramiko")
    key = _key()
    line = f"{key.get_name()} {key.get_base64()}\n"
    raises(paramiko.hostkeys.InvalidHostKey, _keys, f"@revoked b.example {line}a.example {line}")


# A dialogue, with pexpect.


def pexpect_takes_the_first_pattern_of_the_list_where_two_fit_at_one_place():
    pexpect = package("pexpect")
    child = pexpect.spawn("printf", ["Password: "], timeout=10)
    assert child.expect(["Pass", "Password"]) == 0
    child.close()


def pexpect_sees_its_own_line_again():
    # A terminal echoes what is typed.
    pexpect = package("pexpect")
    child = pexpect.spawn("cat", timeout=10)
    child.sendline("hello")
    child.expect_exact("hello\r\n")
    child.expect_exact("hello\r\n")
    child.close()


def pexpect_raises_when_what_it_waits_for_never_comes():
    pexpect = package("pexpect")
    child = pexpect.spawn("printf", ["bye"], timeout=10)
    raises(pexpect.EOF, child.expect, "Password: ")
    child = pexpect.spawn("cat", timeout=0.01)
    raises(pexpect.TIMEOUT, child.expect, "Password: ")
    child.close()
