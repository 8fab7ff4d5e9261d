"""Bad usage is one line on stderr, exit 2 and nothing else: no header, no half of a table, no traceback."""

import socket
import sys

import pytest

RUN = ("run", "logout", "--strategy", "awaited")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["--colour"], "No such option: --colour"),
        (["compare", "nonsense"], "There is no scenario 'nonsense': `eventdemo scenarios` lists them."),
        (["explore", "logout-race:mended"], "has no variant 'mended': choose from broken, repaired."),
        (["compare", "logout", "extra"], "unexpected extra argument"),
        (["compare", "--users", "0"], "Invalid value for '--users'"),
        (["compare", "--users", "many"], "Invalid value for '--users'"),
        (["compare", "--users", "100001"], "Invalid value for '--users'"),
        (["compare", "--seed", "-1"], "Invalid value for '--seed'"),
        (["compare", "--seed", "x"], "unable to parse string as an integer. See --help."),
        (["compare", "--seed"], "Option '--seed' requires an argument"),
        (["compare", "--user", "0"], "Invalid value for '--user'"),
        (["compare", "--strategies", ""], "There is no strategy '': choose from sync, "),
        (["compare", "--strategies", "awaited,,sync"], "There is no strategy ''"),
        (["compare", "--strategies", "awaited,nope"], "There is no strategy 'nope'"),
        (["compare", "--strategies", "bounded"], "There is no strategy 'bounded'"),
        (["compare", "--strategies", "awaited:3"], "There is no strategy 'awaited:3'"),
        (["compare", "--strategies", "bounded:0"], "1 to 1000, not '0'"),
        (["compare", "--strategies", "bounded:x"], "1 to 1000, not 'x'"),
        (["compare", "--strategies", "bounded:1001"], "1 to 1000, not '1001'"),
        (["compare", "--strategies", f"bounded:{'9' * 5000}"], "1 to 1000, not '9"),
        (["compare", "--strategies", "outbox:999999999"], "1 to 1000, not '999999999'"),
        (["compare", "--html", "x" * 300], "cannot be written: File name too long."),
        (["compare", "--html", "no\nfolder/x"], "no folder/x cannot be written: there is no folder"),
        (["compare", "--html"], "Option '--html' requires an argument"),
        (["compare", "--html", "no/such/folder/x.html"], "there is no folder no/such/folder."),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "logout"], "Missing option '--strategy'"),
        (["run", "logout", "--strategy", "nope"], "There is no strategy 'nope'"),
        (["run", "nonsense", "--strategy", "awaited"], "There is no scenario 'nonsense'"),
        ([*RUN, "--svg", "no/such/folder/x.svg"], "there is no folder no/such/folder."),
        ([*RUN, "--perfetto", "no/such/folder/x.json"], "there is no folder no/such/folder."),
        (["compare", "--instances", "0"], "Invalid value for '--instances'"),
        (["compare", "--instances", "27"], "Invalid value for '--instances'"),
        (["compare", "--crash", "soon"], "'soon' is not a crash: write A@2.5 to kill instance A at 2.5 s"),
        (["compare", "--crash", "B@1"], "B@1 names an unknown instance: this run has A."),
        (["compare", "--crash", "A@1", "--crash", "A@2"], "A is already dead at that time."),
        (["compare", "--crash", "A@86401"], "the kill must be between 0 and 86400 s, and the restart after it."),
        (["compare", "--crash", "A@2..1"], "the kill must be between 0 and 86400 s, and the restart after it."),
        (["compare", "--kill-rate", "nan"], "A kill rate is 0 to 60 a minute, not nan."),
        (["compare", "--oracle", "broken"], "Unknown fault 'broken' for oracle: choose from slow, "),
        (["compare", "--repair", "luck"], "Unknown repair 'luck': choose from "),
        (["compare", "--repair", "bounded:N"], "Unknown repair 'bounded:N'"),
        (["compare", "--repair", "bounded:1001"], "N is 1 to 1000."),
        (["compare", "--instances", "2", "--strategies", "sync"], "With sync, a listener blocks its process."),
        (["compare", "--repair", "bounded:8", "--strategies", "detached"], "only with awaited, not with detached."),
        (["compare", "logout-race", "--no-drain"], "'logout-race' sets its own instances"),
        ([*RUN, "--repair", "drain", "--repair", "none"], "run takes one set of fixes"),
        ([*RUN, "--crash", "A@-1"], "'A@-1' is not a crash"),
        (["run", "logout-race", "--strategy", "awaited", "--instances", "2"], "sets its own instances"),
        (["explore", "logout", "--bound", "1000001"], "Invalid value for '--bound'"),
        (["graduate", "--concurrency", "1001"], "Invalid value for '--concurrency'"),
        (["graduate", "--engine", "bullmq", "--url", "ftp://x"], "'ftp://x' is no address of Valkey or Redis, "),
        (["graduate", "--engine", "nats", "--url", "nats://[::1"], "give one such as nats://127.0.0.1:4222."),
        (["graduate", "--engine", "rabbitmq", "--url", "amqp://h:x"], "give one such as amqp://guest:guest@127.0.0.1:"),
        (["graduate", "--engine", "kafka", "--url", "h:1,h h:2"], "give one such as 127.0.0.1:9092."),
        (["crash-lab", "--rounds", "1001"], "Invalid value for '--rounds'"),
        (["worker", "--prefix", "a b"], "Invalid value for '--prefix': 'a b' must be 1 to 64 letters, digits, _ or -"),
        (["worker", "--database", "nonsense"], "The database 'nonsense' cannot be used: "),
        (["dead-letters", "list", "--database", "nonsense"], "The database 'nonsense' cannot be used: "),
        (["scenarios", "logout"], "unexpected extra argument"),
        (["events", "--xml"], "No such option: --xml"),
        (["sync-profile"], "Missing argument 'USER'"),
        (["sync-profile", "seven"], "Invalid value for 'USER'"),
        (["sync-profile", "7", "--users", "0"], "Invalid value for '--users'"),
        (["sync-profile", "7", "--database", "nonsense"], "The database 'nonsense' cannot be used: "),
        (["sync-profile", "7", "--services", "here"], "'here' is no address: give one such as "),
        (["sync-profile", "7", "--services", "ftp://here"], "'ftp://here' is no address"),
        (["sync-profile", "7", "--services", "http://[::1"], "'http://[::1' is no address"),
        (["sync-profile", "7", "--services", "http://"], "'http://' is no address"),
        (["serve", "--port", "65536"], "Invalid value for '--port'"),
        (["serve", "--port", "http"], "Invalid value for '--port'"),
        (["serve", "--zone", "Mars"], "There is no time zone 'Mars': use a name such as Asia/Dubai."),
        (["serve", "--zone", ""], "There is no time zone ''"),
        (["serve", "--zone", "America"], "There is no time zone 'America'"),
        (["serve", "--zone", "../../etc/passwd"], "There is no time zone"),
        (["serve", "--host", "no such host", "--port", "0"], "Cannot listen on no such host:0: "),
        (["serve", "--host", "a\nb", "--port", "0"], r"Cannot listen on 'a\nb:0': "),
        (["serve", "--host", "\udcff", "--port", "0"], "Cannot listen on "),
        (["serve", "--services", "\udcff"], "is no address"),
        (["serve", "--services", "here"], "'here' is no address"),
        (["serve", "--port", "0", "--database", "sqlite:////no/such/folder/x.db"], "unable to open database file."),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_bad_usage_is_one_line_and_exit_2(eventdemo, arguments, reason):
    eventdemo(*arguments).refused(reason)


@pytest.mark.parametrize(
    ("arguments", "bounds"),
    [
        (["compare", "--users"], "1<=x<=100000"),
        (["compare", "--seed"], "0<=x<=4294967295"),
        (["compare", "--user"], "1<=x<=100000"),
        (["compare", "--instances"], "1<=x<=26"),
        (["compare", "--kill-rate"], "0 to 60"),
        (["explore", "--bound"], "1<=x<=1000000"),
        (["worker", "--concurrency"], "1<=x<=1000"),
        (["crash-lab", "--rounds"], "1<=x<=1000"),
        (["serve", "--port"], "0<=x<=65535"),
        (["run", "--strategy"], "N is 1 to 1000"),
    ],
    ids=" ".join,
)
def test_help_says_the_bounds_of_every_number(eventdemo, arguments, bounds):
    *words, option = arguments
    listed = eventdemo(*words, "--help").out.partition("Options:")[2]
    _, _, described = " ".join(["", *listed.split()]).partition(f" {option} ")

    assert bounds in described.partition(" --")[0]


def test_a_very_long_value_is_shortened_in_the_error(eventdemo):
    said = eventdemo("compare", "x" * 5000).refused(
        "There is no scenario 'xxx", "xxx': `eventdemo scenarios` lists them."
    )

    assert len(said) < 500


def test_a_failure_of_the_operating_system_is_one_line(eventdemo, monkeypatch):
    def no_folder():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("eventdemo.simulate.event_catalogue.catalogue", no_folder)

    eventdemo("events").refused("eventdemo: No usable temporary directory found in ['/tmp'].")


@pytest.mark.parametrize(
    "arguments", [["compare", "--html"], [*RUN, "--svg"], [*RUN, "--perfetto"]], ids=lambda value: value[-1]
)
def test_a_folder_is_not_written_over(eventdemo, tmp_path, arguments):
    eventdemo(*arguments, tmp_path).refused(f"{tmp_path} cannot be written: it is a folder.")


def test_an_unwritable_file_is_rejected_before_anything_runs(eventdemo, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anything

    eventdemo("compare", "--html", tmp_path / "x.html").refused("x.html cannot be written: permission denied.")


def test_a_write_that_fails_at_the_end_is_reported(eventdemo, tmp_path, monkeypatch):
    def no_space(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", no_space)

    said = eventdemo(*RUN, "--svg", tmp_path / "x.svg")
    said.refused("x.svg cannot be written: No space left on device.")


def test_a_port_in_use_is_one_clear_line(eventdemo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = eventdemo("serve", "--port", port)

    said.refused(f"Cannot listen on 127.0.0.1:{port}: the port is in use; choose another with --port, or --port 0")


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn"])
def test_serving_without_its_extra_says_how_to_get_it(eventdemo, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    for module in ("eventdemo.cli.served_app", "eventdemo.backend.web.app", "eventdemo.backend.web.access"):
        monkeypatch.delitem(sys.modules, module, raising=False)

    eventdemo("serve", "--port", "0").refused(f"Serving needs {missing}: pip install 'eventdemo[web]'.")
