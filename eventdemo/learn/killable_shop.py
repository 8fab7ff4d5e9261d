"""The shop of notebook 12 from outside: start its process, kill it, start it again, and count the receipts.

The ledger is read from what survives a kill: the payments in the shop's database, and the mails on the mail server.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eventdemo.core.fates import Fate
from eventdemo.core.wording import did_you_mean
from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.registry import MissingExtraError, engine_class
from eventdemo.durable.servers import EmbeddedServer, RabbitMqServer, Valkey
from eventdemo.learn import shop
from eventdemo.learn.prose import Prose
from eventdemo.learn.shop import AFTER, BEFORE, DONE, IN_PROCESS, LAST, LISTENERS, OPTIONS, PAUSED, STORED, LineFile

SERVERS: Mapping[str, type[EmbeddedServer]] = {"bullmq": Valkey, "rabbitmq": RabbitMqServer}
"""The servers of engines, which run beside the shop and are not killed."""
ITEMS = ("book", "lamp", LAST)
START_TIMEOUT = 120.0
"""Seconds that a process or a server has on a busy machine."""


class ShopError(RuntimeError):
    """The shop is not in the state that you expect."""


class ShopProcess(EmbeddedServer):
    """The process, with its files. It is ready when it waits for the kill, or when it has nothing left to do.

    The listener of an in-process bus may run before the payment is committed, so a kill waits for both.
    """

    name = "the shop"

    def __init__(self) -> None:
        super().__init__(start_timeout=START_TIMEOUT)
        self.settings: Sequence[str] = ()
        self.listeners = 1
        self.payments = 0

    def command(self) -> list[str]:
        return [sys.executable, "-P", shop.__file__, "{folder}", *self.settings]  # by its path, which imports less

    def is_ready(self) -> bool:
        said = self.log.splitlines()
        return DONE in said or (said.count(PAUSED) >= self.listeners and said.count(STORED) == self.payments)


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts that one listener sent, by item."""

    engine: str
    moment: str
    listener: str
    sent: Mapping[str, int]

    @property
    def number(self) -> int:
        return sum(self.sent.values())

    def count(self, fate: Fate) -> int:
        """Count the payments with a receipt as done, those without as lost, and further receipts as duplicates."""
        done = sum(number > 0 for number in self.sent.values())
        return {Fate.DONE: done, Fate.LOST_IN_CRASH: len(self.sent) - done, Fate.DUPLICATE: self.number - done}[fate]


class Shop:
    """A shop in a process of its own, on an in-process bus or behind an engine.

    `open` returns when it has received three payments and sends the receipt for the last one. You kill it `before` the
    mail server has that mail, or `after`. `reopen` starts it again, and returns when it has nothing left to do.
    """

    def __init__(self, engine: str = IN_PROCESS, *listeners: str, killed: str = BEFORE) -> None:
        self._listeners = listeners or ("send_receipt",)
        if sys.platform == "emscripten":
            raise ShopError("A browser can't start and kill processes. Open this notebook on your machine: make lab")
        self._engine = _known(engine, [IN_PROCESS, *OPTIONS], "engine")
        self._killed = _known(killed, [BEFORE, AFTER], "moment")
        for listener in self._listeners:
            _known(listener, LISTENERS, "listener")
        self._process = ShopProcess()
        self._server = SERVERS[engine](start_timeout=START_TIMEOUT) if engine in SERVERS else None

    def open(self) -> Prose:
        if self._engine != IN_PROCESS:
            engine_class(self._engine)  # which raises an error if its library is missing
        if self._server is not None:
            self._server.start()
        self._start(self._killed, *ITEMS)
        what = "hasn't got it" if self._killed == BEFORE else "has it, but hasn't answered"
        return Prose(
            f"Three payments are stored, and the receipt for the {LAST} is on its way.\nThe mail server {what}."
        )

    def kill(self) -> Prose:
        """End the process with SIGKILL, so that it can't clean up."""
        if self._process.pid is None:
            raise ShopError("The shop isn't running. Open it first.")
        self._process.kill()
        return Prose("Killed with SIGKILL: no except block and no finally block of the shop ran.")

    def reopen(self) -> list[Receipts]:
        """Start the same program again, wait until it has nothing left to do, and return the receipts by listener."""
        if self._process.folder is None or self._process.pid is not None:
            raise ShopError("The shop wasn't killed. Open it, then kill it.")
        self._start("never")
        receipts = self._count(self._process.folder)
        self._process.stop()
        if self._server is not None:
            self._server.stop()
        return receipts

    def _start(self, moment: str, *items: str) -> None:
        url = self._server.url if self._server is not None else ""
        self._process.settings = [self._engine, url, moment, ",".join(self._listeners), *items]
        self._process.listeners, self._process.payments = len(self._listeners), len(items)
        self._process.start()

    def _count(self, folder: Path) -> list[Receipts]:
        with closing(sqlite3.connect(folder / "shop.db")) as database:
            payments = [row[0] for row in database.execute("SELECT item FROM payments")]
        found = []
        for listener in self._listeners:
            mails = Counter(line.split()[0] for line in LineFile(folder / f"{listener}.mails").read())
            found.append(Receipts(self._engine, self._killed, listener, {each: mails[each] for each in payments}))
        return found


def _known(name: str, names: Iterable[str], what: str) -> str:
    if name not in names:
        hint = did_you_mean(name, names, f"choose from {', '.join(names)}.")
        raise ShopError(f"The shop has no {what} {name!r}: {hint}")
    return name


def killed_behind(engine: str) -> list[Receipts]:
    """Open a shop behind an engine, kill it after the mail, and reopen it; print in one line what is missing for it."""
    killed = Shop(engine, killed=AFTER)
    try:
        killed.open()
    except (EngineUnavailableError, MissingExtraError) as error:
        print(f"{engine}: {error}")  # noqa: T201 - a cell's output
        return []
    killed.kill()
    return killed.reopen()


FATES = (Fate.DONE, Fate.LOST_IN_CRASH, Fate.DUPLICATE)


def receipts_ledger(*receipts: Receipts) -> Prose:
    """Return a table of what happened to the receipts: a row for each listener of each shop."""
    rows: list[tuple[str, ...]] = [("engine", "killed", "listener", *FATES)]
    for each in receipts:
        numbers = (str(each.count(fate)) for fate in FATES)
        rows.append((each.engine, f"{each.moment} the mail", each.listener, *numbers))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    columns = [f"{{:{side}{width}}}" for side, width in zip("<<<>>>", widths, strict=True)]
    return Prose("\n".join("  ".join(columns).format(*row) for row in rows))
