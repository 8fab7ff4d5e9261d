"""Runs emitter programs on `EventBus`; `node/run.mjs` does the same on EventEmitter2. See `programs.py`."""

import asyncio
import logging
import warnings
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from inspect import iscoroutinefunction

from eventdemo.backend.services.errors import leaf_exceptions
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, log
from eventdemo.core.on_event import on_event
from tests.conformance.programs import REGISTERS, REMOVES


class ListenerFailedError(Exception):
    """What a listener raises when its program says so; the text is its name."""


@dataclass
class Called:
    """One call of a listener: what it is to do, and how far it has come."""

    name: str
    ends: str
    emission: str
    strand: str
    steps: list
    place: int = 0


class Run:
    """One program on one bus, and the log of it."""

    def __init__(self, program, make_bus):
        self.bus = make_bus(max_listeners=program.get("max_listeners", 0))
        self.steps = program["steps"]
        self.nest = program.get("nest", False)
        self.log = []
        self.unhandled = []
        self.unfinished = []
        self.waiting = {}
        self.strands = {}
        self.occurrences = Counter()
        self.functions = {name: self.listener(name, **what) for name, what in program["listeners"].items()}

    async def all(self):
        """Run the program to its end and return the trace.

        With `nest`, the listeners are methods that are marked with `@on_event`, and there before the first step.
        """
        asyncio.get_running_loop().set_exception_handler(self.note_unhandled)
        if not self.nest:
            return await self.trace()
        self.bus.subscribe(listener_object([step for step in self.steps if step[0] == "on"], self.functions))
        self.steps = [["settle"] if step[0] == "on" else step for step in self.steps]
        with logged() as errors:
            trace = await self.trace()
        return trace | {"logged": sorted(",".join(reasons_of(error)) for error in errors)}

    async def trace(self):
        """Do the steps."""
        for index, step in enumerate(self.steps):
            with suppress(Exception):  # it is in the log
                if step[0] == "settle":
                    await self.settle()
                elif step[0] == "emit_async":
                    await self.emit_async("main", str(index), step[1])
                elif step[0] == "call_async":
                    self.unfinished.append(self.emit_async("main", str(index), step[1]))
                else:
                    self.now("main", str(index), step)
        for coroutine in self.unfinished:
            with suppress(Exception):
                await coroutine
        await self.settle()
        for place, future in self.waiting.items():
            if not future.done():
                self.log.append(["waited", "main", place, "in vain"])
                future.cancel()
        return {"log": self.log, "unhandled": sorted(self.unhandled)}

    async def settle(self):
        """Wait until no listener runs and every failure is reported, including what a report starts."""
        for _ in range(3):
            await self.bus.drain()
            await asyncio.sleep(0)

    def note_unhandled(self, _, context):
        if "no emitter was waiting" in context["message"]:  # not asyncio's last resort
            self.unhandled.append(",".join(reasons_of(context["exception"])))

    def now(self, strand, place, step):
        """Do one step that takes no turn."""
        kind, *args = step
        if kind in REGISTERS | REMOVES:
            with self.warned(strand, place):
                self.prepare(strand, place, kind, args)
        elif kind == "wait_for":
            with self.warned(strand, place):
                self.wait_for(place, args[0])
        elif kind == "emit":
            self.emit(strand, place, args[0])
        elif kind == "listeners":
            self.log.append([kind, strand, place, [self.name_of(f) for f in self.bus.listeners(args[0])]])
        elif kind == "names":
            self.log.append([kind, strand, place, sorted(self.bus.event_names())])
        else:
            raise AssertionError(f"no step is called {kind}")

    @contextmanager
    def warned(self, strand, place):
        """Note the warnings of the bus where they are given."""
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            yield
        for warning in given:
            self.log.append(["warned", strand, place, int(str(warning.message).split()[0])])

    def wait_for(self, place, name):
        future = self.waiting[place] = self.bus.wait_for(name)
        future.add_done_callback(
            lambda done: done.cancelled() or self.log.append(["waited", "main", place, done.result()])
        )

    def prepare(self, strand, place, kind, args):
        options = args.pop() if args and isinstance(args[-1], dict) else {}
        bus = self.bus
        call = {"off": bus.remove_listener, "off_all": bus.remove_all_listeners, "prepend": bus.prepend_listener}
        given = [self.functions[arg] if arg in self.functions and kind != "off_all" else arg for arg in args]
        if kind == "many":
            given = [given[0], given[2], given[1]]
        try:
            call.get(kind, getattr(bus, kind, None))(*given, **delivery_of(options))
        except ValueError:
            self.log.append([kind, strand, place, "refused"])

    def name_of(self, function):
        return function.__name__ if function.__name__ in self.functions else "who waits"

    def emit(self, strand, place, name):
        self.strands[place] = strand
        try:
            self.log.append(["emit", strand, place, self.bus.emit(name, place)])
        except Exception as error:
            self.log.append(["emit", strand, place, {"raises": reasons_of(error)}])
            raise

    async def emit_async(self, strand, place, name):
        self.strands[place] = strand
        try:
            self.log.append(["emit_async", strand, place, await self.bus.emit_async(name, place)])
        except Exception as error:
            self.log.append(["emit_async", strand, place, {"raises": reasons_of(error)}])
            raise

    def listener(self, name, kind="plain", does=(), ends="value"):
        """Make the listener that a program describes."""
        todo = [list(does)]

        def call(args):
            *any_name, emission = args
            emission = emission if isinstance(emission, str) else "!" + ",".join(reasons_of(emission))
            strand = self.strand(name, emission) if kind == "task" else self.strands.get(emission, "main")
            self.log.append(["start", strand, name, emission, *any_name])
            return Called(name, ends, emission, strand, todo.pop() if todo else [s for s in does if s == ["pause"]])

        def plain(*args):
            return self.inline(call(args))

        def awaitable(*args):
            return self.inline(call(args), after=self.from_first_pause)

        async def task(*args):
            return await self.later(call(args))

        made = {"plain": plain, "awaitable": awaitable, "task": task}[kind]
        made.__name__ = name
        return made

    def inline(self, called, after=None):
        """Do the steps up to the first pause, and then what comes `after` it."""
        try:
            while called.place < len(called.steps) and called.steps[called.place] != ["pause"]:
                self.now(called.strand, f"{called.name}.{called.place}", called.steps[called.place])
                called.place += 1
        except Exception as error:
            self.log.append(["end", called.strand, called.name, called.emission, {"raises": reasons_of(error)}])
            raise
        return after(called) if after else self.over(called)

    def from_first_pause(self, called):
        """Return what is left of an awaitable, as a strand of its own; the turn before it begins is the first pause."""
        return self.later(replace(called, strand=self.strand(called.name, called.emission), place=called.place + 1))

    async def later(self, called):
        """Do the steps of a listener that can wait."""
        try:
            for place in range(called.place, len(called.steps)):
                step, where = called.steps[place], f"{called.name}.{place}"
                if step == ["pause"]:
                    await asyncio.sleep(0)
                elif step[0] == "emit_async":
                    await self.emit_async(called.strand, where, step[1])
                else:
                    self.now(called.strand, where, step)
        except Exception as error:
            self.log.append(["end", called.strand, called.name, called.emission, {"raises": reasons_of(error)}])
            raise
        return self.over(called)

    def over(self, called):
        """End a listener as its program says."""
        where = ["end", called.strand, called.name, called.emission]
        if called.ends == "raises":
            self.log.append([*where, {"raises": [called.name]}])
            raise ListenerFailedError(called.name)
        value = called.name if called.ends == "value" else None
        self.log.append([*where, value])
        return value

    def strand(self, name, emission):
        """Return the name of a new strand: what one call of one listener does between its pauses."""
        key = f"{name}@{emission}"
        self.occurrences[key] += 1
        return key if self.occurrences[key] == 1 else f"{key}#{self.occurrences[key]}"


def delivery_of(options):
    """Return how EventBus says what EventEmitter2's options ask for: to be waited for, or not."""
    detached = (options.get("async") or options.get("nextTick")) and not options.get("promisify")
    return {"delivery": DeliveryMode.DETACHED if detached else DeliveryMode.AWAITED} if options else {}


def listener_object(steps, functions):
    """Return an object with a marked method for each step that registers a listener."""
    methods = {f"method{place}": method_of(functions[f], *options) for place, (_, _, f, *options) in enumerate(steps)}
    marked = {
        name: on_event(step[1], **delivery_of(step[3] if len(step) > 3 else {}))(method)
        for (name, method), step in zip(methods.items(), steps, strict=True)
    }
    return type("Listener", (), marked)()


def method_of(function, _options=None):
    """Return a function as a method of the same kind."""

    def plain(self, *args):
        return function(*args)

    async def task(self, *args):
        return await function(*args)

    return task if iscoroutinefunction(function) else plain


@contextmanager
def logged():
    """Collect the errors that the bus logs."""
    errors = []
    handler = logging.Handler()
    handler.emit = lambda record: errors.append(record.exc_info[1])
    log.addHandler(handler)
    propagate, log.propagate = log.propagate, False
    try:
        yield errors
    finally:
        log.removeHandler(handler)
        log.propagate = propagate


def reasons_of(error):
    """Return the names of the listeners that failed; `uncaught` for an 'error' without a listener."""
    return ["uncaught" if str(reason).startswith("Uncaught") else str(reason) for reason in leaf_exceptions(error)]


def run(program, make_bus=EventBus):
    """Return the trace of a program on a new bus."""
    return asyncio.run(Run(program, make_bus).all())
