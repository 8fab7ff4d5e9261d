"""The findings as text and as JSON; for the in-process bus also next to the prediction of the simulation."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventdemo.trials.crash_lab.lab import Findings, company_for
from eventdemo.trials.crash_lab.prediction import predict
from eventdemo.trials.crash_lab.processes import IN_PROCESS, Fault
from eventdemo.trials.crash_lab.requests import Outcome, RequestAccount

OUTCOMES: tuple[Outcome, ...] = ("done", "lost", "not accepted")
MARGIN = 0.5
"""Seconds by which a real process may be later than a simulated one: it starts, parses, answers and shares the CPU."""


def as_text(findings: Findings) -> str:
    """Return how many requests had which outcome, and which kinds were lost."""
    record, dead = as_record(findings), findings.count("dead-lettered")
    lines = [
        f"{findings.engine}: {findings.rounds} faults at random moments, seed {findings.seed}",
        *(f"{findings.faults.count(fault):>7,}  {fault}" for fault in Fault if fault in findings.faults),
        "",
        f"{record['accepted']:>7,}  accepted: the backend answered with success",
        f"{record['done']:>7,}  done",
        *([f"{dead:>7,}  dead-lettered: every attempt failed, and you can retry it"] if dead else []),
        f"{record['lost']:>7,}  lost: accepted, but never done",
        f"{record['redelivered']:>7,}  redelivered: the listener ran a second time",
        f"{record['processed_twice']:>7,}  processed twice, with a second effect",
        f"{record['not_accepted']:>7,}  not accepted: the process died before it answered",
    ]
    lost = Counter(account.request.kind for account in findings.accounts if account.outcome == "lost")
    if lost:
        lines += ["", "Lost by kind: " + ", ".join(f"{number:,} {kind}" for kind, number in sorted(lost.items())) + "."]
    if findings.engine == IN_PROCESS:
        lines += ["", *_comparison(record, len(findings.accounts))]
    return "\n".join(lines) + "\n"


def as_record(findings: Findings) -> dict[str, Any]:
    accepted = [account for account in findings.accounts if account.outcome != "not accepted"]
    record: dict[str, Any] = {
        "engine": findings.engine,
        "rounds": findings.rounds,
        "seed": findings.seed,
        "faults": {fault.value: findings.faults.count(fault) for fault in Fault},
        "accepted": len(accepted),
        "redelivered": sum(account.redelivered for account in accepted),
        "processed_twice": sum(account.processed_twice for account in accepted),
        **{_key(outcome): findings.count(outcome) for outcome in OUTCOMES},
    }
    if findings.engine == IN_PROCESS:
        compared = compare_with_prediction(findings)
        record["predicted"] = {
            _key(outcome): sum(each.predicted == outcome for each in compared) for outcome in OUTCOMES
        }
        record["as_predicted"] = sum(each.predicted == each.account.outcome for each in compared)
        record["unexplained"] = len(unexplained(compared))
    return record


def as_json(findings: Findings) -> str:
    return json.dumps(as_record(findings), indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Compared:
    """The account of one request next to its predicted outcome."""

    account: RequestAccount
    predicted: Outcome
    close: bool
    """Whether a kill `MARGIN` seconds earlier or later changes the prediction, so that reality may differ from it."""


def compare_with_prediction(findings: Findings) -> list[Compared]:
    company = company_for(findings.rounds, findings.seed)
    compared: list[Compared] = []
    for number, kill in enumerate(findings.kills):
        accounts = [account for account in findings.accounts if account.request.round == number]
        requests = [account.request for account in accounts]
        early, exact, late = (
            predict(company, requests, findings.seed, max(0.0, at)) for at in (kill - MARGIN, kill, kill + MARGIN)
        )
        compared += [
            Compared(account, outcome, close=before != after)
            for account, outcome, before, after in zip(accounts, exact, early, late, strict=True)
        ]
    return compared


def unexplained(compared: Sequence[Compared]) -> Sequence[Compared]:
    """Return the requests that ended otherwise than predicted although they were not close to the kill."""
    return [each for each in compared if each.account.outcome != each.predicted and not each.close]


def _comparison(record: dict[str, Any], requests: int) -> list[str]:
    rows = [f"{'':<14}{'virtual time':>14}{'real processes':>16}"]
    for outcome in OUTCOMES:
        predicted, real = record["predicted"][_key(outcome)], record[_key(outcome)]
        rows.append(f"{outcome:<14}{predicted:>14,}{real:>16,}")
    return [*rows, "", *agreement(record["as_predicted"], requests, record["unexplained"])]


def agreement(as_predicted: int, requests: int, unexplained: int) -> list[str]:
    """Return how many requests ended as predicted, and the reason for the others."""
    others, close = requests - as_predicted, f"all but {unexplained:,}" if unexplained else "all"
    return [
        f"{as_predicted:,} of {requests:,} requests ended as predicted. Of the other {others:,}, {close} were so close",
        f"to the kill that {MARGIN:g} s earlier or later changes the prediction.",
    ]


def _key(outcome: Outcome) -> str:
    return outcome.replace(" ", "_")
