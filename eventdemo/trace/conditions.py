"""The conditions of a run, as data: the number of instances, their crashes, faults of the services, and fixes.

The defaults are an ordinary day: one instance, no crash, every service works.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

MAX_INSTANCES = len(ascii_uppercase)
MAX_KILL_RATE = 60.0
"""Per virtual minute. With more than one kill a second, no instance lives long enough to show anything."""
MAX_SLOTS = 1000
"""More than the jobs that wait at any time, so a larger limit would change nothing."""
LATEST_CRASH = 86_400.0
"""In seconds: a day, because no run takes longer."""
SERVICES = ("oracle", "yardi", "fcm")
FAULTS = ("slow", "down", "flaky", "429", "expiring", "uninstalled")
REPAIRS = ("leader-lock", "idempotency-key", "broadcast", "outbox", "bounded:N", "drain")
_CRASH = re.compile(r"([A-Z])@([0-9]+(?:\.[0-9]+)?)(?:\.\.([0-9]+(?:\.[0-9]+)?))?")
_PLAIN_REPAIRS = [repair for repair in REPAIRS if ":" not in repair]


class ConditionsError(ValueError):
    """Impossible conditions. The message names them and says what is possible."""


@dataclass(frozen=True, slots=True)
class Crash:
    """The kill of an instance, and possibly its restart. Times are virtual seconds since the start of the run."""

    instance: str
    at: float
    until: float | None = None
    """When it restarts; None for never."""

    def __post_init__(self) -> None:
        restarts = self.until is None or self.at < self.until <= LATEST_CRASH
        if not (0 <= self.at <= LATEST_CRASH and restarts):
            raise ConditionsError(
                f"{self} is not a crash: the kill must be between 0 and {LATEST_CRASH:g} s, and the restart after it."
            )

    @classmethod
    def parsed(cls, text: str) -> "Crash":
        """Parse `A@2.5`, or `A@2.5..4` with a restart."""
        if (found := _CRASH.fullmatch(text.strip())) is None:
            raise ConditionsError(
                f"{text!r} is not a crash: write A@2.5 to kill instance A at 2.5 s, A@2.5..4 to restart it at 4 s."
            )
        instance, at, until = found.groups()
        return cls(instance, float(at), None if until is None else float(until))

    def __str__(self) -> str:
        return f"{self.instance}@{_plain(self.at)}" + ("" if self.until is None else f"..{_plain(self.until)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The crashes and faults in a run, and the repairs that are switched on."""

    instances: int = 1
    crashes: tuple[Crash, ...] = ()
    kill_rate: float = 0.0
    """Kills per virtual minute, each of a random instance, which restarts a second later."""
    drain: bool = True
    """Whether the run waits at the end for running listeners; otherwise it cancels them, as `asyncio.run` does."""
    oracle: tuple[str, ...] = ()
    yardi: tuple[str, ...] = ()
    fcm: tuple[str, ...] = ()
    """The faults of each service, by their names in `mock_services/faults.py`."""
    repairs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.instances <= MAX_INSTANCES:
            raise ConditionsError(f"There can be 1 to {MAX_INSTANCES} instances, not {self.instances}.")
        if not 0 <= self.kill_rate <= MAX_KILL_RATE:
            raise ConditionsError(f"A kill rate is 0 to {MAX_KILL_RATE:g} a minute, not {self.kill_rate:g}.")
        for repair in self.repairs:
            if repair not in _PLAIN_REPAIRS and _bound_of(repair) is None:
                known = ", ".join(REPAIRS)
                raise ConditionsError(f"Unknown repair {repair!r}: choose from {known}; N is 1 to {MAX_SLOTS}.")
        for service in SERVICES:
            for fault in getattr(self, service):
                if fault not in FAULTS:
                    raise ConditionsError(f"Unknown fault {fault!r} for {service}: choose from {', '.join(FAULTS)}.")
        self._check_crashes()

    def _check_crashes(self) -> None:
        over: dict[str, float] = {}
        for crash in sorted(self.crashes, key=lambda crash: crash.at):
            if crash.instance not in self.names:
                raise ConditionsError(f"{crash} names an unknown instance: this run has {', '.join(self.names)}.")
            if crash.at < over.get(crash.instance, 0):
                raise ConditionsError(f"{crash} is impossible: {crash.instance} is already dead at that time.")
            over[crash.instance] = math.inf if crash.until is None else crash.until

    def with_changes(self, **changes: Any) -> "Conditions":
        """Return these conditions with some changed, each given as a value or as the command line writes it."""
        for name in changes.keys() & {*SERVICES, "repairs"}:
            changes[name] = names_of(changes[name])
        if "crashes" in changes:
            changes["crashes"] = crashes_of(changes["crashes"])
        return replace(self, **changes)

    @property
    def names(self) -> str:
        return ascii_uppercase[: self.instances]

    @property
    def can_die(self) -> bool:
        return bool(self.crashes or self.kill_rate)

    @property
    def drains(self) -> bool:
        """Whether the run waits at the end for running listeners, by default or as a repair."""
        return self.drain or "drain" in self.repairs

    @property
    def bound(self) -> int | None:
        """The concurrency limit that a repair sets, if any."""
        return min(filter(None, map(_bound_of, self.repairs)), default=None)

    def strategy(self, name: str) -> str:
        """Return the strategy that listeners run under; a repair may replace the requested one."""
        if "outbox" in self.repairs:
            return "outbox" if self.bound is None else f"outbox:{self.bound}"
        return name if self.bound is None else f"bounded:{self.bound}"

    @property
    def one_quiet_instance(self) -> bool:
        """Whether a single backend without crashes or repairs is enough."""
        return self.instances == 1 and not self.can_die and self.drain and not self.repairs

    def options(self) -> Iterator[str]:
        """Yield the options of the command line that set these conditions."""
        if self.instances != 1:
            yield from ("--instances", str(self.instances))
        for crash in self.crashes:
            yield from ("--crash", str(crash))
        if self.kill_rate:
            yield from ("--kill-rate", _plain(self.kill_rate))
        for service in SERVICES:
            if knobs := getattr(self, service):
                yield from (f"--{service}", ",".join(knobs))
        if not self.drain:
            yield "--no-drain"
        if self.repairs:
            yield from ("--repair", ",".join(self.repairs))


def slots_of(text: str) -> int | None:
    """Return the number of slots that `text` stands for, or None if it is not a whole number from 1 to `MAX_SLOTS`."""
    slots = int(text) if re.fullmatch("[0-9]{1,4}", text) else 0
    return slots if 1 <= slots <= MAX_SLOTS else None


def _bound_of(repair: str) -> int | None:
    kind, _, slots = repair.partition(":")
    return slots_of(slots) if kind == "bounded" else None


def _plain(number: float) -> str:
    """Format a number without an exponent, to the microsecond."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def crashes_of(given: str | Sequence[str | Crash]) -> tuple[Crash, ...]:
    """Return crashes, given as such or as text: `A@2.5..4`, several separated by commas."""
    crashes = given.split(",") if isinstance(given, str) else given
    return tuple(crash if isinstance(crash, Crash) else Crash.parsed(crash) for crash in crashes)


def names_of(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return names given as a sequence or separated by commas; `none` means no name."""
    names = [name.strip() for name in (given.split(",") if isinstance(given, str) else given)]
    return tuple(dict.fromkeys(name for name in names if name not in {"", "none"}))
