"""The buses that a program makes itself: while it runs, they have the observers and the strategy of the run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer
from eventdemo.core.runner import Runner
from eventdemo.simulate.pyee_emitters import pyee_emitters_observed
from eventdemo.simulate.replaced import Replaced

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

        for state in (each._eventdemo_bus for each in map(observed, known)):
            if type(state.runner) is Runner:
                stack.enter_context(Replaced(state, "runner", make_runner()))
        stack.enter_context(pyee_emitters_observed(observed(EventBus())))
        stack.enter_context(Replaced(EventBus, "__init__", make_observed))
        yield
