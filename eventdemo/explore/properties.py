"""What a program can be asked beside its own claim: its other claims, and those that hold for any program on a bus."""

from collections import Counter
from dataclasses import replace

from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.core.wording import did_you_mean, plural
from eventdemo.explore.experiment import Experiment, Property, access
from eventdemo.simulate.metrics import Stopwatch

ALL_ACCOUNTED_FOR = "every delivery is accounted for"
ALL_DONE = "every delivery is done"
EMIT_WAITS = "no emit returns before its listeners have ended"
IN_ORDER = "the listeners of each event start in registration order"


class UnknownPropertyError(ValueError):
    """The program has no such claim."""


class EarlyReturns(Observer):
    """Sees which emits return while listeners of theirs still run."""

    def __init__(self) -> None:
        self.emits = self.early = 0
        self._running: Counter[int] = Counter()

    def emitted(self, emission: Emission) -> None:
        """Count it."""
        self.emits += 1

    def delivered(self, delivery: Delivery) -> None:
        """Expect its end."""
        self._running[delivery.emission.number] += 1

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        """Note its end; whether that comes before the return is what can be seen, so both tell."""
        access(f"the end of emit {delivery.emission.number}")
        self._running[delivery.emission.number] -= 1

    def skipped(self, delivery: Delivery) -> None:
        """Expect nothing of it any more."""
        self._running[delivery.emission.number] -= 1

    def returned(self, emission: Emission) -> None:
        """Look whether one still runs."""
        access(f"the end of emit {emission.number}")
        self.early += self._running[emission.number] > 0


class LateStarts(Stopwatch):
    """Sees which deliveries start before one that was registered ahead of them."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)

    def started(self, delivery: Delivery) -> None:
        """Note a start; which one is first can be seen, so it tells."""
        access(f"the starts of emit {delivery.emission.number}")
        super().started(delivery)


def _books(ledger: Ledger) -> str:
    return ALL_ACCOUNTED_FOR if ledger.balanced else f"{ledger.deliveries} deliveries, {ledger.fates.total()} ends"


def _fates(ledger: Ledger) -> str:
    counts = ledger.counts()
    return ", ".join(f"{n} {fate}" for fate, n in counts.items()) if {*counts} - {Fate.DONE} else ALL_DONE


def _returns(seen: EarlyReturns) -> str:
    return f"{seen.early} of {plural(seen.emits, 'emit')} returned before" if seen.early else EMIT_WAITS


def _starts(seen: LateStarts) -> str:
    return (
        f"{plural(seen.started_out_of_order, 'delivery', 'deliveries')} started too early"
        if seen.started_out_of_order
        else IN_ORDER
    )


GENERAL_PROPERTIES = (
    Property("ledger-balances", ALL_ACCOUNTED_FOR, _books, Ledger),
    Property("all-done", ALL_DONE, _fates, Ledger),
    Property("emit-waits", EMIT_WAITS, _returns, EarlyReturns),
    Property("starts-in-order", IN_ORDER, _starts, LateStarts),
)


def properties_of(experiment: Experiment) -> dict[str, Property]:
    """Return what a program can be asked beside its own claim, by name."""
    return {known.name: known for known in (*experiment.properties, *GENERAL_PROPERTIES)}


def with_property(experiment: Experiment, name: str) -> Experiment:
    """Return the same program, held against another of its claims; against its own if no name is given."""
    if not name:
        return experiment
    known = properties_of(experiment)
    if name not in known:
        hint = did_you_mean(name, known, f"choose from {', '.join(known)}, or omit it.")
        raise UnknownPropertyError(f"{experiment.name} has no claim {name!r}: {hint}")
    chosen = known[name]
    return replace(
        experiment,
        claim=chosen.claim,
        holds=chosen.claim.__eq__,
        describe=chosen.describe,
        monitor=chosen.monitor,
        property_name=name,
    )
