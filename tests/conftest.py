"""What every test takes for granted, how many processes run them, and what a run says of tests that it left out."""

import fcntl
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.needs import left_out

if TYPE_CHECKING:
    from eventdemo.trace.record import Trace

gc.set_threshold(20_000)  # collect less often: it took a fifth of the time of a simulation, and tests are short

sys.modules["rfc3987_syntax"] = None  # jsonschema would compile 38 grammars, for formats that no notebook contains

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


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Return `once(name, make)`, which lets `make(path)` create a path one time for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name: str, make: Callable[[Path], None]) -> Path:
        path = shared / name
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                make(path.with_suffix(".new"))
                path.with_suffix(".new").rename(path)
        return path

    return once


@pytest.fixture(scope="module")
def compared(once: Callable[[str, Callable[[Path], None]], Path]) -> dict[str, "Trace"]:
    """Return the traces of `eventdemo compare` without options, by strategy. They take a quarter of a minute."""
    from eventdemo.simulate import DEFAULTS, simulate
    from eventdemo.trace.record import Trace

    def make(path: Path) -> None:
        traces = [simulate("fan-out", strategy=name).model_dump_json() for name in DEFAULTS]
        path.write_text("\n".join(traces), "utf-8")

    lines = once("default-comparison", make).read_text("utf-8").splitlines()
    return dict(zip(DEFAULTS, map(Trace.model_validate_json, lines), strict=True))


LONGEST_FIRST = (
    "tests/trials/crash_lab/test_lab.py",
    "tests/docs/test_site.py",  # it builds the site, for which the other files of tests/docs would wait
    "tests/notebooks/test_notebooks.py",
    "tests/durable/test_engine_deaths.py",
    "tests/notebooks/test_lab.py",
    "tests/docs/test_outputs.py",
    "tests/docs/lite/test_in_a_browser.py",
    "tests/docs/playground/test_in_a_browser.py",
    "tests/docs/test_accessibility.py",
    "tests/durable/test_engines.py",
    "tests/trials/crash_lab/test_prediction.py",
    "tests/explore/test_scenarios.py",
    "tests/simulate/test_determinism.py",
    "tests/trace/live/test_in_a_browser.py",
    "tests/trace/live/test_code_in_a_browser.py",
    "tests/trials/graduation/test_real.py",
)


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # xdist would begin with the files that have the most tests
    if config.args == ["tests"] and "PYTEST_XDIST_WORKER" in os.environ:
        number, processes = os.environ["PYTEST_XDIST_WORKER"], os.environ["PYTEST_XDIST_WORKER_COUNT"]
        config.args = folders_beginning_at(int(number.removeprefix("gw")) / int(processes))


def folders_beginning_at(share: float) -> list[str]:
    """Return all folders of tests, in each process beginning at another one: no two then compile the same files."""
    folders = sorted(f"tests/{path.name}" for path in Path(__file__).parent.glob("[a-z]*/"))
    first = int(share * len(folders))
    return folders[first:] + folders[:first]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process ends with one while the others have nothing to do."""
    places = {path: place for place, path in enumerate(LONGEST_FIRST)}
    files = [item.nodeid.partition("::")[0] for item in items]
    order = {file: (places.get(file, len(places)), file) for file in files}
    items.sort(key=lambda item: order[item.nodeid.partition("::")[0]])


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
