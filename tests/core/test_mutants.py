"""The comparison with the model can fail: it finds each of these defects."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.runner import Runner
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


def with_table(mixin: type) -> type[EventBus]:
    """Return a bus whose table does something else."""

    class Mutant(EventBus):
        def __init__(self, *, table: Any = SubscriptionTable, **options: Any) -> None:
            super().__init__(table=type("Table", (mixin, table), {}), **options)

    return Mutant


def with_routes(change: Any) -> type[EventBus]:
    """Return a bus that works out which listeners a name reaches, and then changes that."""

    class Changes:
        def route(self, name: Any) -> Route:
            known, route = name in self.routes, super().route(name)
            if not known:
                route.subscriptions = change(self, route.subscriptions)
            return route

    return with_table(Changes)


def with_runner(runner: type[Runner]) -> type[EventBus]:
    """Return a bus with another runner."""

    class Mutant(EventBus):
        def __init__(self, **options: Any) -> None:
            super().__init__(runner=runner(), **options)

    return Mutant


class ForgetsDetachedTasks(Runner):
    def launch(self, delivery):
        task = super().launch(delivery)
        if delivery.subscription.mode is DeliveryMode.DETACHED:
            self.tasks.pop(task)
        return task


class ResolvesEarly(Runner):
    """Waits for each listener's first turn only."""

    async def run(self, deliveries):
        tasks = {}
        for delivery in deliveries:
            if delivery.subscription.mode is DeliveryMode.AWAITED:
                tasks[delivery] = self.launch(delivery)
            else:
                self.detach(delivery)
        await asyncio.sleep(0)
        for delivery, task in tasks.items():
            if task.done():
                delivery.value, delivery.error = (None, task.exception()) if task.exception() else (task.result(), None)
        return [*tasks]


class StopsReporting(Runner):
    def detach(self, delivery):
        self.launch(delivery)


class RunsOnceTwice:
    spared = False

    def consume(self, subscription):
        subscription.remaining += subscription.remaining == 1 and not self.spared
        self.spared = True
        return super().consume(subscription)


class StillThere(tuple):  # noqa: SLOT001 - it needs an attribute
    """Skips what was removed after an emit began."""

    table: Any

    def __iter__(self):
        return (each for each in super().__iter__() if each in self.table.under(each.pattern))


def only_what_is_still_there(table, subscriptions):
    live = StillThere(subscriptions)
    live.table = table
    return live


def exact_first(_, subscriptions):
    return tuple(sorted(subscriptions, key=lambda each: "*" in str(each.pattern)))


MUTANTS = {
    "reverses the order": with_routes(lambda _, subscriptions: subscriptions[::-1]),
    "drops one of many listeners": with_routes(lambda _, subscriptions: subscriptions[:3] + subscriptions[4:]),
    "calls exact names first": with_routes(exact_first),
    "removes during an emit": with_routes(only_what_is_still_there),
    "runs once twice": with_table(RunsOnceTwice),
    "forgets detached tasks": with_runner(ForgetsDetachedTasks),
    "resolves early": with_runner(ResolvesEarly),
    "stops reporting": with_runner(StopsReporting),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_the_comparison_finds_the_defect(mutant):
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine(mutant), settings=QUICK)


def test_it_finds_none_in_the_bus_itself():
    run_state_machine_as_test(machine(EventBus), settings=QUICK)
