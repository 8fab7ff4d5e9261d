"""What changes behind a durable engine, in sentences with the figures of the two runs."""

from collections.abc import Iterator

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.trace.units import count, duration
from eventdemo.trials.graduation.graduate import Graduation


def changes(graduation: Graduation) -> Iterator[str]:
    """Yield what the author of an emitter or a listener has to know."""
    yield _emit(graduation)
    yield _errors(graduation)
    yield "A listener gets a copy of the event, made from JSON: equal to it, but never the same object."
    yield _order(graduation)
    yield _redelivery(graduation)


def _emit(graduation: Graduation) -> str:
    before, after = (duration(trace.metrics.emit_returned_p50) for trace in (graduation.before, graduation.after))
    rule = "emit returns when the event is accepted. Inside a unit of work, the event is committed with the change."
    if before == after:
        return f"{rule} Half of the emits returned {_when(after)}, as in process."
    return f"{rule} Half of the emits returned {_when(after)} instead of {_when(before)}."


def _when(elapsed: str) -> str:
    return "immediately" if elapsed == duration(0) else f"after {elapsed}"


def _errors(graduation: Graduation) -> str:
    rule = "Results and errors no longer reach the emitter. A failed job is retried, then dead-lettered."
    failed, seen = graduation.before.count("failed"), graduation.before.ledger.get(Fate.FAILED_SEEN, 0)
    dead = graduation.after.ledger.get(Fate.DEAD_LETTERED, 0)
    if not (failed or dead):
        return f"{rule} No delivery failed in these two runs."
    before = f"In process, {plural(failed, 'delivery', 'deliveries')} failed and the emitter received {count(seen)}"
    after = f"behind the engine there {'is' if dead == 1 else 'are'} {plural(dead, 'dead letter')}."
    return f"{rule} {before} of the errors; {after}"


def _order(graduation: Graduation) -> str:
    before, after = graduation.before.metrics.finished_out_of_order, graduation.after.metrics.finished_out_of_order
    return (
        "The listeners of one event start in no guaranteed order. The jobs of one listener start in the order of their "
        f"events as long as one is processed at a time. {plural(after, 'delivery', 'deliveries')} finished out of "
        f"order here, {count(before)} in process."
    )


def _redelivery(graduation: Graduation) -> str:
    measured = ""
    if graduation.measured:
        number = plural(graduation.redeliveries, "job was", "jobs were")
        measured = f" In this run, {number} redelivered after processing."
    return (
        "A job is delivered at least once. The worker records the key of each processed job and skips it if it is "
        "redelivered. If a worker dies before that, another one processes the job again, so a listener has to be "
        f"safe to run twice.{measured}"
    )
