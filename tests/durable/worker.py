"""A worker in a process of its own, to be killed: it says `began ID` of a job, and then it hangs."""

import asyncio
import json
import sys

from tests.durable.rigs import RIGS


async def main():
    told = json.loads(sys.argv[1])
    rig = RIGS[told["name"]]
    rig.url = told["url"]
    engine = rig.made(**told["options"])
    await engine.open()

    async def handle(job):
        sys.stdout.write(f"began {job.id}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)

    await engine.work(handle)


if __name__ == "__main__":
    asyncio.run(main())
