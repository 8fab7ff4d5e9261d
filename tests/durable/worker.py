"""A worker in a process of its own, to be killed: it says `began ID` of a job, and then it hangs."""

import asyncio
import json
import sys

from eventdemo.durable.jobs import RetryPolicy
from tests.durable.rigs import LISTENER, QUICK, RIGS


async def main():
    told = json.loads(sys.argv[1])
    rig = RIGS[told["name"]]
    rig.url = told["url"]
    policies = {LISTENER: RetryPolicy(attempts=told["attempts"], first_delay=QUICK.first_delay)}
    engine = rig.made(policies, **told["options"])
    await engine.open()

    async def handle(job):
        sys.stdout.write(f"began {job.id}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)

    await engine.work(handle)


if __name__ == "__main__":
    asyncio.run(main())
