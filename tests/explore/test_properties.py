"""A program can have several properties, and some are defined for any program on a bus."""

import asyncio

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.explore import access, explore, instrumented, make_bus, replay, wait
from eventdemo.explore.catalogue import experiment, names
from eventdemo.explore.properties import GENERAL_PROPERTIES, UnknownPropertyError, properties_of, with_property
from tests.explore import programs


def outcomes(play, claim, strategy="awaited", **options):
    return set(explore(with_property(programs.experiment(play), claim), make_bus(strategy), **options).outcomes)


async def two_listeners(bus):
    async def first():
        await wait()

    async def second():
        await wait()

    bus.on("user.created", first)
    bus.on("user.created", second)
    bus.emit("user.created")
    await bus.drain()


@pytest.mark.parametrize("name", names())
def test_the_ledger_of_every_program_balances_in_every_schedule(name):
    found = explore(experiment(name, "ledger-balances"), bound=5)

    assert set(found.outcomes) == {"every delivery is accounted for"}


def test_a_bus_that_loses_the_end_of_a_delivery_does_not_balance():
    class Forgetful(EventBus):
        def observe(self, observer):
            observer.ended = lambda *_: None
            return super().observe(observer)

    found = explore(with_property(programs.experiment(two_listeners), "ledger-balances"), instrumented(Forgetful))

    assert set(found.outcomes) == {"2 deliveries, 0 ends"}
    assert found.refuted


def test_deliveries_that_are_not_done_are_counted_by_fate():
    async def one_fails(bus):
        async def listener():
            await wait()
            raise OSError

        bus.on("user.created", listener)
        bus.emit("user.created")
        bus.emit("user.updated")
        await bus.drain()

    assert outcomes(one_fails, "all-done") == {"1 failed-unseen, 1 no-listener"}
    assert outcomes(two_listeners, "all-done") == {"every delivery is done"}


def test_an_emit_that_returns_too_early_is_counted():
    async def awaits(bus):
        bus.on("user.created", wait)
        await bus.emit_async("user.created")

    assert outcomes(awaits, "emit-waits") == {"no emit returns before its listeners have ended"}
    assert outcomes(awaits, "emit-waits", "detached") == {"1 of 1 emit returned too early"}
    assert outcomes(two_listeners, "emit-waits") == {"1 of 1 emit returned too early"}


@pytest.mark.parametrize("reduce", [True, False])
def test_which_emits_return_early_depends_on_the_schedule_and_no_reduction_hides_it(reduce):
    async def play(bus):
        bus.on("user.created", wait, delivery=DeliveryMode.DETACHED)
        bus.on("user.created", wait)
        await bus.emit_async("user.created")

    found = explore(with_property(programs.experiment(play), "emit-waits"), reduce=reduce)

    assert set(found.outcomes) == {"no emit returns before its listeners have ended", "1 of 1 emit returned too early"}


def test_starts_are_in_order_first_in_first_out_and_not_with_any_task_next():
    assert outcomes(two_listeners, "starts-in-order") == {"the listeners of each event start in registration order"}
    assert "1 delivery started too early" in outcomes(two_listeners, "starts-in-order", ready="any")


def test_a_token_contains_the_claim():
    assert replay("logout/emit-waits/awaited/fifo/0").outcome == "2 of 2 emits returned too early"
    assert replay("logout/awaited/fifo/0").outcome == "no topic stays subscribed"


def test_without_a_name_the_programs_own_claim_is_checked():
    chosen = experiment("ends-in-order")

    assert with_property(chosen, "") is chosen


def test_an_unknown_claim_is_an_error_of_one_line_with_the_known_ones():
    with pytest.raises(UnknownPropertyError, match="logout has no claim 'zz': choose from unsubscribed, ") as caught:
        experiment("logout", "zz")

    assert "\n" not in str(caught.value)


def test_every_property_is_selected_by_its_name():
    for name in ("logout", "lifecycle", "sync-profile", "approval", "fan-out"):
        for claim in properties_of(experiment(name)):
            assert experiment(name, claim).property_name == claim
    assert {claim.name for claim in GENERAL_PROPERTIES} == {
        "ledger-balances",
        "all-done",
        "emit-waits",
        "starts-in-order",
    }


def test_a_program_that_does_not_wait_is_watched_until_the_bus_is_quiet():
    async def leaves(bus):
        async def listener():
            await wait()
            access("the counter")

        bus.on("user.created", listener)
        bus.emit("user.created")
        await asyncio.sleep(0)

    assert outcomes(leaves, "ledger-balances") == {"every delivery is accounted for"}
