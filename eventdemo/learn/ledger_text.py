"""The ledger of a run as text."""

from eventdemo.trace.record import Trace


def ledger(trace: Trace) -> str:
    """Return the ledger of a run: the deliveries by fate, and whether every delivery is accounted for."""
    lines = [f"{number:>7,}  {fate.letter} {fate}: {fate.meaning}" for fate, number in trace.ledger.items()]
    total = f"{trace.deliveries:>7,}  deliveries; the ledger {'balances' if trace.balanced else 'does NOT balance'}"
    return "\n".join([*lines, total])
