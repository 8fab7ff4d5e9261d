"""The last full run of the crash lab as Markdown: `python -m docs.pages.crash_lab`.

The figures are in `docs/data/crash-lab.json`, one record for each engine; `make crash-lab` writes them.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eventdemo.trials.crash_lab.processes import Fault
from eventdemo.trials.crash_lab.report import agreement

DATA = Path(__file__).resolve().parents[2] / "docs" / "data" / "crash-lab.json"
ROUNDS = 100
"""How many rounds a row of the table shows, unless it says another number."""
NAMES = {
    "in-process": "in-process bus",
    "outbox": "transactional outbox",
    "bullmq": "BullMQ on Valkey",
    "nats": "NATS JetStream",
    "rabbitmq": "RabbitMQ",
}
COUNTS = ("accepted", "done", "dead-lettered", "lost", "redelivered", "processed twice")
Record = Mapping[str, Any]
WITHOUT_KAFKA = """\
Kafka has no row. It was only tried on librdkafka's mock cluster, which keeps its messages in memory and supports one
consumer for each group, so it can neither be killed and restarted nor have a second worker."""


def table(records: Sequence[Record]) -> str:
    """Return what was lost behind each engine."""
    rows = [
        f"| behind `emit` | {' | '.join([*Fault, *COUNTS])} |",
        f"|---|{'---:|' * (len(Fault) + len(COUNTS))}",
    ]
    for r in records:
        faults = " | ".join(str(r["faults"][fault]) for fault in Fault)
        name = NAMES[r["engine"]] + ("" if r["rounds"] == ROUNDS else f", {r['rounds']} rounds")
        kept = r["accepted"] - r["done"] - r["lost"]  # every attempt failed, and the job is a dead letter
        rows.append(
            f"| {name} | {faults} | {r['accepted']:,} | {r['done']:,} | {kept:,} | **{r['lost']:,}** "
            f"| {r['redelivered']:,} | {r['processed_twice']:,} |"
        )
    return "\n".join([*rows, "", WITHOUT_KAFKA]) + "\n"


def beside(records: Sequence[Record]) -> str:
    """Return the in-process rounds next to their prediction in virtual time."""
    (real,) = [record for record in records if "predicted" in record]
    rows = ["| the in-process bus | done | lost | not accepted |", "|---|---:|---:|---:|"]
    rows += [
        f"| {name} | {counts['done']:,} | {counts['lost']:,} | {counts['not_accepted']:,} |"
        for name, counts in (("virtual time", real["predicted"]), ("real processes", real))
    ]
    rows += ["", *agreement(real["as_predicted"], real["accepted"] + real["not_accepted"], real["unexplained"])]
    return "\n".join(rows) + "\n"


def main() -> None:
    """Print the table, or with `beside` the comparison with the prediction."""
    records = json.loads(DATA.read_text("utf-8"))
    sys.stdout.write((beside if "beside" in sys.argv else table)(records))


if __name__ == "__main__":
    main()
