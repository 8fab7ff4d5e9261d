"""The measured throughput as Markdown: `python -m docs.pages.graduation`; `make bench` writes the figures."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "docs" / "data" / "graduation.json"
IN_PROCESS = "in process"


def table(records: Sequence[Mapping[str, Any]]) -> str:
    """Return a row for each engine, with its throughput relative to the in-process bus."""
    (base,) = [record for record in records if record["engine"] == IN_PROCESS]
    rows = ["| behind `emit` | accepted per second | done per second | throughput vs. in-process |"]
    rows += ["|---|---:|---:|---:|"]
    for record in records:
        accepted, done = record["accepted"], record["done"]
        rows.append(f"| {record['engine']} | {accepted:,.0f} | {done:,.0f} | {done / base['done']:.1%} |")
    rows += [
        "",
        f"One run of {base['jobs']:,} events each, emitted one after another, with a listener that does nothing.",
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(json.loads(DATA.read_text("utf-8"))))
