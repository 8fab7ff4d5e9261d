"""The buses that a program makes itself: while it runs, they have the observers and the strategy of the run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer
from eventdemo.core.runner import Runner
from eventdemo.simulate.pyee_emitters import pyee_emitters_observed

Watch = Callable[[Observer], Observer]


@contextmanager
def own_buses_observed(
    bus: EventBus, known: Iterable[EventBus], make_runner: Callable[[], Runner], watch: Watch = lambda each: each
) -> Iterator[None]:
    """Let the observers of `bus` observe the `known` buses, those that are made meanwhile, and pyee's emitters.

    A bus that was made without a runner gets the strategy's. `watch` may replace an observer that is for one bus only.
    """
    with ExitStack() as stack:
        make = EventBus.__init__

        def observed(own: EventBus) -> EventBus:
            for observer in bus.observers():
                stack.callback(own.observe(watch(observer)))
            return own

        def make_observed(self: EventBus, *args: Any, **options: Any) -> None:
            make(self, *args, **{"runner": make_runner(), **options})
            observed(self)

        for each in known:
            stack.enter_context(_with_runner(each, make_runner()))
            observed(each)
        stack.enter_context(pyee_emitters_observed(observed(EventBus())))
        stack.callback(setattr, EventBus, "__init__", make)
        EventBus.__init__ = make_observed  # type: ignore[method-assign]
        yield


@contextmanager
def _with_runner(bus: EventBus, runner: Runner) -> Iterator[None]:
    """Run the listeners of a bus under the strategy, unless the bus has a runner of its own."""
    state = bus._eventdemo_bus
    before = state.runner
    if type(before) is Runner:
        state.runner = runner
    try:
        yield
    finally:
        state.runner = before
