"""`eventdemo serve` as a program on loopback, with in-process and served fakes, until a clean exit."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass

import httpx
import pytest

from mock_services import Company
from tests.cli.commands import PROGRAM, SECONDS

USERS = 12
COMPANY = Company(USERS)
BUSY = 3
"""A user who has a password and a device, and who is no admin."""
SERVE = [*PROGRAM, "serve", "--port", "0", "--users", str(USERS)]
LAST = "X-API-Key"
FAKES = [sys.executable, "-m", "mock_services", "--port", "0", "--users", str(USERS)]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@dataclass
class Served:
    """A running server program."""

    program: subprocess.Popen
    address: str
    lines: list[str]
    """What it printed when it was ready."""

    def account(self, n):
        """Return the printed username and password of a user."""
        (found,) = re.findall(rf"Log in as (\S+\.{n}) \(.*\) with the password (\S+)\n", "".join(self.lines))
        return dict(zip(("username", "password"), found, strict=True))

    def bearer(self, n):
        """Log in as one of the users with a password, and return the header of the session."""
        session = self.request("POST", "/auth/login", json=self.account(n)).json()
        return {"Authorization": f"Bearer {session['access_token']}"}

    def request(self, method, path, **more):
        return httpx.request(method, self.address + path, trust_env=False, timeout=SECONDS, **more)

    def end(self, by=signal.SIGINT):
        """Send a signal, wait, and return the exit code; the program must not print anything."""
        self.program.send_signal(by)
        printed = self.program.communicate(timeout=SECONDS)
        assert printed == ("", "")
        return self.program.returncode


@contextlib.contextmanager
def serving(command, *options, until="http"):
    """Start a program, and wait for the line that is the last it prints at its start."""
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            lines = []
            while not any(until in line for line in lines):
                lines.append(program.stdout.readline())
                assert lines[-1], program.stderr.read()
            yield Served(program, re.search(r"http://[0-9.]+:[0-9]+", lines[0])[0], lines)
        finally:
            if program.poll() is None:
                program.kill()


@pytest.fixture(scope="module")
def backend():
    with serving(SERVE, until=LAST) as served:
        yield served
        assert served.end() == 0


def test_the_printed_url_leads_to_the_documentation(backend):
    assert backend.lines[0] == f"Serving {backend.address}/docs until Ctrl-C.\n"
    assert backend.request("GET", "/docs").status_code == 200
    assert backend.request("GET", "/openapi.json").json()["info"]["title"] == "eventdemo"


def test_a_profile_is_synced_with_in_process_fakes(backend):
    bearer = backend.bearer(BUSY)

    assert backend.request("PUT", "/user/sync-profile", headers=bearer).status_code == 200

    user = backend.request("GET", f"/users/{BUSY}", headers=bearer).json()
    assert user["full_name"] == COMPANY.person(BUSY).full_name


def test_a_client_error_is_answered_and_logs_no_traceback(backend):
    assert backend.request("GET", "/users/999", headers=backend.bearer(1)).json() == {"detail": "There is no user 999."}


def test_a_client_cannot_choose_the_address_under_which_its_logins_are_counted(backend):
    wrong = backend.account(2) | {"password": "wrong"}

    statuses = [
        backend.request("POST", "/auth/login", json=wrong, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(6)
    ]

    assert statuses == [401] * 5 + [429]


def test_a_profile_is_synced_with_served_fakes():
    with (
        serving(FAKES, "--perfect") as fakes,
        serving(SERVE, "--services", f"{fakes.address}/", "--zone", "Asia/Dubai", until=LAST) as backend,
    ):
        bearer = backend.bearer(BUSY)
        assert backend.request("PUT", "/user/sync-profile", headers=bearer).status_code == 200
        user = backend.request("GET", f"/users/{BUSY}", headers=bearer).json()
        assert user["full_name"] == COMPANY.person(BUSY).full_name
        phone = COMPANY.devices(BUSY)[0].token
        assert "rel" in httpx.get(f"{fakes.address}/iid/iid/info/{phone}?details=true", trust_env=False).json()

        assert backend.request("POST", "/auth/logout-mobile", headers=bearer).status_code == 200
        assert backend.end() == 0

        # The backend has ended only after the listeners of the logout had.
        assert "rel" not in httpx.get(f"{fakes.address}/iid/iid/info/{phone}?details=true", trust_env=False).json()
        assert fakes.end() == 0


def test_a_running_request_is_answered_before_a_silent_exit():
    with serving(SERVE, until=LAST) as backend, socket.create_connection(address_of(backend)) as connection:
        headers = f"Host: localhost\r\nAuthorization: {backend.bearer(BUSY)['Authorization']}\r\n\r\n"
        first, second = f"GET /users/{BUSY} HTTP/1.1\r\n", "PUT /user/sync-profile HTTP/1.1\r\n"
        connection.sendall(f"{first}{headers}{second}{headers}".encode())
        answers = connection.recv(4096)  # to the first; the second is running, and takes more than half a second
        assert answers.count(b"HTTP/1.1") == 1

        assert backend.end(signal.SIGTERM) == -signal.SIGTERM  # the signal ends it after the answer
        while more := connection.recv(4096):
            answers += more
        assert answers.count(b"HTTP/1.1 200 OK") == 2


def address_of(served):
    host, _, port = served.address.removeprefix("http://").partition(":")
    return host, int(port)
