"""What the lab found, as text and as data; for the in-process bus beside what virtual time had predicted."""

import json
from collections import Counter
from collections.abc import Sequence

from eventdemo.crash_lab.books import Entry, Outcome
from eventdemo.crash_lab.lab import Findings, company_for
from eventdemo.crash_lab.prediction import Moments, predict

OUTCOMES: tuple[Outcome, ...] = ("done", "lost", "not accepted")
MARGIN = 0.5
"""Seconds around a kill in which the real order may differ: processes take time to start, to parse and to answer."""
IN_PROCESS = "in-process"
Prediction = list[tuple[Entry, Moments, float]]


def as_text(findings: Findings) -> str:
    """Return the books, and the fate of each accepted visit that was lost."""
    accepted = findings.count("done") + findings.count("lost")
    lines = [
        f"{findings.engine}: {findings.rounds} kills (SIGKILL, at moments drawn from seed {findings.seed})",
        "",
        f"{accepted:>7,}  accepted: the backend had answered yes",
        f"{findings.count('done'):>7,}  done",
        f"{findings.count('lost'):>7,}  lost: accepted, and never done",
        f"{findings.repeated:>7,}  of those accepted had something done twice",
        f"{findings.count('not accepted'):>7,}  not accepted: the process died before it answered",
    ]
    lost = Counter(entry.visit.kind for entry in findings.entries if entry.outcome == "lost")
    if lost:
        lines += ["", "Lost were " + " and ".join(f"{n} of kind {kind!r}" for kind, n in sorted(lost.items())) + "."]
    if findings.engine == IN_PROCESS:
        lines += ["", *_beside(predicted(findings))]
    return "\n".join(lines) + "\n"


def as_record(findings: Findings) -> dict[str, object]:
    """Return the numbers for a data file."""
    accepted = findings.count("done") + findings.count("lost")
    record: dict[str, object] = {
        "engine": findings.engine,
        "rounds": findings.rounds,
        "seed": findings.seed,
        "accepted": accepted,
        "repeated": findings.repeated,
        **{outcome.replace(" ", "_"): findings.count(outcome) for outcome in OUTCOMES},
    }
    if findings.engine == IN_PROCESS:
        prediction = predicted(findings)
        record["predicted"] = {
            outcome.replace(" ", "_"): sum(m.outcome(k) == outcome for _, m, k in prediction) for outcome in OUTCOMES
        }
        record["agree"] = sum(moments.outcome(kill) == entry.outcome for entry, moments, kill in prediction)
        record["differ_far_from_the_kill"] = len(surprises(prediction))
    return record


def as_json(findings: Findings) -> str:
    """Return the numbers as JSON."""
    return json.dumps(as_record(findings), indent=2) + "\n"


def predicted(findings: Findings) -> Prediction:
    """Return for each entry what virtual time says of its visit, and when its round's process was killed."""
    company = company_for(findings.rounds, findings.seed)
    found: Prediction = []
    for number, kill in enumerate(findings.kills):
        entries = [entry for entry in findings.entries if entry.visit.round == number]
        moments = predict(company, [entry.visit for entry in entries], findings.seed)
        found += [(entry, moments[entry.visit], kill) for entry in entries]
    return found


def surprises(prediction: Prediction) -> Sequence[Entry]:
    """Return the entries that ended otherwise than predicted, although nothing of theirs was close to the kill."""
    return [
        entry
        for entry, moments, kill in prediction
        if entry.outcome != moments.outcome(kill) and not moments.is_close_to(kill, MARGIN)
    ]


def _beside(prediction: Prediction) -> list[str]:
    """Show what was predicted beside what happened."""
    rows = [f"{'':<14}{'virtual time':>14}{'real processes':>16}"]
    for outcome in OUTCOMES:
        foretold = sum(moments.outcome(kill) == outcome for _, moments, kill in prediction)
        real = sum(entry.outcome == outcome for entry, _, _ in prediction)
        rows.append(f"{outcome:<14}{foretold:>14,}{real:>16,}")
    agree = sum(moments.outcome(kill) == entry.outcome for entry, moments, kill in prediction)
    far = len(surprises(prediction))
    rows += [
        "",
        f"{agree:,} of {len(prediction):,} visits ended as predicted; of the others {far} had nothing of theirs",
    ]
    rows.append(f"within {MARGIN:g} s of the kill.")
    return rows
