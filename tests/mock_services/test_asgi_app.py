"""The fakes in a process of their own, as curl and a browser see them."""

import asyncio
import contextlib
import html
import re
import shutil
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import Fcm, OracleFusion, Rejected, UnregisteredToken, Yardi
from eventdemo.backend.storage.model import ORACLE_FUSION, YARDI
from mock_services import Company
from mock_services.__main__ import main
from tests.backend.services.exchange import as_pending

USERS = 300
COMPANY = Company(USERS)
SECONDS = 20


@contextlib.contextmanager
def serving(*options):
    """Start `python -m mock_services` on a free port; yield its address and, once it has ended, what it printed."""
    command = [sys.executable, "-m", "mock_services", "--port", "0", "--users", str(USERS), "--perfect", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield re.search(r"http://[0-9.:]+", server.stdout.readline())[0]
        finally:
            server.send_signal(signal.SIGINT)
            try:
                _, errors = server.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                raise
    assert errors == ""
    assert server.returncode == 0


@pytest.fixture(scope="module")
def address():
    with serving() as address:
        yield address


@pytest.fixture
def page(address):
    return httpx.get(address, timeout=SECONDS, trust_env=False)


def test_clients_get_the_same_answers_over_a_socket_as_in_process(address):
    user = COMPANY.person(next(n for n in range(1, USERS) if COMPANY.pending_tasks(n, "hr") and COMPANY.devices(n)))
    known = integrations(user.organisation_id, served_at=address)
    phone = user.devices[0]

    async def ask():
        async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as http:
            oracle, yardi = OracleFusion(http), Yardi(http)
            fcm = Fcm(http, "eventdemo", messaging_url=f"{address}/fcm", instance_id_url=f"{address}/iid")
            assert (await oracle.employee(known[ORACLE_FUSION], user.username)).full_name == user.full_name
            tasks = await oracle.pending_tasks(known[ORACLE_FUSION], user.username, "hr")
            assert tasks == as_pending(COMPANY.pending_tasks(user.id, "hr"))
            leasing = await yardi.pending_tasks(known[YARDI], user.username)
            assert leasing == as_pending(COMPANY.pending_tasks(user.id, "leasing"))
            await oracle.submit(known[ORACLE_FUSION], tasks[0].id, "approve")
            with pytest.raises(Rejected, match="409"):
                await oracle.submit(known[ORACLE_FUSION], tasks[0].id, "approve")
            assert await fcm.subscribed_topics(phone.token) == sorted(phone.topics)
            assert (await fcm.send(phone.token, "Hello", "you")).startswith("projects/eventdemo/messages/")
            with pytest.raises(UnregisteredToken):
                await fcm.send("unknown:device", "Hello", "?")

    asyncio.run(ask())


def test_the_index_page_explains_itself_to_a_browser(page):
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Oracle Fusion, Yardi and Firebase, all fake</h1>" in page.text
    assert "300 invented people" in page.text


@pytest.mark.skipif(not shutil.which("curl"), reason="the page's commands are for curl")
def test_every_curl_command_on_the_index_page_really_works(page):
    commands = [html.unescape(command) for command in re.findall(r"<pre>(.*?)</pre>", page.text, re.DOTALL)]

    answers = [
        subprocess.run(
            command.replace("curl ", "curl -sS --noproxy '*' -w '%{http_code}' -o /dev/null ", 1),
            shell=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        ).stdout
        for command in commands
    ]

    assert len(commands) >= 8
    assert answers == ["200"] * len(commands)


@pytest.mark.parametrize("path", ["/nothing", "/oracle", "/oracle/nothing", "/favicon.ico"])
def test_an_unknown_path_is_not_found(address, path):
    assert httpx.get(address + path, timeout=SECONDS, trust_env=False).status_code == 404


def test_a_fault_can_be_injected_on_the_command_line():
    with serving("--fault", "down") as address:
        response = httpx.get(f"{address}/iid/iid/info/x", timeout=SECONDS, trust_env=False)

    assert response.status_code == 503


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--port", "eight"], "'eight' is not a port"),
        (["--port", "65536"], "'65536' is not a port"),
        (["--users", "0"], "'0' is not a number of users"),
        (["--users", "-3"], "'-3' is not a number of users"),
        (["--seed", "x"], "invalid int value: 'x'"),
        (["--fault", "rain"], "invalid choice: 'rain'"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_bad_usage_prints_one_clear_line_and_exits_with_2(arguments, reason, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert reason in said.err
    assert len(said.err.splitlines()) == 1


def test_a_port_in_use_prints_one_clear_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "mock_services", "--port", str(port)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)

    assert result.returncode == 1
    assert result.stderr == (
        f"Cannot listen on 127.0.0.1:{port}: the port is in use; choose another with --port, or --port 0 for any.\n"
    )


def test_without_uvicorn_the_error_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    with pytest.raises(SystemExit) as ended:
        main(["--port", "0"])

    assert ended.value.code == 1
    assert capsys.readouterr().err == "Serving needs uvicorn: pip install 'eventdemo[web]'.\n"


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    assert re.findall(r"^  (--[a-z]+)", said := capsys.readouterr().out, re.MULTILINE) == [
        "--host",
        "--port",
        "--users",
        "--seed",
        "--perfect",
        "--fault",
    ], said
