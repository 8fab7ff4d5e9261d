"""A schedule as a short text that replays it anywhere, with its timeline: `logout-race/awaited/fifo/01`.

If the claim is not the program's first, it follows the program's name: `logout/all-done/awaited/fifo/01`. If a task
may be cancelled, the last but one part is `fifo+cancel`. The digits are the choices, in base 36. First options at the
end are omitted, and a choice past `z` is written as `_36_`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase, digits
from typing import NamedTuple, get_args

from eventdemo.core.bus import EventBus
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.experiment import Experiment, Run, play_in
from eventdemo.explore.instrumented_bus import make_bus
from eventdemo.explore.loop import ControlledLoop
from eventdemo.explore.schedulers import ReplayScheduler
from eventdemo.explore.steps import Ready
from eventdemo.simulate.metrics import rounded
from eventdemo.simulate.recorder import Recorder
from eventdemo.trace.record import Outage, Span, Stall

MAX_EMITS = 100
CANCELS = "+cancel"
_DIGITS = digits + ascii_lowercase
_MIN_PARTS = 4
"""Parts of a token: program, strategy, ready, choices. The claim is an optional fifth."""
_CHOICE = re.compile(r"[0-9a-z]|_[0-9]{2,6}_")


class BadTokenError(ValueError):
    """The text is not a schedule."""


@dataclass(frozen=True, slots=True)
class Token:
    """Everything that a replay needs."""

    experiment: str
    strategy: str
    ready: Ready
    choices: tuple[int, ...]
    claim: str = ""
    """The claim's name, if it is not the first."""
    cancel: bool = False
    """Whether one task may be cancelled wherever it waits."""

    def __str__(self) -> str:
        written = "".join(_DIGITS[c] if c < len(_DIGITS) else f"_{c}_" for c in self.choices)
        ready = self.ready + CANCELS * self.cancel
        parts = (self.experiment, self.claim, self.strategy, ready, written.rstrip("0") or "0")
        return "/".join(filter(None, parts))


def parse(text: str) -> Token:
    file = re.match(r".*\.py:\w+", text.strip())  # a file's name may contain slashes
    parts = text.strip()[file.end() if file else 0 :].split("/")
    if file:
        parts[0] = file[0]
    if not _MIN_PARTS <= len(parts) <= _MIN_PARTS + 1:
        raise BadTokenError(f"{text!r} is not a schedule, which looks like logout-race/awaited/fifo/01.")
    experiment, *claim, strategy, ready, written = parts
    cancel, ready = ready.endswith(CANCELS), ready.removesuffix(CANCELS)
    if ready not in (modes := {mode: mode for mode in get_args(Ready)}):
        words = "fifo, turns or any"
        raise BadTokenError(f"{text!r} is not a schedule: its second to last part must be {words}, not {ready!r}.")
    if not re.fullmatch(f"(?:{_CHOICE.pattern})+", written):
        raise BadTokenError(f"{text!r} is not a schedule: its last part must be digits and lower-case letters.")
    return Token(experiment, strategy, modes[ready], choices_of(written), "".join(claim), cancel=cancel)


def choices_of(written: str) -> tuple[int, ...]:
    """Read the choices, without first options at the end."""
    read = [int(c.strip("_")) if c[0] == "_" else _DIGITS.index(c) for c in _CHOICE.findall(written)]
    while read and not read[-1]:
        read.pop()
    return tuple(read)


class TracedRun(NamedTuple):
    """A run, with what the recorder saw."""

    run: Run
    spans: tuple[Span, ...]
    stalls: tuple[Stall, ...]
    outages: tuple[Outage, ...] = ()


def replay(text: str) -> Run:
    """Run the schedule of a token again."""
    return replay_traced(parse(text))[0]


def experiment_of(token: Token) -> Experiment:
    """Return the experiment of a token."""
    known = experiment(token.experiment, token.claim)
    return replace(known, cancel=True) if token.cancel else known


def replay_traced(token: Token, places: list[str] | None = None) -> TracedRun:
    """Run a schedule and record its spans and stalls; each step takes a millisecond."""
    known = experiment_of(token)
    return play_traced(known, make_bus(token.strategy, known.bus)(), token.choices, token.ready, places)


def play_traced(
    experiment: Experiment,
    bus: EventBus,
    choices: Sequence[int],
    ready: Ready = "fifo",
    places: list[str] | None = None,
) -> TracedRun:
    """Do the same for an experiment that is not in the catalogue. `places` gets the line of each await."""
    script = ReplayScheduler(choices, places)
    loop = ControlledLoop(script, ready=ready)
    recorder = Recorder(loop.time, MAX_EMITS)
    bus.observe(recorder)
    loop.clock.on_wait = recorder.note_wait
    run = play_in(loop, experiment, bus)
    script.check_used_up()
    stalls = tuple(Stall(start=rounded(start), end=rounded(end)) for start, end in loop.stalls)
    return TracedRun(run, recorder.frozen(), stalls, tuple(recorder.outages))
