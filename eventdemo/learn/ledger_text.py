"""The ledger of a run, as a person reads it."""

from eventdemo.trace.record import Trace


def ledger(trace: Trace) -> str:
    """Return the ledger of a run: how many deliveries ended in which fate, and whether the books balance."""
    lines = [f"{number:>7,}  {fate.letter} {fate}: {fate.meaning}" for fate, number in trace.ledger.items()]
    total = f"{trace.deliveries:>7,}  deliveries; the books {'balance' if trace.balanced else 'do NOT balance'}"
    return "\n".join([*lines, total])
