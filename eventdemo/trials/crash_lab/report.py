"""What the lab found, as text and as data; for the in-process bus beside what virtual time had predicted."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eventdemo.trials.crash_lab.accounts import Entry, Outcome
from eventdemo.trials.crash_lab.lab import Findings, company_for
from eventdemo.trials.crash_lab.prediction import predict
from eventdemo.trials.crash_lab.processes import IN_PROCESS

OUTCOMES: tuple[Outcome, ...] = ("done", "lost", "not accepted")
MARGIN = 0.5
"""Seconds by which real processes may be later than simulated ones: they start, parse, answer and share two cores."""


def as_text(findings: Findings) -> str:
    """Return the books, and the fate of each accepted visit that was lost."""
    accepted = findings.count("done") + findings.count("lost")
    lines = [
        f"{findings.engine}: {findings.rounds} kills (SIGKILL, at moments drawn from seed {findings.seed})",
        "",
        f"{accepted:>7,}  accepted: the backend had answered yes",
        f"{findings.count('done'):>7,}  done",
        f"{findings.count('lost'):>7,}  lost: accepted, and never done",
        f"{findings.begun_again:>7,}  of those accepted were begun a second time",
        f"{findings.repeated:>7,}  of those had something done twice",
        f"{findings.count('not accepted'):>7,}  not accepted: the process died before it answered",
    ]
    lost = Counter(entry.visit.kind for entry in findings.entries if entry.outcome == "lost")
    if lost:
        lines += ["", "Lost were " + " and ".join(f"{n} of kind {kind!r}" for kind, n in sorted(lost.items())) + "."]
    if findings.engine == IN_PROCESS:
        lines += ["", *_beside(foretold(findings))]
    return "\n".join(lines) + "\n"


def as_record(findings: Findings) -> dict[str, object]:
    """Return the numbers for a data file."""
    accepted = findings.count("done") + findings.count("lost")
    record: dict[str, object] = {
        "engine": findings.engine,
        "rounds": findings.rounds,
        "seed": findings.seed,
        "accepted": accepted,
        "begun_again": findings.begun_again,
        "repeated": findings.repeated,
        **{outcome.replace(" ", "_"): findings.count(outcome) for outcome in OUTCOMES},
    }
    if findings.engine == IN_PROCESS:
        prediction = foretold(findings)
        record["foretold"] = {
            outcome.replace(" ", "_"): sum(each.outcome == outcome for each in prediction) for outcome in OUTCOMES
        }
        record["agree"] = sum(each.outcome == each.entry.outcome for each in prediction)
        record["surprises"] = len(surprises(prediction))
    return record


def as_json(findings: Findings) -> str:
    """Return the numbers as JSON."""
    return json.dumps(as_record(findings), indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Foretold:
    """What happened beside what virtual time had said."""

    entry: Entry
    outcome: Outcome
    close: bool
    """Whether a kill `MARGIN` seconds earlier or later is foretold to end otherwise: then reality may."""


def foretold(findings: Findings) -> list[Foretold]:
    """Return for each entry what virtual time says of its visit."""
    company = company_for(findings.rounds, findings.seed)
    found: list[Foretold] = []
    for number, kill in enumerate(findings.kills):
        entries = [entry for entry in findings.entries if entry.visit.round == number]
        visits = [entry.visit for entry in entries]
        early, exact, late = (
            predict(company, visits, findings.seed, max(0.0, at)) for at in (kill - MARGIN, kill, kill + MARGIN)
        )
        found += [
            Foretold(entry, outcome, close=before != after)
            for entry, outcome, before, after in zip(entries, exact, early, late, strict=True)
        ]
    return found


def surprises(prediction: Sequence[Foretold]) -> Sequence[Foretold]:
    """Return what ended otherwise than foretold, although it was not close to the kill."""
    return [each for each in prediction if each.entry.outcome != each.outcome and not each.close]


def _beside(prediction: Sequence[Foretold]) -> list[str]:
    """Show what was foretold beside what happened."""
    rows = [f"{'':<14}{'virtual time':>14}{'real processes':>16}"]
    for outcome in OUTCOMES:
        said = sum(each.outcome == outcome for each in prediction)
        real = sum(each.entry.outcome == outcome for each in prediction)
        rows.append(f"{outcome:<14}{said:>14,}{real:>16,}")
    agree = sum(each.outcome == each.entry.outcome for each in prediction)
    return [*rows, "", *agreement(agree, len(prediction), len(surprises(prediction)))]


def agreement(agree: int, visits: int, unexplained: int) -> list[str]:
    """Return how many visits ended as foretold, and what is to be said of the others."""
    others, close = visits - agree, f"all but {unexplained:,}" if unexplained else "all"
    return [
        f"{agree:,} of {visits:,} visits ended as foretold, one by one. Of the other {others:,}, {close} were so",
        f"close to the kill that {MARGIN:g} s earlier or later changes what is foretold.",
    ]
