"""The last full run of the lab as Markdown: `python -m docs.pages.crash_lab`; `make crash-lab` runs it again.

The numbers are in `docs/data/crash-lab.json`, written by the run, one record an engine.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eventdemo.trials.crash_lab.report import agreement

DATA = Path(__file__).resolve().parents[2] / "docs" / "data" / "crash-lab.json"
NAMES = {
    "in-process": "in-process bus",
    "outbox": "transactional outbox",
    "bullmq": "BullMQ on Valkey",
    "nats": "NATS JetStream",
    "rabbitmq": "RabbitMQ",
}
Record = Mapping[str, Any]


def table(records: Sequence[Record]) -> str:
    """Return what was lost behind each engine."""
    rows = [
        "| behind `emit` | kills | accepted | done | lost | begun again | done twice |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {NAMES[r['engine']]} | {r['rounds']} | {r['accepted']:,} | {r['done']:,} | **{r['lost']:,}** "
        f"| {r['begun_again']:,} | {r['repeated']:,} |"
        for r in records
    ]
    return "\n".join(rows) + "\n"


def beside(records: Sequence[Record]) -> str:
    """Return what virtual time had said of the in-process rounds."""
    (real,) = [record for record in records if "foretold" in record]
    said = real["foretold"]
    rows = ["| the in-process bus | done | lost | not accepted |", "|---|---:|---:|---:|"]
    rows += [
        f"| {name} | {counts['done']:,} | {counts['lost']:,} | {counts['not_accepted']:,} |"
        for name, counts in (("virtual time", said), ("real processes", real))
    ]
    rows += ["", *agreement(real["agree"], real["accepted"] + real["not_accepted"], real["surprises"])]
    return "\n".join(rows) + "\n"


def main() -> None:
    """Print one of the two."""
    records = json.loads(DATA.read_text("utf-8"))
    sys.stdout.write((beside if "beside" in sys.argv else table)(records))


if __name__ == "__main__":
    main()
