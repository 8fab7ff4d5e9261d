"""What every test takes for granted, how many processes run them, and what a run says of tests that it left out."""

import gc
import os
import signal
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.needs import left_out

# How long an example takes says something about the machine, not about the code.
settings.register_profile("no clocks", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clocks")


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """Hear Ctrl-C. What a script runs in the background does not, nor would the programs that tests start and end."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def url_on() -> Iterator[Callable[[str], str]]:
    """Return the URL of an empty database on a server; leave the test out if there is no such server."""
    from tests.databases import servers

    with servers() as url_on:
        yield url_on


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors, because some tests wait for a server in real time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="module", autouse=True)
def _garbage_collector_skips_older_objects() -> None:
    """Let the garbage collector skip what exists before a module's first test: that is most of what it would walk."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each thing that is missing on this machine."""
    for line in left_out(terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(line, yellow=True)
