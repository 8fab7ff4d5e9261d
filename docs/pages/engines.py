"""The durable engines in a table: `python -m docs.pages.engines`. A test on the engine holds each capability."""

import sys
from collections.abc import Iterator

from eventdemo.durable.engine import Capabilities
from eventdemo.durable.registry import ENGINES, TRIED_ON, engine_class

ROWS = {
    "deduplicates": "deduplicates",
    "global rate limit": "limits_rate",
    "broadcast": "broadcasts",
    "keeps a listener's jobs in order": "keeps_order",
    "retries without a possible duplicate": "atomic_retries",
}


def table() -> str:
    """Return a column for each engine and a row for each capability."""
    capabilities = {name: engine_class(name).capabilities for name in ENGINES}
    rows = [f"| capability | {' | '.join(capabilities)} |", f"|---|{'---|' * len(capabilities)}"]
    return "\n".join([*rows, *_rows(list(capabilities.values())), *_notes()]) + "\n"


def _rows(capabilities: list[Capabilities]) -> Iterator[str]:
    yield f"| needs a server | {' | '.join(each.server or 'no' for each in capabilities)} |"
    for heading, attribute in ROWS.items():
        answers = ("yes" if getattr(each, attribute) else "no" for each in capabilities)
        yield f"| {heading} | {' | '.join(answers)} |"
    yield f"| refuses late outcomes by the | {' | '.join(each.fencing for each in capabilities)} |"
    limits = (f"{each.attempt_timeout:g} s" if each.attempt_timeout else "no limit" for each in capabilities)
    yield f"| an attempt may take | {' | '.join(limits)} |"


def _notes() -> Iterator[str]:
    for name, server in TRIED_ON.items():
        yield f"\nThe engine `{name}` was tried on {server} only."


if __name__ == "__main__":
    sys.stdout.write(table())
