"""A worker in a process of its own, to be killed: it prints `started ID` for a job, and then hangs."""

import asyncio
import json
import sys

from eventdemo.durable.jobs import RetryPolicy
from tests.durable.harness import FAST_RETRIES, HARNESSES, LISTENER


async def main():
    settings = json.loads(sys.argv[1])
    harness = HARNESSES[settings["name"]]
    harness.url = settings["url"]
    policies = {LISTENER: RetryPolicy(attempts=settings["attempts"], first_delay=FAST_RETRIES.first_delay)}
    engine = harness.new_engine(policies, **settings["options"])
    await engine.open()

    async def handle(job):
        sys.stdout.write(f"started {job.id}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)

    await engine.work(handle)


if __name__ == "__main__":
    asyncio.run(main())
