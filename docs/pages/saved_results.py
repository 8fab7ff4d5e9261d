"""The results that the playground shows before its first run, kept in `build/` until the code behind them changes."""

import json
import shutil
from collections.abc import Iterator

from docs.pages.page import ROOT, Page
from docs.pages.playground_runtime import own_digest
from docs.playground.desk import answer
from eventdemo.simulate import SCENARIOS

KEPT = ROOT / "build/saved_results"


def pages() -> Iterator[Page]:
    """Yield the result of each scenario."""
    folder = KEPT / own_digest()
    if not folder.exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        folder.mkdir(parents=True)
    for name in SCENARIOS:
        kept = folder / f"{name}.json"
        if not kept.exists():
            new = kept.with_suffix(".new")
            new.write_text(json.dumps(answer(["compare", name]), separators=(",", ":")), "utf-8")
            new.rename(kept)
        yield Page(f"playground/saved/{name}.json", kept.read_text("utf-8"))
