"""paramiko at our server: python3 paramiko_client.py ADDRESS PORT KEYS OTHER_PORT.

The server at OTHER_PORT has another key than the one that is known.
"""

import inspect
import stat
import sys

from claims import package, raises

ADDRESS, PORT, KEYS, OTHER_PORT = sys.argv[2:]


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
