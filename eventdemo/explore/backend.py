"""The parts of a backend that experiments share: a database and fakes that wait and tell what each step touches."""

import atexit
import re
from typing import Any

import httpx
from sqlalchemy import event

from eventdemo.bus import EventBus
from eventdemo.database import Database
from eventdemo.explore.buses import one_more
from eventdemo.explore.experiment import touch, touch_tasks, wait
from eventdemo.pitfalls import Stage
from eventdemo.process import Process
from eventdemo.seed import fill
from eventdemo.services import Fcm, OracleFusion, Yardi
from eventdemo.sim.calls import service_at
from eventdemo.sim.virtual_time import clock_of_the_running_loop
from eventdemo.store import Store
from eventdemo.wiring import FIREBASE_PROJECT
from mock_services import Company, FaultPlan, MockServices

_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)")


class Workshop:
    """One company's database and fakes, built once and put back in order before every schedule."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.services = TouchingServices(company)
        self.database = telling_database(Database(pause=wait))
        atexit.register(self.database.close)  # it is kept for as long as the process lives
        fill(self.database, company)
        self.http = httpx.AsyncClient(transport=TouchingTransport(self.services.transport()), trust_env=False)
        self._as_filled = self.database.image()

    def tidy(self, faults: FaultPlan | None = None) -> None:
        """Put everything back as it was before anything happened, with services that fail as told."""
        self.database.restore(self._as_filled)
        self.services.forget()
        self.services.use((faults or FaultPlan()).at_once())

    def stage(self, bus: EventBus, *, people: int = 1, name: str = "A") -> Stage:
        """Return a stage of these parts for the last few people; its clients have logged in nowhere yet."""
        return Stage(
            bus=bus,
            database=self.database,
            store=Store(self.database),
            http=self.http,
            oracle=OracleFusion(self.http),
            yardi=Yardi(self.http),
            fcm=Fcm(self.http, FIREBASE_PROJECT),
            company=self.company,
            services=self.services,
            people=range(self.company.users - people + 1, self.company.users + 1),
            compute=compute,
            process=killed_by_choice(Process(name)),
            start=lambda another: self.stage(one_more(bus), people=people, name=another),
        )


def killed_by_choice(process: Process) -> Process:
    """Have the death of a process touch all that it does: before and after it are not the same."""
    process.at_death.append(lambda: touch_tasks(process.tasks()))
    return process


def telling_database(database: Database) -> Database:
    """Have each statement tell which tables it reads or writes."""
    event.listen(database.engine, "before_cursor_execute", _touch_tables)
    return database


def compute(seconds: float) -> None:
    """Use the one processor that everybody shares."""
    touch("the processor")
    clock_of_the_running_loop().spend(seconds)


class TouchingServices(MockServices):
    """Fakes whose behaviour may change in the middle of a schedule."""

    def use(self, faults: FaultPlan) -> None:
        """Behave differently from now on; whoever calls afterwards may notice."""
        for service in ("oracle-fusion", "yardi", "fcm"):
            touch(service)
        super().use(faults)


class TouchingTransport(httpx.AsyncBaseTransport):
    """Makes every call a wait, and every service a resource; a GET only reads."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, then let the fake answer at once: what it does belongs to the step after the wait."""
        await wait()
        touch(service_at(request.url.host), write=request.method != "GET")
        return await self._transport.handle_async_request(request)


def _touch_tables(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    for table in _TABLE.findall(statement):
        touch(f"the {table} table", write=not statement.startswith("SELECT"))
