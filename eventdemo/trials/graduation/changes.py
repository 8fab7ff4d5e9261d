"""What is different behind an engine, in sentences with the numbers of the two runs."""

from collections.abc import Iterator

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.trace.units import count, duration
from eventdemo.trials.graduation.graduate import Graduation


def changes(graduation: Graduation) -> Iterator[str]:
    """Say what an emitter and a listener have to know."""
    yield _emit(graduation)
    yield _errors(graduation)
    yield "A listener gets a copy of the event, made from JSON: equal to it, and never the same object."
    yield _order(graduation)
    yield _repetition(graduation)


def _emit(graduation: Graduation) -> str:
    before, after = (duration(trace.metrics.emit_returned_p50) for trace in (graduation.before, graduation.after))
    waits = "emit returns when the event is accepted: inside a unit of work it becomes a part of it, and is stored with"
    if before == after:
        return f"{waits} the commit. Half of the emits returned {_when(after)}, as in process."
    return f"{waits} the commit. Half of the emits returned {_when(after)} instead of {_when(before)}."


def _when(said: str) -> str:
    return "at once" if said == duration(0) else f"after {said}"


def _errors(graduation: Graduation) -> str:
    rule = "Results and errors do not reach the emitter any more: a failed attempt is made again, and a job that fails"
    rule += " every time is kept as a dead letter."
    failed, told = graduation.before.count("failed"), graduation.before.ledger.get(Fate.FAILED_SEEN, 0)
    dead = graduation.after.ledger.get(Fate.DEAD_LETTERED, 0)
    if not (failed or dead):
        return f"{rule} In these two runs nothing failed."
    before = f"In process {plural(failed, 'delivery', 'deliveries')} failed, and the emitter was told of {count(told)}"
    return f"{rule} {before}; here there {'is' if dead == 1 else 'are'} {plural(dead, 'dead letter')}."


def _order(graduation: Graduation) -> str:
    before, after = graduation.before.metrics.overtaken, graduation.after.metrics.overtaken
    return (
        "Listeners of one event start in no promised order, and a listener's jobs in that of their events as long as "
        f"one is done at a time. Deliveries that ended after a later one of the same listener: {count(after)} here, "
        f"{count(before)} in process."
    )


def _repetition(graduation: Graduation) -> str:
    seen = ""
    if graduation.measured:
        again = plural(graduation.repeats, "delivery", "deliveries")
        seen = f" In this run {again} came after the end of the job."
    return (
        "A job is done at least once. When it has been done, its key is known and it is not done again; a worker that "
        f"dies before that leaves it to another, so a listener has to bear being called twice.{seen}"
    )
