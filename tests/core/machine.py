"""Arbitrary programs, run step by step on a bus and on the model: after each step both must have done the same."""

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, Subscription
from eventdemo.core.ledger import Ledger
from eventdemo.core.subscriptions import ON_ANY
from tests.core.calls import run
from tests.core.model import FUEL, Act, Entry, Listener, Model

NAMES = ["a", "b", "a.a", "a.b"]
PATTERNS = [*NAMES, "a.*", "*.a", "*", "**", "a.**", "error"]
names, patterns, numbers = st.sampled_from(NAMES), st.sampled_from(PATTERNS), st.integers(0, 5)


def new_entry(
    pattern: str, listener: Listener, delivery: DeliveryMode, remaining: int | None, *, any_event: bool
) -> Entry:
    """Return a registration under a pattern, or with `on_any`."""
    return Entry(ON_ANY if any_event else pattern, listener, delivery, remaining)


acts = st.one_of(
    st.just(Act()),
    st.just(Act("raise")),
    st.builds(Act, st.just("emit"), names),
    st.builds(Act, st.just("remove"), number=numbers),
    st.builds(Act, st.sampled_from(["register", "remove all"]), patterns, numbers),
    st.builds(Act, st.just("remove all"), names),
)
entries = st.builds(
    new_entry,
    patterns,
    st.builds(Listener, numbers, st.booleans(), st.integers(0, 1), acts),
    st.sampled_from(DeliveryMode),
    st.sampled_from([None, None, 1, 2]),
    any_event=st.sampled_from([False, False, True]),
)
steps = st.one_of(names, names, names, st.none())  # an emit, or None: cancel what has not begun


class Real:
    """The bus, with listeners that do what the model's listeners do."""

    def __init__(self, bus: EventBus) -> None:
        self.bus = bus
        self.log: list[Any] = []
        self.ever: list[tuple[Entry, Callable[..., Any]]] = []
        self.unhandled: list[str] = []
        self.runs = 0
        self.fuel = 0
        self._functions: dict[Listener, Callable[..., Any]] = {}

    def register(self, entry: Entry, *, first: bool = False) -> None:
        function = self._function(entry.listener)
        self.ever.append((entry, function))
        options = {"remaining": entry.remaining, "first": first, "pass_event_name": entry.pattern is ON_ANY}
        subscription = Subscription(entry.pattern, function, entry.delivery, **options)
        self.bus._add_event_handler(entry.pattern, function, subscription)

    def remove(self, number: int) -> bool:
        entry, function = self.ever[number % len(self.ever)]
        before = len(self.bus.subscriptions())
        self.bus._eventdemo_bus.table.remove(entry.pattern, function)
        return len(self.bus.subscriptions()) < before

    async def program(self, steps: list[str | None]) -> None:
        """Emit and cancel without a pause, then wait until nothing runs any more."""
        self._listen_to_the_loop()
        for step in steps:
            if step is None:
                for task in self.bus._eventdemo_bus.runner.tasks:
                    task.cancel()
            else:
                self.log.append(attempt(self.bus.emit, step))
        await self.bus.drain()

    async def emit_async(self, name: str) -> Any:
        """Return what `emit_async` returned or raised; the log says when."""
        self._listen_to_the_loop()
        try:
            return await self.bus.emit_async(name)
        except ExceptionGroup as group:
            return [str(error) for error in group.exceptions]
        finally:
            self.log.append("returned")
            await self.bus.drain()

    def _listen_to_the_loop(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.unhandled.append(str(context["exception"])))

    def _function(self, listener: Listener) -> Callable[..., Any]:
        def plain(*args: Any) -> int:
            number = self.runs
            self.runs += 1
            self.log.append((number, listener.key, tuple(arg for arg in args if isinstance(arg, str))))
            self._do(listener)
            return number

        async def coroutine(*args: Any) -> int:
            number = plain(*args)
            if listener.seconds:
                await asyncio.sleep(listener.seconds)
                self.log.append((number, "ended"))
            return number

        return self._functions.setdefault(listener, coroutine if listener.is_coroutine else plain)

    def _do(self, listener: Listener) -> None:
        act = listener.act
        if act.kind == "raise":
            raise OSError(str(listener.key))
        if act.kind == "emit" and self.fuel:
            self.fuel -= 1
            self.log.append(self.bus.emit(act.name))
        elif act.kind == "register":
            self.register(Entry(act.name, Listener(-act.number - 1)))
        elif act.kind == "remove":
            self.log.append(self.remove(act.number))
        elif act.kind == "remove all":
            self.bus.remove_all_listeners(act.name)


def attempt(emit: Callable[[str], bool], name: str) -> bool | str:
    """Return what emit returned, or the text of what a listener raised."""
    try:
        return emit(name)
    except OSError as error:
        return str(error)


class BusMachine(RuleBasedStateMachine):
    """Drives a bus and the model with the same arbitrary steps."""

    make_bus: Callable[..., EventBus] = EventBus

    @initialize(watched=st.booleans())
    def begin(self, *, watched: bool) -> None:
        self.real, self.model, self.ledger = Real(type(self).make_bus(max_listeners=0)), Model(), Ledger()
        if watched:
            self.real.bus.observe(self.ledger)

    @rule(entries=st.lists(entries, min_size=1, max_size=4), first=st.sampled_from([False, False, True]))
    def register(self, entries: list[Entry], *, first: bool) -> None:
        for entry in entries:
            self.real.register(entry, first=first)
            self.model.register(entry, first=first)

    @precondition(lambda self: self.model.ever)
    @rule(number=numbers, pattern=patterns)
    def register_again(self, number: int, pattern: str) -> None:
        entry = Entry(pattern, self.model.ever[number % len(self.model.ever)].listener)
        self.real.register(entry)
        self.model.register(entry)

    @precondition(lambda self: self.model.ever)
    @rule(number=numbers)
    def remove(self, number: int) -> None:
        assert self.real.remove(number) == self.model.remove(number)

    @rule(pattern=patterns)
    def remove_all(self, pattern: str) -> None:
        self.real.bus.remove_all_listeners(pattern)
        self.model.remove_all(pattern)

    @rule(steps=st.lists(steps, min_size=1, max_size=3))
    def emit(self, steps: list[str | None]) -> None:
        self.real.fuel = self.model.fuel = FUEL
        run(self.real.program(steps))
        for step in steps:
            self.model.cancel() if step is None else self.model.log.append(attempt(self.model.emit, step))
        self.model.drain()

    @rule(name=names)
    def emit_async(self, name: str) -> None:
        self.real.fuel = self.model.fuel = FUEL
        result = run(self.real.emit_async(name))
        awaited = self.model.emit_async(name)
        self.model.drain()

        returned = self.real.log.index("returned")
        del self.real.log[returned]
        late = {line[0] for line in self.real.log[returned:] if isinstance(line, tuple)}
        assert not late & {task.run for task in awaited}, "emit_async returned before a listener had ended"
        assert result == ([task.error for task in awaited if task.error] or [task.run for task in awaited])

    @invariant()
    def both_did_the_same(self) -> None:
        assert (self.real.log, self.real.unhandled) == (self.model.log, self.model.unhandled)
        self.real.log.clear()
        self.model.log.clear()

    @invariant()
    def both_know_the_same_listeners(self) -> None:
        bus, functions = self.real.bus, self.real._functions
        assert bus.event_names() == {entry.pattern for entry in self.model.entries} - {ON_ANY}
        for name in NAMES:
            assert bus.listeners(name) == [functions[entry.listener] for entry in self.model.heard(name)]

    @invariant()
    def the_ledger_balances_and_nothing_runs(self) -> None:
        assert self.ledger.balanced
        assert not self.real.bus._eventdemo_bus.runner.tasks


def machine(kind_of_bus: type[EventBus]) -> type[BusMachine]:
    """Return the machine that drives another kind of bus."""
    return type(f"MachineOf{kind_of_bus.__name__}", (BusMachine,), {"make_bus": kind_of_bus})
