"""The pytest plugin: `pytest --explore` and `@pytest.mark.explore` run an async test under every schedule.

It imports eventdemo only if a test needs it, because it is loaded wherever eventdemo is installed.
"""

from __future__ import annotations

from inspect import isasyncgenfunction, iscoroutinefunction
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from eventdemo import EventBus
    from eventdemo.testing import AssertingLedger

MARKER = """explore(bound=500, strategy="awaited", ready="fifo, then turns", cancel=False): run an async test under \
every schedule, or under `bound` of them and as many random ones"""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("eventdemo", "exploring schedules (eventdemo)")
    group.addoption("--explore", action="store_true", help="Run every async test under every schedule.")
    group.addoption("--explore-replay", metavar="TOKEN", help="Run only the schedule that a failed test printed.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Replace the tests that are to be explored."""
    token = config.getoption("explore_replay")
    every = bool(config.getoption("explore") or token)
    chosen = [n for n, item in enumerate(items) if _is_async(item) and (every or item.get_closest_marker("explore"))]
    if chosen:
        from eventdemo.testing.explored_test import ExploredTest  # noqa: PLC0415 - see the head of this file

        for number in chosen:
            items[number] = ExploredTest.replacing(items[number])
    if token:
        _keep_only(config, items, token)


def _keep_only(config: pytest.Config, items: list[pytest.Item], token: str) -> None:
    """Deselect every test but the one of a token."""
    kept = [item for item in items if token.startswith(f"{item.nodeid}/")]
    if not kept:
        raise pytest.UsageError(f"--explore-replay: no async test among those collected has the schedule {token!r}.")
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _is_async(item: pytest.Item) -> bool:
    """Return whether an item is an async test function that runs on asyncio."""
    if not (isinstance(item, pytest.Function) and iscoroutinefunction(item.function)):
        return False
    backend = getattr(getattr(item, "callspec", None), "params", {}).get("anyio_backend", "asyncio")
    return (backend if isinstance(backend, str) else backend[0]) == "asyncio"


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Let an async fixture of an explored test run in the loop of the schedule, whichever plugin it was meant for."""
    plain = getattr(request.node, "plain_fixture", None)
    function = fixturedef.func
    if plain is None or not (iscoroutinefunction(function) or isasyncgenfunction(function)):
        return (yield)
    fixturedef.func = plain(function, request)  # type: ignore[misc]  # the other plugins' way to do it
    try:
        return (yield)
    finally:
        fixturedef.func = function  # type: ignore[misc]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say of each explored test how many schedules ran."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    explored = [(r.nodeid, *[v for name, v in r.user_properties if name == "explored"]) for r in reports if _is_call(r)]
    if lines := [f"{nodeid}: {ran[0]}" for nodeid, *ran in explored if ran]:
        terminalreporter.section("explored")
        for line in lines:
            terminalreporter.write_line(line)


def _is_call(report: pytest.TestReport) -> bool:
    return getattr(report, "when", "") == "call"


@pytest.fixture
def bus(request: pytest.FixtureRequest) -> EventBus:
    """A bus of the test's own; in an explored test, with the strategy of its marker."""
    from eventdemo import EventBus  # noqa: PLC0415 - see the head of this file

    made: EventBus | None = getattr(request.node, "bus", None)
    return EventBus() if made is None else made


@pytest.fixture
def ledger(bus: EventBus) -> AssertingLedger:
    """The ledger of `bus`, with assertions such as `ledger.assert_delivered(UserCreated)`."""
    from eventdemo.testing import AssertingLedger  # noqa: PLC0415 - see the head of this file

    bus.observe(found := AssertingLedger())
    return found
