"""An engine on a server of our own: it outlives the processes that use it, and can be away for a while."""

import asyncio

from eventdemo.durable.engine import Capabilities, EngineUnavailableError, UnprocessableJobError
from eventdemo.durable.jobs import DeadLetter


class Server:
    """Holds jobs, each as often as it was published, until somebody acknowledges it."""

    def __init__(self):
        self.jobs = []
        self.dead = []
        self.away = False
        self.published = 0


class ServerEngine:
    """At least once and no more: no ids, no delays; what a worker has not acknowledged is there for the next."""

    name = "server"
    capabilities = Capabilities(
        server="ours", deduplicates=False, delays_retries=False, limits_rate=False, broadcasts=False, keeps_order=True
    )

    def __init__(self, server, *, attempts=3, step=lambda: None):
        self._server = server
        self._attempts = attempts
        self._step = step
        self.is_open = False

    def _reach(self):
        self._step()
        if self._server.away:
            raise EngineUnavailableError("The server is away.")

    async def open(self):
        self._reach()
        self.is_open = True

    async def publish(self, jobs):
        assert self.is_open
        for job in jobs:
            self._reach()
            self._server.jobs.append(job)
            self._server.published += 1
        self._step()

    async def work(self, handle):
        assert self.is_open
        while True:
            await asyncio.sleep(0.1)
            while self._server.jobs and not self._server.away:
                await self._do(self._server.jobs[0], handle)

    async def _do(self, job, handle):
        for attempt in range(1, self._attempts + 1):
            try:
                await handle(job)
                break
            except UnprocessableJobError as error:
                self._server.dead.append(DeadLetter(job=job, attempts=attempt, reason=str(error)))
                break
            except Exception as error:  # noqa: BLE001 - as every engine
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
