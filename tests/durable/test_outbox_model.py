"""The outbox, compared step by step with a model, whatever several workers do: slow, dead and late ones too."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.durable import outbox_engine
from eventdemo.durable import outbox_table as table
from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.outbox_engine import OutboxEngine
from eventdemo.simulate import VirtualClock
from tests.durable.harness import LISTENER, job

WORKERS = range(3)
NUMBERS = 3
"""How many different jobs there are; one that is finished may be accepted again."""
LEASE_SECONDS = 10
POLICY = RetryPolicy(attempts=2, first_delay=4.0)
FEW_DEATHS = 2
EXAMPLES = {"file": 30, "postgresql": 8, "mariadb": 8}
OUTCOMES = {"done": None, "failed": ValueError("no line"), "unprocessable": UnprocessableJobError("no listener")}
PASSING = st.sampled_from([0, 4, LEASE_SECONDS])
"""Seconds until the next step: none, the delay of a retry, or until every lease has expired."""
COLUMNS = ("due", "leased_by", "leased_until", "attempts", "expired_leases", "dead")


@dataclass
class Row:
    """What the model knows of a job that is not finished."""

    due: datetime
    leased_by: str | None = None
    leased_until: datetime | None = None
    attempts: int = 0
    expired_leases: int = 0
    dead: bool = False

    def is_available(self, now):
        return not self.dead and self.due <= now and (self.leased_until is None or self.leased_until <= now)

    def fail(self, now, *, finally_):
        self.attempts += 1
        self.leased_by = self.leased_until = None
        self.dead = finally_ or self.attempts == POLICY.attempts
        if not self.dead:
            self.due = now + timedelta(seconds=POLICY.delay(self.attempts))


class Workers(RuleBasedStateMachine):
    """Workers on one outbox, each with a database of its own. What a worker leased it may end at any later time."""

    def __init__(self, databases):
        super().__init__()
        self.time = VirtualClock()
        self.stack = ExitStack()
        self.stack.enter_context(clock.use(self.time))
        self.runner = self.stack.enter_context(asyncio.Runner())
        self.outboxes = [Outbox(database) for database in databases]
        self.engines = [OutboxEngine(policies={LISTENER: POLICY}, outbox=outbox) for outbox in self.outboxes]
        databases[0].transact(lambda c: c.execute(table.ROWS.delete()))
        self.rows = {}
        """The model: rows by the id of their job, in the order in which they were inserted."""
        self.held = {worker: [] for worker in WORKERS}
        """The leases whose listener still runs."""
        self.accepted, self.done = [], []

    def teardown(self):
        self.stack.close()

    def run(self, coroutine):
        return self.runner.run(coroutine)

    def holds(self, lease):
        row = self.rows.get(lease.job.id)
        return row is not None and row.leased_by == lease.token

    @precondition(lambda self: len(self.rows) < NUMBERS)
    @rule(worker=st.sampled_from(WORKERS), numbers=st.lists(st.integers(1, NUMBERS), min_size=1, max_size=3))
    def accept(self, worker, numbers):
        jobs, outbox = [job(number) for number in numbers], self.outboxes[worker]
        self.run(outbox.database.write(outbox.writer(jobs)))
        for each in jobs:
            if each.id not in self.rows:
                self.rows[each.id] = Row(due=clock.now())
                self.accepted.append(each.id)

    @rule(seconds=PASSING, worker=st.sampled_from(WORKERS), slots=st.integers(1, 3))
    def lease(self, seconds, worker, slots):
        self.time.time += seconds
        now = clock.now()
        leases = self.run(self.outboxes[worker].lease({LISTENER: slots}, LEASE_SECONDS))
        expected = [id_ for id_, row in self.rows.items() if row.is_available(now)][:slots]
        assert [lease.job.id for lease in leases] == expected
        for lease in leases:
            row = self.rows[lease.job.id]
            row.expired_leases += row.leased_until is not None
            row.leased_by, row.leased_until = lease.token, now + timedelta(seconds=LEASE_SECONDS)
            assert (lease.attempts, lease.expired) == (row.attempts, row.expired_leases)
        self.held[worker] += leases

    @precondition(lambda self: any(self.held.values()))
    @rule(seconds=PASSING | st.just(0), outcome=st.sampled_from([*OUTCOMES]), data=st.data())
    def finish(self, seconds, outcome, data):
        """End a running job, before or long after its lease has expired."""
        self.time.time += seconds
        worker = data.draw(st.sampled_from([each for each in WORKERS if self.held[each]]))
        lease = self.held[worker].pop(data.draw(st.integers(0, len(self.held[worker]) - 1)))
        error = OUTCOMES[outcome]

        async def handle(_):
            if error is not None:
                raise error

        self.run(self.engines[worker]._attempt(lease, handle))
        if not self.holds(lease):
            return  # too late: whatever the outcome, nothing has changed
        if lease.expired > FEW_DEATHS:
            self.rows[lease.job.id].fail(clock.now(), finally_=True)
        elif outcome == "done":
            del self.rows[lease.job.id]
            self.done.append(lease.job.id)
        else:
            self.rows[lease.job.id].fail(clock.now(), finally_=outcome == "unprocessable")

    @precondition(lambda self: any(self.held.values()))
    @rule(worker=st.sampled_from(WORKERS))
    def renew(self, worker):
        lost = self.run(self.outboxes[worker].renew(self.held[worker], LEASE_SECONDS))
        assert lost == [lease for lease in self.held[worker] if not self.holds(lease)]
        for lease in self.held[worker]:
            if self.holds(lease):
                self.rows[lease.job.id].leased_until = clock.now() + timedelta(seconds=LEASE_SECONDS)

    @precondition(lambda self: any(self.held.values()))
    @rule(worker=st.sampled_from(WORKERS))
    def stop(self, worker):
        """Stop a worker: it releases what it is working on."""
        self.run(self.outboxes[worker].release(self.held[worker]))
        for lease in self.held[worker]:
            if self.holds(lease):
                self.rows[lease.job.id].leased_by = self.rows[lease.job.id].leased_until = None
        self.held[worker].clear()

    @precondition(lambda self: any(self.held.values()))
    @rule(worker=st.sampled_from(WORKERS))
    def kill(self, worker):
        self.held[worker].clear()

    @precondition(lambda self: any(row.dead for row in self.rows.values()))
    @rule(worker=st.sampled_from(WORKERS))
    def retry_dead_letters(self, worker):
        dead = [id_ for id_, row in self.rows.items() if row.dead]
        assert self.run(self.outboxes[worker].retry(self.rows)) == len(dead)
        for id_ in dead:
            self.rows[id_] = Row(due=clock.now())

    @invariant()
    def the_table_is_as_the_model_says(self):
        stored = self.outboxes[0].database.transact(lambda c: c.execute(table.ROWS.select()).all())
        by_id = {row.id: {column: getattr(row, column) for column in COLUMNS} for row in stored}
        assert by_id == {id_: vars(row) for id_, row in self.rows.items()}

    @invariant()
    def no_job_is_lost(self):
        assert sorted(self.accepted) == sorted([*self.done, *self.rows])

    @invariant()
    def of_the_leases_of_a_job_one_at_most_is_held(self):
        leases = [lease.job.id for worker in WORKERS for lease in self.held[worker] if self.holds(lease)]
        assert len(leases) == len(set(leases))

    @invariant()
    def no_job_has_more_attempts_than_its_policy_allows(self):
        assert all(row.attempts <= POLICY.attempts for row in self.rows.values())


@pytest.mark.parametrize("kind", ["file", "postgresql", "mariadb"])
def test_whatever_workers_do_the_outbox_is_as_the_model_says(kind, url_on, tmp_path, monkeypatch):
    monkeypatch.setattr(outbox_engine, "MAX_REDELIVERIES", FEW_DEATHS)
    url = f"sqlite:///{tmp_path / 'outbox.sqlite'}" if kind == "file" else url_on(kind)
    databases = [Database(url) for _ in WORKERS]
    chosen = settings(max_examples=EXAMPLES[kind], stateful_step_count=40, derandomize=True, deadline=None)
    run_state_machine_as_test(lambda: Workers(databases), settings=chosen)
    for database in databases:
        database.close()
