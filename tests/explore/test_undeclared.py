"""What a program shares without declaring it: every step may depend on every other, so no schedule is left out."""

import asyncio

import pytest

from eventdemo.explore import Shared, access, explore, wait
from tests.explore import programs

undeclared = programs.experiment


class Wallet:
    balance = 2


stock = {"left": 1}


def buyers(buy, outcome):
    """Return a program in which two tasks buy at the same time."""

    async def play(bus):
        await asyncio.gather(buy(), buy())
        return outcome()

    return play


def dictionary():
    shop, sold = {"left": 1}, []

    async def buy():
        if shop["left"]:
            await wait()
            shop["left"] -= 1
            sold.append(1)

    return buy, lambda: f"{len(sold)} sold"


def attribute():
    wallet = Wallet()

    async def buy():
        seen = wallet.balance
        await wait()
        wallet.balance = seen - 1

    return buy, lambda: f"{wallet.balance} left"


def closure():
    last, given = 0, []

    async def buy():
        nonlocal last
        await wait()
        number = last + 1
        await wait()
        last = number
        given.append(number)

    return buy, lambda: f"{len(set(given))} numbers"


def module_global():
    stock["left"] = 2

    async def buy():
        await wait()
        seen = stock["left"]
        await wait()
        stock["left"] = seen - 1

    return buy, lambda: f"{stock['left']} left"


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [
        (dictionary, {"2 sold"}),
        (attribute, {"1 left"}),
        (closure, {"1 numbers", "2 numbers"}),
        (module_global, {"0 left", "1 left"}),
    ],
)
def test_what_tasks_share_without_declaring_it_is_found(kind, outcomes):
    async def play(bus):
        return await buyers(*kind())(bus)

    found = explore(undeclared(play, declared=False))

    assert found.complete
    assert set(found.outcomes) == outcomes


def test_a_program_promises_nothing_unless_it_says_so():
    from eventdemo.explore import Experiment

    async def play(bus):
        return await buyers(*closure())(bus)

    assert explore(Experiment("a program", "", play, "2 numbers".__eq__)).refuted


def test_a_broken_promise_is_found_and_the_result_is_no_proof():
    async def play(bus):
        return await buyers(*closure())(bus)

    found = explore(programs.experiment(play, "2 numbers".__eq__, declared=True))

    assert found.refuted
    assert not found.complete
    assert found.broken_promise.outcome in {"1 numbers", "2 numbers"}


def numbers_given(given):
    async def give():
        await wait()
        last = len(given)
        await wait()
        given.append(last)

    return give


def test_a_shared_object_declares_its_own_accesses():
    async def play(bus):
        given = Shared([], "the numbers")
        mine = Shared({}, "my own")
        await asyncio.gather(numbers_given(given)(), numbers_given(given)(), numbers_given(mine.setdefault("x", []))())
        return f"{len({*given})} numbers"

    declared, undeclared = (explore(programs.experiment(play, declared=each)) for each in (True, False))

    assert set(declared.outcomes) == set(undeclared.outcomes) == {"1 numbers", "2 numbers"}
    assert declared.complete
    assert declared.schedules < undeclared.schedules == 90


@pytest.mark.parametrize(
    ("use", "accesses"),
    [
        (lambda shared: shared["a"], {("it", False)}),
        (lambda shared: "a" in shared, {("it", False)}),
        (len, {("it", False)}),
        (list, {("it", False)}),
        (bool, {("it", False)}),
        (lambda shared: shared == {}, {("it", False)}),
        (lambda shared: shared.get, {("it", False)}),
        (lambda shared: shared.get("a"), {("it", False), ("it", True)}),
        (lambda shared: shared.update(b=2), {("it", False), ("it", True)}),
        (lambda shared: shared.__setitem__("a", 2), {("it", True)}),
        (lambda shared: shared.__delitem__("a"), {("it", True)}),
    ],
)
def test_each_use_of_a_shared_object_is_an_access(use, accesses):
    async def play(bus):
        use(Shared({"a": 1}, "it"))
        return ""

    (step,) = explored_steps(play)

    assert step.accesses == accesses


def test_an_attribute_of_a_shared_object_is_read_and_written():
    async def play(bus):
        wallet = Shared(Wallet())
        wallet.balance = wallet.balance + 1
        return str(wallet.balance)

    (step,) = explored_steps(play)

    assert step.accesses == {("the shared Wallet", False), ("the shared Wallet", True)}


def explored_steps(play):
    found = explore(programs.experiment(play))
    return found.passing.steps


def test_an_access_alone_promises_nothing():
    async def play(bus):
        given = []

        async def give():
            await wait()
            access("something else")
            last = len(given)
            await wait()
            given.append(last)

        await asyncio.gather(give(), give())
        return f"{len({*given})} numbers"

    assert set(explore(programs.experiment(play, declared=False)).outcomes) == {"1 numbers", "2 numbers"}


def counts(bus):
    return len(bus.listeners("user.created"))


def names_listed(bus):
    return len(bus.event_names())


@pytest.mark.parametrize("query", [counts, names_listed])
@pytest.mark.parametrize(
    "change",
    [
        lambda bus: bus.on("user.created", print),
        lambda bus: bus.remove_all_listeners(),
        lambda bus: bus.remove_listener("user.created", len),
        lambda bus: bus.once("user.created", str),
    ],
)
def test_a_query_of_the_bus_depends_on_what_is_registered(query, change):
    async def play(bus):
        seen = []
        bus.on("user.created", len)
        bus.on("user.updated", len)

        async def ask():
            await wait()
            seen.append(query(bus))

        async def register():
            await wait()
            change(bus)

        await asyncio.gather(ask(), register())
        return str(seen)

    declared, undeclared = (explore(programs.experiment(play, declared=each)) for each in (True, False))

    assert declared.broken_promise is None
    assert set(declared.outcomes) == set(undeclared.outcomes)


def test_a_late_error_listener_and_a_late_observer_depend_on_what_happens_before():
    from eventdemo.core.ledger import Ledger

    async def play(bus):
        heard, ledger = [], Ledger()

        async def fails():
            await wait()
            raise OSError

        async def late():
            await wait()
            bus.on("error", lambda error: heard.append(1))
            bus.observe(ledger)

        bus.on("user.created", fails)
        bus.emit("user.created")
        await late()
        bus.emit("user.updated")
        await bus.drain()
        return f"{len(heard)} heard, {sum(ledger.fates.values())} ends"

    declared, undeclared = (explore(programs.experiment(play, declared=each)) for each in (True, False))

    assert set(declared.outcomes) == set(undeclared.outcomes)
    assert len(declared.outcomes) > 1
