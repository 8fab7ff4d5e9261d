"""What outlives the processes that the judges of `durable_queue` kill: the database of a shop, and a queue."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from eventdemo.learn.killed import Life


class SoldOutError(ValueError):
    """The item of an order is sold out."""


class DuplicateError(ValueError):
    """The column is unique, and the key is in it already."""


@dataclass(frozen=True)
class Paid:
    """An order was paid, which earns its customer ten points."""

    id: str
    customer: str


class Database:
    """The tables of a shop, which outlive its processes. The keys in `inbox` are unique."""

    def __init__(self) -> None:
        self.life = Life()
        self.rows: dict[str, list[Any]] = {"orders": [], "outbox": [], "inbox": []}
        self.points = Counter[str]()
        self.sold_out: set[str] = set()
        self.is_down = False
        self.delivered: list[Paid] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """Commit at the end of the block what was done in it; if the block raises, do none of it."""
        if self.is_down:
            raise ConnectionError("The database is down.")
        transaction = Transaction(self)
        try:
            yield transaction
        finally:
            transaction.is_over = True
        await self.life.step()
        transaction.commit()
        await self.life.step()

    def copy_of(self, event: Paid) -> Paid:
        """Return an event as a worker gets it, and keep it, so that no two have the same `id()`."""
        self.delivered.append(replace(event))
        return self.delivered[-1]

    async def insert(self, table: str, row: Any) -> None:
        """Insert a row in a transaction of its own."""
        async with self.transaction() as transaction:
            await transaction.insert(table, row)

    async def contains(self, table: str, row: Any) -> bool:
        await self.life.step()
        return row in self.rows[table]


class Transaction:
    """What will be done in the database at the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inserts: list[tuple[str, Any]] = []
        self._points = Counter[str]()
        self.is_over = False

    async def insert(self, table: str, row: Any) -> None:
        """Insert a row; raise `SoldOutError` or `DuplicateError`."""
        await self._statement()
        if table not in self._database.rows:
            raise LookupError(f"There is no table {table!r}, but {', '.join(self._database.rows)}.")
        if table == "orders" and row in self._database.sold_out:
            raise SoldOutError(row)
        self._check(table, row)
        self._inserts.append((table, row))

    async def add_points(self, customer: str, points: int) -> None:
        await self._statement()
        self._points[customer] += points

    async def _statement(self) -> None:
        await self._database.life.step()
        if self.is_over:
            raise RuntimeError("The transaction is over.")

    def _check(self, table: str, row: Any) -> None:
        if table == "inbox" and row in self._database.rows["inbox"]:
            raise DuplicateError(row)

    def commit(self) -> None:
        for table, row in self._inserts:
            self._check(table, row)
        for table, row in self._inserts:
            self._database.rows[table].append(row)
        self._database.points += self._points


@dataclass(frozen=True)
class TakenJob:
    """A job, and how many attempts at it have failed."""

    name: str
    failures: int = 0


class Queue:
    """Four jobs. One that was taken waits again when its worker dies before it completes, retries or buries it."""

    def __init__(self) -> None:
        self.waiting = [TakenJob(name) for name in ("fine", "flaky", "poison", "last")]
        self.taken: list[TakenJob] = []
        self.completed: list[str] = []
        self.buried: list[str] = []
        self.attempts = Counter[str]()
        self.successes = Counter[str]()
        self.life = Life()

    def restart(self, life: Life) -> None:
        """Give the jobs of the dead worker to the next one, which lives for `life`."""
        self.life, self.waiting, self.taken = life, [*self.taken, *self.waiting], []

    async def take(self) -> TakenJob | None:
        """Return a job, or None if no job waits."""
        await self.life.step()
        if not self.waiting:
            return None
        self.taken.append(self.waiting.pop(0))
        return self.taken[-1]

    async def complete(self, job: TakenJob) -> None:
        await self._end(job)
        self.completed.append(job.name)
        await self.life.step()

    async def retry(self, job: TakenJob) -> None:
        await self._end(job)
        self.waiting.append(TakenJob(job.name, job.failures + 1))
        await self.life.step()

    async def bury(self, job: TakenJob) -> None:
        """Make a dead letter of a job."""
        await self._end(job)
        self.buried.append(job.name)
        await self.life.step()

    async def _end(self, job: TakenJob) -> None:
        await self.life.step()
        if job not in self.taken:
            raise RuntimeError(f"The job {getattr(job, 'name', job)!r} isn't taken.")
        self.taken.remove(job)

    async def handle(self, job: TakenJob) -> None:
        """Do the work: `flaky` fails once, `poison` always."""
        await self.life.step()
        self.attempts[job.name] += 1
        if job.name == "poison" or (job.name == "flaky" and not job.failures):
            raise ConnectionError(f"{job.name}: the mail server refuses the mail.")
        self.successes[job.name] += 1
        await self.life.step()
