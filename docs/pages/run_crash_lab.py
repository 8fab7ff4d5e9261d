"""`python -m docs.pages.run_crash_lab ROUNDS [ENGINE...]`: run the lab behind each engine and store the figures.

Engines that are not named keep their last figures.
"""

import asyncio
import json
import sys

from docs.pages.crash_lab import DATA, NAMES
from eventdemo.trials.crash_lab.lab import crash_lab
from eventdemo.trials.crash_lab.report import as_record, as_text


def main() -> None:
    rounds, *engines = sys.argv[1:]
    records = {record["engine"]: record for record in json.loads(DATA.read_text("utf-8"))} if DATA.exists() else {}
    for engine in engines or NAMES:
        findings = asyncio.run(crash_lab(engine, rounds=int(rounds)))
        sys.stdout.write(as_text(findings) + "\n")
        records[engine] = as_record(findings)
        DATA.parent.mkdir(exist_ok=True)
        ordered = [records[name] for name in NAMES if name in records]
        DATA.write_text(json.dumps(ordered, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
