"""`python -m docs.pages.run_crash_lab ROUNDS [ENGINE[:SEED]...]`: run the lab behind each engine and store the figures.

Engines and seeds that are not named keep their last figures.
"""

import asyncio
import json
import sys

from docs.pages.crash_lab import DATA, NAMES
from eventdemo.simulate.run import SEED
from eventdemo.trials.crash_lab.lab import crash_lab
from eventdemo.trials.crash_lab.report import as_record, as_text


def main() -> None:
    rounds, *engines = sys.argv[1:]
    for each in engines or NAMES:
        engine, _, seed = each.partition(":")
        findings = asyncio.run(crash_lab(engine, rounds=int(rounds), seed=int(seed or SEED)))
        sys.stdout.write(as_text(findings) + "\n")
        records = {(record["engine"], record["seed"]): record for record in json.loads(DATA.read_text("utf-8"))}
        records[engine, findings.seed] = as_record(findings)
        ordered = sorted(records.values(), key=lambda record: ([*NAMES].index(record["engine"]), record["seed"]))
        DATA.write_text(json.dumps(ordered, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
