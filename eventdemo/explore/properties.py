"""The properties of a program besides its own claim: those of any program on a bus, and monitors of the backend."""

from dataclasses import replace
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from eventdemo.backend.events import ApprovalSubmitted, UserSyncTaskNotifications
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import TRAILS, User
from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.core.wording import did_you_mean, plural
from eventdemo.explore.experiment import Experiment, Property, access
from eventdemo.simulate.metrics import Stopwatch

Row = TypeVar("Row", bound=SQLModel)
ALL_ACCOUNTED_FOR = "every delivery is accounted for"
ALL_DONE = "every delivery is done"
EMIT_WAITS = "no emit returns before its listeners have ended"
IN_ORDER = "the listeners of each event start in registration order"
PROFILE_FIRST = "no tasks are looked for before the profile is saved"
WRITTEN_DOWN = "an approval that has returned is written down"


class UnknownPropertyError(ValueError):
    """The program has no such claim."""


class EarlyReturns(Observer):
    """Counts the emits that return while their listeners still run."""

    def __init__(self) -> None:
        self.emits = self.early = 0

    def emitted(self, emission: Emission) -> None:
        self.emits += 1

    def ended(self, delivery: Delivery) -> None:
        # The order of end and return is the outcome, so both steps declare an access.
        access(f"the end of emit {delivery.emission.number}")

    def returned(self, emission: Emission) -> None:
        access(f"the end of emit {emission.number}")
        self.early += any(delivery.fate is None for delivery in emission.deliveries)


class LateStarts(Stopwatch):
    """Counts the deliveries that start before one whose listener was registered earlier."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)

    def started(self, delivery: Delivery) -> None:
        access(f"the starts of emit {delivery.emission.number}")
        super().started(delivery)


def balance(ledger: Ledger) -> str:
    return (
        ALL_ACCOUNTED_FOR if ledger.balanced else f"{ledger.deliveries} deliveries, {sum(ledger.fates.values())} ends"
    )


def _fates(ledger: Ledger) -> str:
    counts = ledger.counts()
    return ", ".join(f"{n} {fate}" for fate, n in counts.items()) if {*counts} - {Fate.DONE} else ALL_DONE


def _returns(monitor: EarlyReturns) -> str:
    return f"{monitor.early} of {plural(monitor.emits, 'emit')} returned too early" if monitor.early else EMIT_WAITS


def _starts(monitor: LateStarts) -> str:
    late = monitor.started_out_of_order
    return f"{plural(late, 'delivery', 'deliveries')} started too early" if late else IN_ORDER


GENERAL_PROPERTIES = (
    Property("ledger-balances", ALL_ACCOUNTED_FOR, balance, Ledger),
    Property("all-done", ALL_DONE, _fates, Ledger),
    Property("emit-waits", EMIT_WAITS, _returns, EarlyReturns),
    Property("starts-in-order", IN_ORDER, _starts, LateStarts),
)


def properties_of(experiment: Experiment) -> dict[str, Property]:
    return {known.name: known for known in (*experiment.properties, *GENERAL_PROPERTIES)}


def with_property(experiment: Experiment, name: str) -> Experiment:
    """Return an experiment that checks another property of the same program; without a name, the experiment itself."""
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


class Stages(Observer):
    """Counts the listeners of stage two that start before the user's profile is saved."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._early = 0

    def started(self, delivery: Delivery) -> None:
        if isinstance(event := delivery.emission.args[0], UserSyncTaskNotifications):
            (user,) = rows_now(self._database, User, User.id == event.user_id)
            self._early += not user.full_name

    def describe(self) -> str:
        return f"{plural(self._early, 'listener')} started before that" if self._early else PROFILE_FIRST


class Answers(Observer):
    """Counts the approvals that return before they are in an audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._early = 0

    def returned(self, emission: Emission) -> None:
        if isinstance(event := emission.args[0], ApprovalSubmitted):
            mine = [rows_now(self._database, trail, col(trail.user_id) == event.user_id) for trail in TRAILS.values()]
            self._early += event.id not in {entry.event_id for trail in mine for entry in trail}

    def describe(self) -> str:
        return f"{plural(self._early, 'approval')} returned before that" if self._early else WRITTEN_DOWN


def rows_now(database: Database, table: type[Row], *where: Any) -> list[Row]:
    """Return rows as they are now, without a pause in which another task could run."""
    with Session(database.engine) as session:
        return list(session.exec(select(table).where(*where)).all())
