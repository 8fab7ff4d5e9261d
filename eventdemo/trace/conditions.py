"""Under which conditions a scenario is played, as data: how many instances, who dies when, what misbehaves, what helps.

The defaults are an ordinary day: one instance, nobody dies, every service is well.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

MOST_INSTANCES = len(ascii_uppercase)
MOST_KILLS = 60.0
"""Per virtual minute: beyond one a second there is nobody left to look at."""
SERVICES = ("oracle", "yardi", "fcm")
FAULTS = ("slow", "down", "flaky", "429", "expiring", "uninstalled")
REPAIRS = ("leader-lock", "idempotency-key", "broadcast", "outbox", "bounded:N", "drain")
_CRASH = re.compile(r"([A-Z])@(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?))?")
_BOUNDED = re.compile(r"bounded:[1-9]\d*")


class ConditionsError(ValueError):
    """Conditions that cannot be, with a sentence that says which and what can."""


@dataclass(frozen=True, slots=True)
class Crash:
    """An instance is killed, and perhaps started again. Times are virtual seconds since the start of the run."""

    instance: str
    at: float
    until: float | None = None
    """When it is started again; None for never."""

    def __post_init__(self) -> None:
        if not 0 <= self.at < math.inf or (self.until is not None and not self.at < self.until < math.inf):
            raise ConditionsError(f"{self} is no crash: it happens at 0 s or later, and a restart comes after it.")

    @classmethod
    def parsed(cls, text: str) -> "Crash":
        """Read `A@2.5`, or `A@2.5..4` with a restart."""
        if (found := _CRASH.fullmatch(text.strip())) is None:
            raise ConditionsError(
                f"{text!r} is no crash: write A@2.5 to kill instance A at 2.5 s, A@2.5..4 to start it again at 4 s."
            )
        instance, at, until = found.groups()
        return cls(instance, float(at), None if until is None else float(until))

    def __str__(self) -> str:
        return f"{self.instance}@{_plain(self.at)}" + ("" if self.until is None else f"..{_plain(self.until)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a run is up against, and which repairs are switched on."""

    instances: int = 1
    crashes: tuple[Crash, ...] = ()
    kill_rate: float = 0.0
    """Kills per virtual minute, of an instance that chance picks; each is started again a second later."""
    drain: bool = True
    """Whether what still runs at the end is waited for; else it is cancelled, as `asyncio.run` does."""
    oracle: tuple[str, ...] = ()
    yardi: tuple[str, ...] = ()
    fcm: tuple[str, ...] = ()
    """How each service is spoiled, each name a knob of `mock_services/faults.py`."""
    repairs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.instances <= MOST_INSTANCES:
            raise ConditionsError(f"There can be 1 to {MOST_INSTANCES} instances, not {self.instances}.")
        if not 0 <= self.kill_rate <= MOST_KILLS:
            raise ConditionsError(f"A kill rate is 0 to {MOST_KILLS:g} a minute, not {self.kill_rate:g}.")
        for repair in self.repairs:
            if repair not in REPAIRS and not _BOUNDED.fullmatch(repair):
                raise ConditionsError(f"There is no repair {repair!r}: choose from {', '.join(REPAIRS)}.")
        for service in SERVICES:
            for fault in getattr(self, service):
                if fault not in FAULTS:
                    raise ConditionsError(
                        f"There is no fault {fault!r} for {service}: choose from {', '.join(FAULTS)}."
                    )
        self._check_crashes()

    def _check_crashes(self) -> None:
        over: dict[str, float] = {}
        for crash in sorted(self.crashes, key=lambda crash: crash.at):
            if crash.instance not in self.names:
                raise ConditionsError(f"{crash} names no instance of this run: there is {', '.join(self.names)}.")
            if crash.at < over.get(crash.instance, 0):
                raise ConditionsError(f"{crash} cannot be: {crash.instance} is dead at that time already.")
            over[crash.instance] = math.inf if crash.until is None else crash.until

    @property
    def names(self) -> str:
        """The names of the instances: `ABC`."""
        return ascii_uppercase[: self.instances]

    @property
    def can_die(self) -> bool:
        """Whether an instance may be killed."""
        return bool(self.crashes or self.kill_rate)

    @property
    def drains(self) -> bool:
        """Whether what still runs at the end is waited for: as a matter of course, or as a repair."""
        return self.drain or "drain" in self.repairs

    @property
    def bound(self) -> int | None:
        """How many listeners may run at a time, if a repair says so."""
        bounds = [int(repair.partition(":")[2]) for repair in self.repairs if _BOUNDED.fullmatch(repair)]
        return min(bounds, default=None)

    def strategy(self, name: str) -> str:
        """Return the strategy that listeners run under, which may be a repair of the one that was asked for."""
        if "outbox" in self.repairs:
            return "outbox" if self.bound is None else f"outbox:{self.bound}"
        return name if self.bound is None else f"bounded:{self.bound}"

    @property
    def one_quiet_instance(self) -> bool:
        """Whether there is nothing to set up beyond a single backend."""
        return self.instances == 1 and not self.can_die and self.drain and not self.repairs

    def options(self) -> list[str]:
        """Return the options of the command line that stand for these conditions."""
        return [*self._circumstances(), *(["--repair", ",".join(self.repairs)] if self.repairs else [])]

    def _circumstances(self) -> Iterator[str]:
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


def _plain(number: float) -> str:
    """Write a number as it is read: without an exponent, to the microsecond."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def crashes_of(given: Sequence[str | Crash]) -> tuple[Crash, ...]:
    """Return crashes, each given as one or as it is written."""
    return tuple(crash if isinstance(crash, Crash) else Crash.parsed(crash) for crash in given)


def names_of(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return names, given as such or separated by commas; `none` stands for no name at all."""
    names = [name.strip() for name in (given.split(",") if isinstance(given, str) else given)]
    return tuple(dict.fromkeys(name for name in names if name not in {"", "none"}))
