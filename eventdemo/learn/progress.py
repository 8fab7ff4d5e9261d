"""What you have predicted so far: a small JSON file, so that you can continue tomorrow.

`make lab` names the file. Without a name, nothing is kept.
"""

import json
import os
from pathlib import Path
from typing import Any

VARIABLE = "EVENTDEMO_PROGRESS"


def recall(question: str) -> dict[str, Any]:
    """Return what is kept about a question, or nothing."""
    return _read().get(question, {})


def keep(question: str, **facts: Any) -> None:
    """Add facts about a question to the file, if there is one."""
    if (path := _path()) is None:
        return
    kept = _read()
    kept[question] = kept.get(question, {}) | facts
    new = path.with_suffix(".new")
    new.write_text(json.dumps(kept, indent=1), "utf-8")
    new.replace(path)  # in one step, so that an interrupted kernel leaves the old file


def is_kept() -> bool:
    return _path() is not None


def _path() -> Path | None:
    name = os.environ.get(VARIABLE)
    return Path(name) if name else None


def _read() -> dict[str, dict[str, Any]]:
    path = _path()
    if path is None or not path.is_file():
        return {}
    try:
        kept: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}  # edited by hand: better to ask again than to fail
    return kept
