"""A mistake in a cell gives one sentence, and the shell continues."""

import pytest

from tests.needs import needs, without_extra

pytestmark = needs(without_extra("notebooks", "IPython"))


@pytest.fixture
def run(capsys):
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}, InteractiveShell={"warn_venv": False}))
    shell.run_cell("%load_ext eventdemo.learn")
    capsys.readouterr()

    def run(cell):
        result = shell.run_cell(cell)
        out, err = capsys.readouterr()
        return result, out, err

    return run


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            "strategy = 'sync'\nprint(stratgy)",
            "Line 2, `print(stratgy)`: NameError: name 'stratgy' is not defined. Did you mean 'strategy'?",
        ),
        (
            "print(zebra)",
            "Line 1, `print(zebra)`: NameError: name 'zebra' is not defined. Did you run the cell that defines it?",
        ),
        ("1 / 0", "Line 1, `1 / 0`: ZeroDivisionError: division by zero."),
        ("prnit(1)", "NameError: name 'prnit' is not defined. Did you mean 'print'?"),
        ("'a'.uper()", "AttributeError: 'str' object has no attribute 'uper'. Did you mean 'upper'?"),
        ("x = (1,\n", "Line 1: Python cannot parse this: "),
        ("raise ValueError", "Line 1, `raise ValueError`: ValueError."),
        ("%no_such_magic", "UsageError"),
    ],
)
def test_a_mistake_gives_one_sentence(run, cell, sentence):
    result, _, err = run(cell)

    assert not result.success
    assert sentence in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_our_own_errors_already_say_what_to_do(run):
    _, _, err = run("from eventdemo.simulate import simulate\nsimulate('logut')")

    assert "Line 2, `simulate('logut')`: There is no scenario 'logut': did you mean 'logout'?" in err
    assert err.count("\n") == 1


def test_the_shell_continues_and_the_traceback_is_still_available(run):
    run("kept = 1")
    run("1 / 0")

    assert run("print(kept)")[1] == "1\n"
    assert "ZeroDivisionError" in run("%tb")[1]
