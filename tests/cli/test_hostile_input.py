"""Whatever a user types, a command runs, or refuses in one clear line before it begins. The parser says what to try."""

import asyncio
import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from eventdemo.backend.storage.database import Database
from eventdemo.cli import main
from eventdemo.cli.app import app
from eventdemo.durable.registry import ENGINES
from eventdemo.simulate.scenarios import SCENARIOS
from eventdemo.trace.conditions import FAULTS, REPAIRS

EXAMPLES = int(os.environ.get("EVENTDEMO_HOSTILE_LINES", "25"))
CPU_SECONDS = 10
"""Far more than a refusal and its imports need, and far less than an unchecked number takes."""
DIGITS = "9" * 5000
HOSTILE = [
    *("", " ", "-", "--", "\n", "a\nb", "é", "٣", "²", "\udcff", "\u202e", "%s{}", "a" * 5000, DIGITS),
    *("nan", "inf", "-1", "0", "1.5", "1e400", "99999999999", str(2**63), str(-(2**63))),
    *("/", "..", "no/such/folder/x", "/dev/full", "/" + "a" * 300),
    *("http://[::1", "http://a b", "http://\n", "http://h:x", "ftp://x", "//", "redis://h:x", "amqp://", "nats://[::1"),
    *("nonsense", "nonsense://x", "sqlite:///" + "a" * 300, "sqlite:///?timeout=x", "postgresql://127.0.0.1:x/x"),
    *(f"{kind}:{slots}" for kind in ("bounded", "outbox") for slots in ("", "0", "N", "٣", "1001", DIGITS)),
    *("A@", "A@-1", f"A@{DIGITS}", "A@2..1", "A@0..99999999999", "B@1"),
    *("logout/awaited/fifo/", "logout/x/awaited/fifo/0", f"logout/outbox:{DIGITS}/any/0", "/////", "logout:x"),
    *("no/such.py:f", f"{'a' * 300}.py:f", "x.py:", "kept:f", "..py:f"),
]
GOOD = [
    *("1", "2", "7", "127.0.0.1", "UTC", "sqlite://", "sqlite:///x.db", "kept", "logout", "bounded:8", "outbox:2"),
    *("redis://127.0.0.1:1", "nats://127.0.0.1:1", "amqp://127.0.0.1:1", "127.0.0.1:1", "http://127.0.0.1:1"),
    *("logout-race/awaited/fifo/01", "logout-race/awaited/any/1", "A@1", "A@1..2", "fifo", "any", "in-process"),
    *(*SCENARIOS, *ENGINES, *FAULTS, *REPAIRS),
]


def leaves(command, path=()):
    """Return each command with the words that name it."""
    found = [leaves(below, (*path, name)) for name, below in getattr(command, "commands", {}).items()]
    return {words: leaf for group in found for words, leaf in group.items()} or {path: command}


COMMANDS = leaves(get_command(app))


@st.composite
def lines(draw, command):
    """Draw arguments: any of the command's parameters, some twice, each with a good value or a hostile one."""
    value = st.one_of(st.sampled_from(GOOD), st.sampled_from(HOSTILE), st.text(st.characters(exclude_characters="\0")))
    line = []
    for parameter in draw(st.lists(st.sampled_from(command.params), max_size=4)) if command.params else []:
        if parameter.param_type_name == "argument":
            line.append(draw(value))
        elif parameter.is_flag:
            line.append(draw(st.sampled_from([*parameter.opts, *parameter.secondary_opts])))
        else:
            line += [draw(st.sampled_from(parameter.opts)), draw(value)]
    return line


class BegunError(BaseException):
    """The command accepted its arguments and began to work."""


@pytest.fixture(scope="module")
def no_work():
    """Let every command end where its work would begin: at the first turn of an event loop. Databases stay empty."""

    def begin(_, main, **__):
        if asyncio.iscoroutine(main):
            main.close()
        raise BegunError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.Runner, "run", begin)
        patch.setattr(asyncio.BaseEventLoop, "run_until_complete", begin)
        patch.setattr(Database, "load", lambda *_: None)
        yield


# The programs that an exploration makes are never awaited, because no loop runs.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_any_arguments_are_accepted_or_refused_in_one_line_before_anything_runs(words, no_work, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept").write_text("kept")

    @settings(max_examples=EXAMPLES, derandomize=True, database=None)
    @given(lines(COMMANDS[words]))
    def accepts_or_refuses(line):
        begun = time.process_time()
        code, out, err = result_of([*words, *line])

        assert time.process_time() - begun < CPU_SECONDS
        assert code in {0, 1, 2, BegunError}, err
        assert "Traceback" not in err
        if code == 2:
            assert (out, err.count("\n"), err[:11]) == ("", 1, "eventdemo: ")
            assert len(err) < 500

    accepts_or_refuses()

    assert (tmp_path / "kept").read_text() == "kept"


def result_of(line):
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["eventdemo", *line])
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        except BegunError:
            code = BegunError
        return code, out.getvalue(), err.getvalue()
