"""paramiko at our server: python3 paramiko_client.py ADDRESS PORT KEYS OTHER_PORT SHORT_PORT.

The server at OTHER_PORT has another key than the one that is known, and gives a client a
minute to log in; that at SHORT_PORT gives it a second.
"""

import inspect
import socket
import stat
import sys
import time

from claims import package, raises

ADDRESS, PORT, KEYS, OTHER_PORT, SHORT_PORT = sys.argv[2:]


def _client(port=PORT, **options):
    paramiko = package("paramiko")
    client = paramiko.SSHClient()
    client.load_host_keys(f"{KEYS}/known_hosts")
    options = {"key_filename": f"{KEYS}/id_ed25519", **options}
    options |= {"look_for_keys": False, "allow_agent": False}
    client.connect(ADDRESS, int(port), "alice", **options)
    return client


def exec_command_gives_three_streams_and_a_status():
    with _client() as client:
        _, stdout, stderr = client.exec_command("both")
        assert (stdout.read(), stderr.read()) == (b"one\nthree\n", b"two\n")
        assert stdout.channel.recv_exit_status() == 0
        _, stdout, _ = client.exec_command("exit 3")
        assert stdout.channel.recv_exit_status() == 3


def a_killed_command_has_the_status_minus_one():
    with _client() as client:
        _, stdout, _ = client.exec_command("killed")
        assert stdout.channel.recv_exit_status() == -1


def a_status_that_is_waited_for_first_never_comes():
    with _client() as client:
        channel = client.get_transport().open_session(window_size=32768)
        channel.exec_command("flood 5000")
        assert not channel.status_event.wait(0.5)
        while channel.recv(4096):
            pass
        assert channel.recv_exit_status() == 0


def who_takes_nothing_of_what_it_is_told_is_left():
    paramiko = package("paramiko")
    for begin, words in [
        (lambda channel: channel.exec_command("upper"), b"x" * 32000),
        (lambda channel: channel.invoke_shell(), b"flood 20000\n" * 1000),
    ]:
        with _client() as client:
            channel = client.get_transport().open_session(window_size=1000)
            begin(channel)
            channel.settimeout(10)
            raises(
                (OSError, EOFError, paramiko.SSHException),
                lambda: [channel.sendall(words) for _ in range(1000)],
            )
            assert not client.get_transport().is_active()  # it has left, and is not only slow


def _transport(port=PORT):
    transport = package("paramiko").Transport(socket.create_connection((ADDRESS, int(port))))
    transport.start_client(timeout=10)
    return transport


def _storm(method, *rest):
    """Sends twenty requests in a row; returns when the server, which is patient, has gone."""
    paramiko = package("paramiko")
    transport = _transport(OTHER_PORT)
    # paramiko itself asks for the service first, each time, which counts for nothing.
    raises(paramiko.AuthenticationException, transport.auth_password, "alice", "wrong")
    began = time.monotonic()
    try:
        for _ in range(20):
            request = paramiko.Message()
            request.add_byte(b"\x32")
            for text in ["alice", "ssh-connection", method]:
                request.add_string(text)
            for add in rest:
                add(request)
            transport._send_message(request)
    except (EOFError, OSError, paramiko.SSHException):
        pass
    while transport.is_active():
        assert time.monotonic() - began < 30, "it may try for ever"
        time.sleep(0.01)


def a_storm_of_passwords_ends():
    _storm("password", lambda it: it.add_boolean(False), lambda it: it.add_string("wrong"))


def a_storm_of_nothing_ends():
    _storm("none")


def _debug():
    """A message for whoever looks for errors, to be ignored (RFC 4253, section 11.3)."""
    message = package("paramiko").Message()
    message.add_byte(b"\x04")
    message.add_boolean(False)
    message.add_string("x" * 1000)
    message.add_string("")
    return message


def who_sends_what_is_ignored_is_not_logged_in_by_that():
    transport = _transport(SHORT_PORT)
    began = time.monotonic()
    while transport.is_active():
        assert time.monotonic() - began < 30, "it may go on for ever"
        try:
            transport.send_ignore(1000)
            transport._send_message(_debug())
        except (EOFError, OSError, package("paramiko").SSHException):
            break


def what_is_ignored_holds_up_nobody():
    with _client() as flood, _client() as other:
        for _ in range(1000):
            flood.get_transport().send_ignore(1000)
            flood.get_transport()._send_message(_debug())
        for client in [other, flood]:
            _, stdout, _ = client.exec_command("greet")
            assert stdout.read() == b"hello alice\n"


def a_changed_key_is_refused_whatever_the_policy():
    paramiko = package("paramiko")
    for policy in [paramiko.RejectPolicy, paramiko.WarningPolicy, paramiko.AutoAddPolicy]:
        client = paramiko.SSHClient()
        client.load_host_keys(f"{KEYS}/known_hosts")
        client.set_missing_host_key_policy(policy())
        raises(
            paramiko.BadHostKeyException,
            lambda: client.connect(ADDRESS, int(OTHER_PORT), "alice", password="down-the-hole"),
        )


def a_password_opens_the_door_too():
    paramiko = package("paramiko")
    with _client(key_filename=None, password="down-the-hole"):
        pass
    raises(
        paramiko.AuthenticationException,
        lambda: _client(key_filename=None, password="wrong"),
    )


def connect_tries_agent_and_keys_unless_told_not_to_and_has_three_time_outs():
    parameters = inspect.signature(package("paramiko").SSHClient.connect).parameters
    assert parameters["allow_agent"].default is True
    assert parameters["look_for_keys"].default is True
    for name in ["timeout", "banner_timeout", "auth_timeout"]:
        assert parameters[name].default is None


def invoke_shell_is_a_terminal_with_all_that_comes_with_it():
    with _client() as client:
        channel = client.invoke_shell()
        channel.settimeout(10)
        channel.send(b"both\nexit 4\n")
        heard = b""
        while piece := channel.recv(9999):
            heard += piece
        assert heard == b"$ both\r\none\r\ntwo\r\nthree\r\n$ exit 4\r\n", heard
        assert channel.recv_exit_status() == 4


def what_was_typed_ahead_is_swallowed():
    with _client() as client:
        channel = client.invoke_shell()
        channel.settimeout(10)
        channel.send(b"upper\ngreet\nexit\n")
        heard = b""
        while not heard.endswith(b"EXIT\r\n"):
            heard += channel.recv(9999)
        assert b"GREET\r\n" in heard
        assert not channel.exit_status_ready()


def sftp_lists_and_gets_a_file_and_no_folder():
    with _client() as client, client.open_sftp() as sftp:
        listed = {entry.filename: entry for entry in sftp.listdir_attr("poems")}
        assert set(listed) == {"raven.txt", "long", "empty.txt"}
        assert stat.S_ISDIR(listed["long"].st_mode)
        assert listed["raven.txt"].st_size == 1500
        sftp.get("poems/raven.txt", f"{KEYS}/raven.txt")
        assert not hasattr(sftp, "get_recursive")
        raises(OSError, sftp.get, "poems/long", f"{KEYS}/long")


def sftp_believes_the_names_that_it_is_told():
    with _client() as client, client.open_sftp() as sftp:
        assert "../../escaped.txt" in sftp.listdir("traps")
