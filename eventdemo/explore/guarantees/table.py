"""The output of `eventdemo guarantees`: all guarantees with their verdicts, as text and as JSON."""

import json
from collections.abc import Iterator
from textwrap import wrap

from eventdemo.explore.guarantees import article, chains, end_order, errors, registration, start_order
from eventdemo.explore.guarantees.guarantee import Guarantee
from eventdemo.explore.guarantees.verdict import Judgement, judge
from eventdemo.trace.naming import COLUMNS

PROOF = "tests/explore/guarantees/test_verdicts.py"
MODULES = (start_order, end_order, registration, errors, chains, article)
GUARANTEES = tuple(each for module in MODULES for each in vars(module).values() if isinstance(each, Guarantee))


def judgements() -> Iterator[Judgement]:
    for guarantee in GUARANTEES:
        for strategy in guarantee.strategies:
            yield judge(guarantee, strategy)


def as_text(found: list[Judgement]) -> str:
    """Return a heading for each claim, followed by a line for each strategy."""
    lines: list[str] = []
    for judgement in found:
        experiment = judgement.guarantee.experiment
        if judgement.strategy == judgement.guarantee.strategies[0]:
            lines += ["", *wrap(f"{experiment.name}: {experiment.claim}", COLUMNS)]
        lines.append(f"  {judgement.strategy:<11}{judgement.verdict:<25}{judgement.proof}")
        if judgement.token is not None:
            lines.append(f"{'':38}eventdemo replay {judgement.token}")
    count = {verdict: sum(j.verdict is verdict for j in found) for verdict in dict.fromkeys(j.verdict for j in found)}
    totals = ", ".join(f"{number} {verdict}" for verdict, number in sorted(count.items()))
    lines += ["", f"{len(found)} verdicts: {totals}.", f"Each has a test: {PROOF}, -k 'NAME-STRATEGY'."]
    return "\n".join(lines[1:]) + "\n"


def as_json(found: list[Judgement]) -> str:
    return json.dumps([_record(judgement) for judgement in found], indent=2, ensure_ascii=False) + "\n"


def _record(judgement: Judgement) -> dict[str, object]:
    experiment = judgement.guarantee.experiment
    return {
        "name": experiment.name,
        "claim": experiment.claim,
        "strategy": judgement.strategy,
        "verdict": str(judgement.verdict),
        "proof": judgement.proof,
        "schedules": judgement.schedules,
        "complete": judgement.complete,
        "token": str(judgement.token) if judgement.token is not None else None,
        "test": f"{PROOF}::test_a_verdict_is_what_the_page_says[{experiment.name}-{judgement.strategy}]",
    }
