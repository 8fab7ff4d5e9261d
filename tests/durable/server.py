"""A minimal engine and its server, which outlives the processes that use it and can be unavailable for a while."""

import asyncio

from eventdemo.durable.engine import Capabilities, EngineUnavailableError, UnprocessableJobError
from eventdemo.durable.jobs import DeadLetter


class Server:
    """Stores jobs, each as often as it was published, until a worker acknowledges it."""

    def __init__(self):
        self.jobs = []
        self.dead = []
        self.unavailable = False
        self.published = 0


class ServerEngine:
    """At-least-once delivery and nothing else: no deduplication, no delays."""

    name = "server"
    capabilities = Capabilities(
        server="in memory",
        deduplicates=False,
        broadcasts=False,
    )

    def __init__(self, server, *, attempts=3, step=lambda: None):
        self._server = server
        self._attempts = attempts
        self._step = step
        self.is_open = False

    def _check(self):
        self._step()
        if self._server.unavailable:
            raise EngineUnavailableError("The server is unavailable.")

    async def open(self):
        self._check()
        self.is_open = True

    async def publish(self, jobs):
        assert self.is_open
        for job in jobs:
            self._check()
            self._server.jobs.append(job)
            self._server.published += 1
        self._step()

    async def work(self, handle):
        assert self.is_open
        while True:
            await asyncio.sleep(0.1)
            while self._server.jobs and not self._server.unavailable:
                await self._process(self._server.jobs[0], handle)

    async def _process(self, job, handle):
        for attempt in range(1, self._attempts + 1):
            try:
                await handle(job)
                break
            except UnprocessableJobError as error:
                self._server.dead.append(DeadLetter(job=job, attempts=attempt, reason=str(error)))
                break
            except Exception as error:  # noqa: BLE001 - like every engine
                if attempt == self._attempts:
                    self._server.dead.append(DeadLetter(job=job, attempts=attempt, reason=repr(error)))
        self._step()
        self._server.jobs.remove(job)
        self._step()

    async def dead_letters(self):
        return list(self._server.dead)

    async def retry(self, ids):
        chosen = [letter for letter in self._server.dead if letter.job.id in set(ids)]
        self._server.dead = [letter for letter in self._server.dead if letter not in chosen]
        self._server.jobs += [letter.job for letter in chosen]
        return len(chosen)

    async def close(self):
        self.is_open = False
