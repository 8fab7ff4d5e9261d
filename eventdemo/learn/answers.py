"""Computes the answers to the questions of the notebooks from what a run left behind.

Each one is the `answer` of questions in `notebooks/`, in the notation of the question's form.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from string import ascii_lowercase
from typing import Any

from eventdemo.core.fates import Fate
from eventdemo.explore.explore import Exploration
from eventdemo.learn.killable_shop import Receipts
from eventdemo.learn.nest_options import GOES_TO, Behaviour
from eventdemo.simulate.outbox import LEASE_SECONDS
from eventdemo.trace.record import Trace

ABOUT_THE_SAME = 0.15
"""Two times count as equal if they differ by less than this share of the longer one."""
LATER = 2.0
"""A run that takes this many times as long as another one counts as late."""


def when_emit_returned(trace: Trace) -> str:
    """Compare the end of each emit with the ends of its listeners."""
    emits = [span for span in trace.spans if span.kind == "emit"]
    if all(span.end == span.scheduled < max(each.end for each in trace.children(span)) for span in emits):
        return "c"
    return "a" if _waits(trace) else "b"


def _waits(trace: Trace) -> bool:
    emits = [span for span in trace.spans if span.kind == "emit"]
    return all(span.end >= each.end for span in emits for each in trace.children(span))


def _all_hold(trace: Trace) -> bool:
    return all(check.holds for check in trace.checks)


def who_waited(blocking: Trace, overlapping: Trace) -> str:
    """Return which emits came later than under the other strategy: only the second, or also the third."""
    began = [[span.scheduled for span in trace.spans if span.kind == "emit"] for trace in (blocking, overlapping)]
    held_up = [later > earlier for later, earlier in zip(*began, strict=True)]
    return "c" if held_up[2] else "a" if blocking.metrics.longest_stall else "b"


def which_was_done_first(two: Trace, awaited: Trace) -> str:
    """Compare when the last listener finished."""
    ours, theirs = two.metrics.last_listener_done, awaited.metrics.last_listener_done
    if abs(ours - theirs) < ABOUT_THE_SAME * max(ours, theirs):
        return "b"
    return "a" if ours > theirs else "c"


def how_much_ran(trace: Trace) -> str:
    """Return whether the listeners began, and whether they finished."""
    listeners = [span for span in trace.spans if span.kind == "listener"]
    if all(span.start is None for span in listeners):
        return "a"
    return "c" if all(span.fate is Fate.DONE for span in listeners) else "b"


def how_the_poll_ended(calm: Trace, crashed: Trace) -> str:
    """Compare a poll whose leader died with one whose leader survived."""
    if not _all_hold(crashed):
        return "b"
    late = crashed.metrics.last_listener_done > LATER * calm.metrics.last_listener_done
    return "c" if late else "a"


def whether_the_emitter_got_an_error(errors: Sequence[BaseException]) -> str:
    """Return whether there was none, one of a listener, or the emitter's own timeout."""
    return "a" if not errors else "c" if isinstance(errors[0], TimeoutError) else "b"


def where_the_errors_went(trace: Trace) -> str:
    """Return whether the errors reached the emitter, the log only, or neither."""
    return "a" if trace.ledger.get(Fate.FAILED_SEEN) else "b" if trace.ledger.get(Fate.FAILED_LOGGED) else "c"


def what_an_error_did(lines: Sequence[str]) -> str:
    """Return whether all three listeners ran, and whether the error reached the emitter."""
    third, seen = "the third ran" in lines, "the emitter got the error" in lines
    return {(True, False): "a", (False, True): "b", (True, True): "c", (False, False): "d"}[third, seen]


def which_answers_are_late(trace: Trace) -> str:
    late = int(number_found(trace))
    return "a" if not late else "b" if late == 1 else "d" if late == trace.users + 1 else "c"


def which_user_id(read: Sequence[object]) -> str:
    """Return what the second listener read: 7, 0, or nothing because the first one raised."""
    return "c" if not read else "a" if read[-1] == 7 else "b"  # noqa: PLR2004 - the user of the notebook


def when_the_chain_returned(trace: Trace) -> str:
    """Compare the end of the first emit with the ends of the listeners of both stages."""
    first = next(span for span in trace.spans if span.kind == "emit")
    (stage_one,) = trace.children(first)
    stage_two = [each.end for span in trace.children(stage_one) if span.kind == "emit" for each in trace.children(span)]
    if first.end == first.scheduled:
        return "a"
    return "d" if first.end >= max(stage_two) else "c" if first.end >= min(stage_two) else "b"


def what_a_partial_failure_left(trace: Trace) -> str:
    """Return whether listeners of stage two finished beside one that failed, and whether the caller got the error."""
    finished = [span for span in trace.spans if span.name.startswith("notify") and span.fate is Fate.DONE]
    seen = trace.ledger.get(Fate.FAILED_SEEN)
    return ("b" if seen else "d") if finished else "c" if seen else "a"


def number_found(trace: Trace) -> str:
    """Return the number with which the finding of a failed check begins."""
    (check,) = trace.checks
    return "0" if check.holds else check.found.split()[0]


def in_which_schedules(found: Exploration) -> str:
    """Return whether the claim fails in every schedule, in some, or in none."""
    return "c" if not found.failures else "a" if found.failures == found.schedules else "b"


def who_is_notified_twice(trace: Trace) -> str:
    twice = int(number_found(trace))
    return "a" if not twice else "c" if twice == trace.users else "b"


def which_mistakes_pass(results: Mapping[str, str]) -> str:
    """Return the mistakes after which emit returned, by their letters."""
    return "".join(sorted(key for key, what in results.items() if what.startswith("returned")))


def what_emit_returned(result: str) -> str:
    return {"returned False": "b", "returned True": "c"}.get(result, "a")


def what_the_listener_read(read: Sequence[object]) -> str:
    """Return whether a value was rejected, passed on, or converted."""
    return "a" if not read else "b" if isinstance(read[0], str) else "c"


def receipts_sent(*receipts: Receipts) -> str:
    """Return how many receipts each listener sent, or 0 if they sent different numbers."""
    numbers = {each.number for each in receipts}
    return str(numbers.pop() if len(numbers) == 1 else 0)


def when_the_job_was_done(trace: Trace) -> str:
    """Return whether a job of a killed worker was lost, was done when its lease had expired, or was done earlier."""
    if trace.count("lost"):
        return "a"
    return "c" if trace.metrics.last_listener_done > LEASE_SECONDS else "b"


def how_the_handler_ran(behaviour: Behaviour) -> str:
    """Return whether it was never called, whether `emitAsync` didn't wait, or whether it did."""
    return "a" if behaviour.starts == "never" else "c" if behaviour.waits else "b"


COUNTS: Mapping[str, Callable[[Any], int]] = {
    "calls_for_the_job": lambda calls: calls,
    "deliveries": lambda run: run.deliveries,
    "done": lambda run: run.ledger.get(Fate.DONE, 0),
    "events_emitted": lambda run: run.emitted,
    "how_many": len,
    "lost_in_crash": lambda run: run.ledger.get(Fate.LOST_IN_CRASH, 0),
    "push_calls": lambda run: run.metrics.calls["fcm"],
    "runs_that_fail": lambda runs: sum(not _all_hold(run) for run in runs),
    "schedules_run": lambda found: found.schedules,
    "schedules_that_fail": lambda found: found.failures,
    "task_calls": lambda run: run.metrics.calls["oracle-fusion"] + run.metrics.calls["yardi"],
}
"""The answers that are a number."""
IS_SECOND: Mapping[str, Callable[[Any], object]] = {
    "what_a_missing_listener_did": lambda results: results == [],
    "what_is_run": lambda lines: "the wrapped one ran" in lines,
    "whether_all_is_well": lambda run: not _all_hold(run),
    "whether_it_stays": lambda behaviour: behaviour.stays,
    "whether_it_waits": _waits,
    "whether_it_was_resumed": lambda run: run.ledger.get(Fate.LOST_IN_CRASH),
    "whether_oracle_rate_limits": lambda run: run.metrics.throttled,
    "whether_some_schedule_fails": lambda found: found.refuted,
    "whether_the_check_holds": lambda run: run.checks[0].holds,
}
"""The answers that are one of two choices: whether it is the second one."""

WHICH: Mapping[str, Callable[[Any], object]] = {
    "where_a_line_is_missing": lambda run: not run.checks[0].holds,
    "where_something_failed": lambda run: run.count("failed"),
    "who_sent_once": lambda receipts: not receipts.count(Fate.DUPLICATE),
    "who_waited_for": lambda behaviour: behaviour.waits,
    "whose_emitter_gets_the_error": lambda behaviour: behaviour.error == GOES_TO["emitter"],
    "whose_emitter_received_an_error": lambda run: any(span.fate is Fate.FAILED_SEEN for span in run.spans),
}
"""The answers that are letters, such as `ac` if it is true of the first and the third of several things."""


def named(name: str) -> Callable[..., str]:
    """Return what computes an answer, by its name in the data of a notebook."""
    if name in COUNTS:
        return lambda evidence: str(COUNTS[name](evidence))
    if name in IS_SECOND:
        return lambda evidence: "b" if IS_SECOND[name](evidence) else "a"
    if name in WHICH:
        return lambda several: "".join(compress(ascii_lowercase, map(WHICH[name], several)))
    computes: Callable[..., str] = globals()[name]
    return computes
