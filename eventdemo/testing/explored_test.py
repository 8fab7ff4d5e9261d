"""A pytest item that runs an async test under every schedule, with fixtures of its own for each."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import replace
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, Self, cast

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.explore.experiment import Experiment, Run, play
from eventdemo.explore.explore import Exploration, explore
from eventdemo.explore.instrumented_bus import make_bus
from eventdemo.explore.loop import ControlledLoop
from eventdemo.explore.schedulers import BadScheduleError, ReplayScheduler
from eventdemo.explore.steps import NotDeterministicError
from eventdemo.simulate.deadlock import StuckError
from eventdemo.simulate.outcome import Failure, failure_of
from eventdemo.simulate.unsupported import UnsupportedCallError
from eventdemo.simulate.virtual_time import running
from eventdemo.testing import schedule_report as report
from eventdemo.testing.asserting_ledger import AssertingLedger
from eventdemo.testing.kept_failures import KeptFailures
from eventdemo.testing.options import Options

PASSED = "it passed"
NOT_OUTCOMES = (NotDeterministicError, BadScheduleError, StuckError, UnsupportedCallError)
"""Errors of an exploration, which end it or are handled there, even if they come out of a fixture."""
REPLAYED = "This is the schedule of the token."
FAILED_AGAIN = "It failed in this schedule last time too, so no other one ran."
GONE = "the test no longer has the schedule of the token, so all ran: it "


class ExploredTest(pytest.Function):
    """Takes the place of an async test function."""

    options: Options
    bus: EventBus | None = None
    """The bus of the schedule that runs."""
    _finalizers: list[Callable[[], object]] | None = None
    _described = ""

    @classmethod
    def replacing(cls, item: Any) -> Self:
        """Return an item that explores the test of another one."""
        parts = {"callspec": getattr(item, "callspec", None), "originalname": item.originalname}
        explored = cls.from_parent(item.parent, name=item.name, fixtureinfo=item._fixtureinfo, **parts)
        explored.own_markers = item.own_markers
        explored.keywords.update(item.keywords)
        explored.options = Options.of(item)
        return explored

    def setup(self) -> None:
        """Set up no fixture: each schedule gets its own."""
        for name, (*_, fixture) in self._fixtureinfo.name2fixturedefs.items():
            if fixture.scope != "function" and _is_async(fixture.func):
                pytest.fail(
                    f"An explored test makes its async fixtures anew in the loop of each schedule, but {name} has the "
                    f"scope {fixture.scope!r}: give it the scope 'function'.",
                    pytrace=False,
                )

    def addfinalizer(self, fin: Callable[[], object]) -> None:
        if self._finalizers is None:
            super().addfinalizer(fin)
        else:
            self._finalizers.append(fin)

    # Which schedules run

    def runtest(self) -> None:
        self._stored = dict(self.stash._storage)
        experiment = Experiment(
            self.nodeid,
            "the test passes",
            self._program,
            PASSED.__eq__,
            bound=self.options.bound,
            cancel=self.options.cancel,
            run=self._run_with_fixtures,
        )
        kept, asked = KeptFailures(self.config), self.options.replayed is not None
        if self._enough_to_replay(experiment, kept):
            return None
        found = self._explore(experiment)
        self.user_properties.append(("explored", GONE * asked + report.coverage(found)))
        if found.failing is None:
            return kept.forget(self.nodeid)
        self.options = replace(self.options, ready=found.ready, replayed=found.failing.choices)
        kept.keep(self.options)
        return self._fail(experiment, report.refutation(found, self.options))

    def _enough_to_replay(self, experiment: Experiment, kept: KeptFailures) -> bool:
        """Run the schedule of the token, or else the kept one. It isn't enough if that is gone, or no longer fails."""
        asked = self.options.replayed is not None
        if (again := self.options if asked else kept.replaying(self.options)) is None:
            return False
        self.options = again
        with suppress(BadScheduleError):
            run = self._play(experiment)
            if asked or not run.holds:
                self.user_properties.append(("explored", "1 schedule again"))
                if not run.holds:
                    strategy, ready = self.options.strategy, self.options.ready or "fifo"
                    found = Exploration(experiment, ready, strategy, make_bus(strategy), failing=run)
                    shown = report.schedule(found, run, self.options)
                    self._fail(experiment, f"{REPLAYED if asked else FAILED_AGAIN}\n\n{shown}")
                return True
        self.options = Options.of(self, replay=False)
        return False

    def _explore(self, experiment: Experiment) -> Exploration:
        try:
            return explore(experiment, strategy=self.options.strategy, ready=self.options.ready)
        except (NotDeterministicError, UnsupportedCallError) as error:
            reason = str(error)
        pytest.fail(reason, pytrace=False)

    def _play(self, experiment: Experiment) -> Run:
        self._discard_output()
        script = ReplayScheduler(self.options.replayed or ())
        run = play(experiment, make_bus(self.options.strategy)(), script, self.options.ready or "fifo")
        script.check_used_up()
        return run

    def _fail(self, experiment: Experiment, described: str) -> None:
        """Fail as the schedule does: with its exception, or with its outcome if that has no line in the test.

        It runs once more, so that its output is the one that is shown.
        """
        __tracebackhide__ = True
        self._described = described
        run = self._play(experiment)
        if run.error is None or isinstance(run.error, StuckError):
            pytest.fail(run.outcome, pytrace=False)
        raise run.error

    def _discard_output(self) -> None:
        """Drop what earlier schedules printed."""
        capturing = self.config.pluginmanager.getplugin("capturemanager")
        if capturing is not None and capturing.is_globally_capturing():
            capturing.read_global_capture()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        shown = super().repr_failure(excinfo)
        if not self._described:
            return shown
        if isinstance(shown, str):
            return f"{shown}\n\n{self._described}"
        cast("Any", shown).addsection("schedule", self._described)
        return shown

    # One schedule

    def _program(self, bus: EventBus) -> Coroutine[Any, Any, str]:
        self.bus, self._test = bus, self._body(bus)
        return self._test

    async def _body(self, bus: EventBus) -> str:
        ledger = AssertingLedger()
        if self.options.ledger and "bus" in self.fixturenames:
            bus.observe(ledger)
        try:
            await self.obj(**{name: self.funcargs[name] for name in self._fixtureinfo.argnames})
        except pytest.xfail.Exception:
            raise
        except pytest.fail.Exception as error:
            return failure_of(error)
        names = ", ".join(each.subscription.name for each in ledger.open_deliveries())
        return f"{PASSED}, but left without an end: {names}" if names else PASSED

    def _run_with_fixtures(self, loop: ControlledLoop, program: Coroutine[Any, Any, Any]) -> Any:
        """Set the fixtures up, run the test, and tear them down, all in one loop."""
        self._loop, self._finalizers = loop, []
        self._make_anew()
        with running(loop):
            try:
                ended = self._outcome(lambda: self._fill_and_run(loop, program))
            finally:
                left = [self._outcome(finalizer) for finalizer in reversed(self._finalizers)]
                self._finalizers = None
        return next((each for each in (ended, *left) if isinstance(each, Failure)), ended)

    def _fill_and_run(self, loop: ControlledLoop, program: Coroutine[Any, Any, Any]) -> Any:
        try:
            self._request._fillfixtures()
        except BaseException:
            program.close()
            self._test.close()  # which the program was to await
            raise
        return loop.run_until_complete(program)

    def _outcome(self, phase: Callable[[], Any]) -> Any:
        try:
            return phase()
        except NOT_OUTCOMES:
            raise
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - it is an outcome
            return failure_of(error)

    def _make_anew(self) -> None:
        """Forget the last schedule's fixtures, what they did to the stash, and the instance of the test's class."""
        self._initrequest()
        self.stash._storage = dict(self._stored)
        self._obj = None
        vars(self).pop("_instance", None)

    def plain_fixture(self, function: Callable[..., Any], request: Any) -> Callable[..., Any]:
        """Return a plain fixture that runs an async one in the loop of the schedule."""
        if getattr(function, "__self__", None) is not None and request.instance is not None:
            function = cast("Any", function).__func__.__get__(request.instance)
        if not isasyncgenfunction(function):
            return lambda **given: self._run_fixture(request, function(**given))

        def generator(**given: Any) -> Iterator[Any]:
            values: AsyncIterator[Any] = function(**given)
            yield self._run_fixture(request, _next(values))
            with suppress(StopAsyncIteration):
                self._run_fixture(request, _next(values))

        return generator

    def _run_fixture(self, request: Any, phase: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(self._loop.create_task(phase, name=f"the fixture {request.fixturename}"))


async def _next(values: AsyncIterator[Any]) -> Any:
    return await anext(values)


def _is_async(function: Any) -> bool:
    return iscoroutinefunction(function) or isasyncgenfunction(function)
