"""The comparison with the model can fail: it finds each of these defects."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.subscriptions import Route, SubscriptionTable
from tests.core.machine import machine

QUICK = settings(
    max_examples=100,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def with_plans(change: Any) -> type[EventBus]:
    """Return a bus that works out whom a name reaches, and then changes it."""

    class Table(SubscriptionTable):
        def plan(self, name: Any) -> Route:
            if name not in self.plans:
                self.plans[name] = Route(name, tuple(change(super().plan(name).subscriptions)))
            return self.plans[name]

    class Mutant(EventBus):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self._table = Table(".", 0)

    return Mutant


class ForgetsDetachedTasks(EventBus):
    def _begin(self, call):
        task = super()._begin(call)
        if call.subscription.mode is DeliveryMode.DETACHED:
            self._tasks.discard(task)
        return task


class ResolvesEarly(EventBus):
    """Waits for each listener's first turn only."""

    def _start(self, calls, *, waits):
        return [future and asyncio.ensure_future(self._turn(future)) for future in super()._start(calls, waits=waits)]

    async def _turn(self, future):
        await asyncio.sleep(0)
        return future.result() if future.done() else None


class RemovesDuringAnEmit(EventBus):
    def __init__(self, **options):
        super().__init__(**options)
        self._watched = True  # past the short way for plain functions

    def _calls(self, pending, *args):
        return super()._calls((s for s in pending if s in self._table.under(s.pattern)), *args)


class RunsOnceTwice(EventBus):
    def _taken(self, subscription):
        subscription.remaining += subscription.remaining == 1 and not hasattr(self, "spared")
        self.spared = True
        return super()._taken(subscription)


class StopsReporting(EventBus):
    def _report(self, call, future):
        return None


MUTANTS = {
    "reverses the order": with_plans(reversed),
    "drops one of many listeners": with_plans(lambda subscriptions: subscriptions[:3] + subscriptions[4:]),
    "calls exact names first": with_plans(lambda subscriptions: sorted(subscriptions, key=lambda s: "*" in s.pattern)),
    "forgets detached tasks": ForgetsDetachedTasks,
    "resolves early": ResolvesEarly,
    "removes during an emit": RemovesDuringAnEmit,
    "runs once twice": RunsOnceTwice,
    "stops reporting": StopsReporting,
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_the_comparison_finds_the_defect(mutant):
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine(mutant), settings=QUICK)


def test_it_finds_none_in_the_bus_itself():
    run_state_machine_as_test(machine(EventBus), settings=QUICK)
