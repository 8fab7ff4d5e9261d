"""The engines side by side: `python -m docs.pages.engines`. Each word of a promise is tested on the engine."""

import sys
from collections.abc import Iterator

from eventdemo.durable.engine import Promise
from eventdemo.durable.registry import ENGINES, engine_class

QUESTIONS = {
    "knows a job that is published twice": "knows_ids",
    "tries again later, not at once": "retries_later",
    "keeps a rate over all workers": "limits_rate",
    "can tell every instance": "broadcasts",
    "begins the jobs of a listener in order": "keeps_order",
}


def table() -> str:
    """Return a column for each engine and a row for each promise."""
    promises = {name: engine_class(name).promise for name in ENGINES}
    rows = [f"| | {' | '.join(promises)} |", f"|---|{'---|' * len(promises)}"]
    return "\n".join([*rows, *_rows(list(promises.values()))]) + "\n"


def _rows(promises: list[Promise]) -> Iterator[str]:
    yield f"| has to run beside the backend | {' | '.join(promise.server or 'nothing' for promise in promises)} |"
    for question, attribute in QUESTIONS.items():
        answers = ("yes" if getattr(promise, attribute) else "no" for promise in promises)
        yield f"| {question} | {' | '.join(answers)} |"


if __name__ == "__main__":
    sys.stdout.write(table())
