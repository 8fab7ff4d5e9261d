"""The findings of `audit_trail`."""

import asyncio

from eventdemo import EventBus, Fate, Ledger
from eventdemo.learn.claims import claim
from eventdemo.simulate import DEFAULTS, simulate
from tests.notebooks.proofs import finding


def killed_at(seconds):
    return simulate("approval", users=6, crashes=[f"A@{seconds}"])


@finding("an awaited event without a listener succeeds.")
def _():
    async def main():
        bus, ledger = EventBus(), Ledger()
        bus.observe(ledger)
        assert await bus.emit_async("audit.hr.approval", {"user_id": 7}) == []
        assert ledger.counts() == {Fate.NO_LISTENER: 1}

    asyncio.run(main())
    assert "emitAsync resolves with []" in claim(38).really


@finding("between two systems there is always a moment in which one is changed and the other isn't.")
def _():
    early = killed_at(1.0375)

    assert early.checks[0].found == "1 audit line is missing"
    lost = [span for span in early.spans if span.fate is Fate.LOST_IN_CRASH]
    assert [span.name for span in lost] == ["record_procurement_approval"]
    assert lost[0].scheduled == 1.037


@finding("two runs with the same ledger can leave different trails.")
def _():
    early, late = killed_at(1.0375), killed_at(1.0381)

    assert early.ledger == late.ledger
    assert late.checks[0].holds > early.checks[0].holds


@finding("an answer that doesn't wait for the audit line is two milliseconds faster, and the line is lost at an exit.")
def _():
    runs = {name: simulate("approval", users=6, strategy=name, drain=False) for name in DEFAULTS}

    assert runs["awaited"].metrics.emit_returned_p95 - runs["detached"].metrics.emit_returned_p95 == 0.002
    assert [name for name, run in runs.items() if not run.checks[0].holds] == ["bounded:8", "detached"]
