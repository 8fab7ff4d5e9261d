"""The command line as a shell sees it: pipes, terminals, Ctrl-C, and when the first line appears."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.commands import PROGRAM, SECONDS, in_a_process

ON_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="terminals and signals of Unix")


def test_a_comparison_in_a_pipe_is_plain_text_with_its_exit_code():
    said = in_a_process("compare", "fan-out", "--users", "60", env=os.environ | {"FORCE_COLOR": ""})

    assert (said.code, said.err) == (1, "")
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_bad_usage_has_no_traceback():
    in_a_process("compare", "nonsense").refused("There is no scenario 'nonsense'")


@pytest.mark.parametrize(
    "arguments", [["scenarios"], ["compare", "logout", "--users", "3"]], ids=lambda arguments: arguments[0]
)
@ON_UNIX
def test_a_closed_pipe_is_no_error(arguments):
    reading, writing = os.pipe()
    os.close(reading)  # `| head` that has left before anything was written

    with os.fdopen(writing, "w") as closed:
        ended = subprocess.run(
            [*PROGRAM, *arguments], stdout=closed, stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False
        )

    assert ended.stderr == ""
    assert ended.returncode in {1, 141}


@ON_UNIX
@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [(">&-", 0, ""), (">/dev/full", 2, "eventdemo: No space left on device.\n")],
    ids=["closed", "full"],
)
def test_output_that_cannot_be_written_is_no_defect(redirection, code, words):
    assert through_a_shell("scenarios", redirection) == (code, words)


@ON_UNIX
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_bad_usage_exits_with_2_even_if_stderr_takes_nothing(redirection):
    assert through_a_shell("nonsense", redirection)[0] == 2


def through_a_shell(command, redirection):
    shell = ["sh", "-c", f'exec "$@" {redirection}', "sh", *PROGRAM, command]
    ended = subprocess.run(shell, capture_output=True, text=True, timeout=SECONDS, check=False)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("columns", ["0", "20"])
def test_a_poor_environment_gets_the_whole_output_with_question_marks(columns):
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}  # no HOME
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": columns}

    said = in_a_process("compare", "logout", "--users", "2", env=kept | poor)

    assert (said.code, said.err) == (0, "")
    assert "no topic stays subscribed" in said.out
    assert "log_out_devices             ?" in said.out
    assert said.out.isascii()


@ON_UNIX
def test_the_first_line_appears_before_the_run_and_ctrl_c_ends_it_silently():
    command = [*PROGRAM, "compare", "fan-out", "--users", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        first = running.stdout.readline()  # the run takes minutes
        time.sleep(2)  # now it runs; tearing it down would warn of coroutines that were never awaited
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=SECONDS)

    assert first == "fan-out: the poll emits once per employee; three listeners call Oracle and Yardi.\n"
    assert (running.returncode, errors) == (130, "")


@ON_UNIX
def test_a_terminal_gets_colour():
    shown, code = in_a_terminal(80, "compare", "logout", "--users", "3")

    assert code == 0
    assert "\x1b[1;31m" in shown
    assert "\x1b[32m" in shown


@ON_UNIX
def test_a_terminal_that_wants_no_colour_gets_none():
    shown, _ = in_a_terminal(100, "compare", "logout", "--users", "3", NO_COLOR="1")

    assert "\x1b[32m" not in shown
    assert "\x1b[1;31m" not in shown


def in_a_terminal(columns, *arguments, **environment):
    """Run a command whose stdout and stderr are a terminal; return what it showed, and its exit code."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    unset = {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}
    environment = {k: v for k, v in os.environ.items() if k not in unset} | {"TERM": "xterm-256color"} | environment
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment
    ) as running:
        os.close(theirs)
        shown = bytearray()
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # Linux says EIO when the other side has closed
            pass
    os.close(ours)
    return shown.decode(), running.returncode
