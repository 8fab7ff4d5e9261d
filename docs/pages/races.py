"""The races that each explorer found, as Markdown: `python -m docs.pages.races`."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "docs" / "data" / "races.json"


def table(records: Sequence[Mapping[str, Any]]) -> str:
    """Return a row for each library: after how many schedules it found each race, and its lines of glue."""
    races = [*records[0]["found"]]
    rows = [
        f"| library | {' | '.join(race.replace('_', ' ') for race in races)} | lines of glue |",
        f"|---|{'---:|' * len(races)}---:|",
    ]
    for record in records:
        found = " | ".join(str(record["found"][race] or "not found") for race in races)
        rows.append(f"| {record['library']} {record['version']} | {found} | {record['glue']} |".replace("  ", " "))
    rows += [
        "",
        f"The number of schedules until the first failure. Each library ran at most {records[0]['most']} of them.",
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(json.loads(DATA.read_text("utf-8"))))
