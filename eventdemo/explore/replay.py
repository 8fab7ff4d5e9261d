"""Replay of one schedule, with a recorder on the bus: the steps and the timeline of a token."""

from collections.abc import Sequence
from typing import NamedTuple

from eventdemo.core.bus import EventBus
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.experiment import Experiment, Run, play_in
from eventdemo.explore.instrumented_bus import make_bus
from eventdemo.explore.loop import ControlledLoop
from eventdemo.explore.schedulers import ReplayScheduler
from eventdemo.explore.steps import Ready
from eventdemo.explore.token import Token, parse
from eventdemo.simulate.metrics import rounded
from eventdemo.simulate.recorder import Recorder
from eventdemo.trace.record import Outage, Span, Stall

MOST_EMITS = 100


class TracedRun(NamedTuple):
    """A run, with what the recorder saw."""

    run: Run
    spans: tuple[Span, ...]
    stalls: tuple[Stall, ...]
    outages: tuple[Outage, ...] = ()


def replay(text: str) -> Run:
    """Run the schedule of a token again."""
    return replay_traced(parse(text))[0]


def replay_traced(token: Token) -> TracedRun:
    """Run a schedule and record its spans and stalls; each step takes a millisecond."""
    played = experiment(token.experiment, token.claim)
    return play_traced(played, make_bus(token.strategy, played.bus)(), token.choices, token.ready)


def play_traced(played: Experiment, bus: EventBus, choices: Sequence[int], ready: Ready = "fifo") -> TracedRun:
    """Do the same for an experiment that is not in the catalogue."""
    script = ReplayScheduler(choices)
    loop = ControlledLoop(script, ready=ready)
    recorder = Recorder(loop.time, keep=MOST_EMITS)
    bus.observe(recorder)
    run = play_in(loop, played, bus)
    script.check_used_up()
    stalls = tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls)
    return TracedRun(run, recorder.spans(), stalls, recorder.outages)
