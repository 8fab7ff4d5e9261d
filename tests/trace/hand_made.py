"""Hand-made traces: one user's fan-out under five strategies, and one trace with every fate."""

from collections import Counter

from eventdemo.core.fates import Fate
from eventdemo.trace.record import Check, Metrics, Outage, Span, Stall, Trace

POLL = "CheckNotifications.poll"
EVENT = "user.sync.task.notifications"
TASKS = "GET /bpm/api/4.0/tasks"
LEASES = "GET /api/workflow/v1/approvals"
SEND = "POST /v1/projects/x/messages:send"


class Story:
    """Builds a trace from spans."""

    def __init__(self):
        self.spans = []

    def emit(self, name, at, returned, *, by=POLL, subject="user 7", **more):
        return self._span("emit", name, at, at, returned, detail=by, subject=subject, **more)

    def deliver(self, name, of, due, start, end, fate=Fate.DONE, **more):  # noqa: PLR0917 - reads like a diary
        return self._span("listener", name, due, start, end, cause=of, fate=fate, **{"subject": "user 7", **more})

    def call(self, name, during, start, end, detail, **more):
        return self._span("call", name, start, start, end, cause=during, detail=detail, **more)

    def trace(self, strategy="awaited", *, stalls=(), outages=(), checks=(), scenario="fan-out", variant="", **metrics):
        ledger = Counter(span.fate for span in self.spans if span.fate)
        emits = [span for span in self.spans if span.kind == "emit"]
        return Trace(
            scenario=scenario,
            strategy=strategy,
            variant=variant,
            seed=7,
            users=1,
            emitted=len(emits),
            deliveries=ledger.total(),
            ledger=dict(ledger),
            balanced=True,
            metrics=self._metrics(emits, metrics),
            spans=tuple(self.spans),
            spans_of_emits=len(emits),
            stalls=tuple(Stall(start=start, end=end) for start, end in stalls),
            outages=tuple(Outage(instance=name, start=start, end=end) for name, start, end in outages),
            checks=tuple(checks),
        )

    def _metrics(self, emits, given):
        held = sorted(emit.end - emit.scheduled for emit in emits) or [0.0]
        answers = [span.detail.partition(" ") for span in self.spans if span.kind == "call"]
        calls = Counter(service for service, _, _ in answers)
        return Metrics(
            **{
                "emit_returned_p50": held[len(held) // 2],
                "emit_returned_p95": held[-1],
                "last_listener_done": max((s.end for s in self.spans if s.kind == "listener"), default=0.0),
                "longest_stall": 0.0,
                "peak_in_flight": dict.fromkeys(sorted(calls), 1),
                "calls": dict(sorted(calls.items())),
                "throttled": sum(answer == "429" for _, _, answer in answers),
                "finished_out_of_order": 0,
                "started_out_of_order": 0,
            }
            | given
        )

    def _span(self, kind, name, due, start, end, **more):
        self.spans.append(
            Span(id=len(self.spans) + 1, kind=kind, name=name, scheduled=due, start=start, end=end, **more)
        )
        return len(self.spans)


def fan_out(strategy):
    """One user's poll: three listeners and four calls, with the times of the strategy."""
    return {
        "sync": _sync,
        "sequential": _sequential,
        "awaited": _awaited,
        "bounded:8": _bounded,
        "detached": _detached,
    }[strategy]()


def all_five():
    return [fan_out(strategy) for strategy in ("sync", "sequential", "awaited", "bounded:8", "detached")]


def _one_after_another():
    story = Story()
    emit = story.emit(EVENT, 0.0, 1.42)
    first = story.deliver("notify_procurement_tasks", emit, 0.0, 0.0, 0.52)
    second = story.deliver("notify_hr_tasks", emit, 0.0, 0.52, 0.87)
    third = story.deliver("notify_leasing_tasks", emit, 0.0, 0.87, 1.42)
    story.call(TASKS, first, 0.0, 0.31, "oracle-fusion 200")
    story.call(SEND, first, 0.31, 0.52, "fcm 200")
    story.call(TASKS, second, 0.52, 0.87, "oracle-fusion 200")
    story.call(LEASES, third, 0.87, 1.42, "yardi 200")
    return story


def _sync():
    return _one_after_another().trace("sync", stalls=[(0.0, 1.42)], longest_stall=1.42)


def _sequential():
    return _one_after_another().trace("sequential")


def _together(returned, due=0.0):
    story = Story()
    emit = story.emit(EVENT, 0.0, returned)
    first = story.deliver("notify_procurement_tasks", emit, 0.0, 0.0, 0.52)
    second = story.deliver("notify_hr_tasks", emit, 0.0, 0.0, 0.35)
    third = story.deliver("notify_leasing_tasks", emit, 0.0, due, due + 0.55)
    story.call(TASKS, first, 0.0, 0.31, "oracle-fusion 200")
    story.call(SEND, first, 0.31, 0.52, "fcm 200")
    story.call(TASKS, second, 0.0, 0.35, "oracle-fusion 200")
    story.call(LEASES, third, due, due + 0.55, "yardi 200")
    return story


def _awaited():
    return _together(0.55).trace("awaited", peak_in_flight={"fcm": 1, "oracle-fusion": 2, "yardi": 1})


def _bounded():
    return _together(0.35, due=0.35).trace("bounded:8", peak_in_flight={"fcm": 1, "oracle-fusion": 2, "yardi": 1})


def _detached():
    story = Story()
    emit = story.emit(EVENT, 0.0, 0.0)
    first = story.deliver(
        "notify_procurement_tasks",
        emit,
        0.0,
        0.0,
        0.08,
        Fate.FAILED_UNSEEN,
        detail="RateLimited: 429 Too Many Requests",
    )
    second = story.deliver("notify_hr_tasks", emit, 0.0, 0.0, 0.35)
    third = story.deliver("notify_leasing_tasks", emit, 0.0, 0.0, 0.4, Fate.CANCELLED_AT_EXIT)
    story.call(TASKS, first, 0.0, 0.08, "oracle-fusion 429")
    story.call(TASKS, second, 0.0, 0.35, "oracle-fusion 200")
    story.call(LEASES, third, 0.0, 0.4, "yardi cancelled")
    return story.trace("detached", peak_in_flight={"oracle-fusion": 2, "yardi": 1})


def every_fate():
    """One emit for each fate, most on instance A; the last on an instance B that never got the event."""
    story = Story()
    at = 0.0
    for fate in Fate:
        if fate is Fate.NO_LISTENER:
            story.emit("user.renamed", at, at, by="UserService.save", fate=fate)
        else:
            emit = story.emit(EVENT, at, at + 0.05)
            instance = "B" if fate is Fate.OTHER_INSTANCE else "A"
            never = fate in {Fate.SKIPPED, Fate.NEVER_AWAITED, Fate.OTHER_INSTANCE}
            start, end = (None, at + 0.01) if never else (at + 0.01, at + 0.09)
            story.deliver(f"end_as_{fate.name.lower()}", emit, at, start, end, fate, instance=instance)
        at += 0.1
    return story.trace("awaited", scenario="every-fate")


def chained():
    """`user.syncProfile` leads to `user.sync.task.notifications`: a listener that emits."""
    story = Story()
    root = story.emit("user.syncProfile", 0.1, 0.9, by="ProfileSyncCallers.from_http_endpoint")
    sync = story.deliver("sync_profile", root, 0.1, 0.1, 0.9)
    story.call("GET /hcmRestApi/resources/11.13.18.05/publicWorkers", sync, 0.1, 0.4, "oracle-fusion 200")
    nested = story.emit(EVENT, 0.4, 0.9, by="ProfileSync.sync_profile", cause=sync)
    first = story.deliver("notify_procurement_tasks", nested, 0.4, 0.4, 0.7)
    story.call(TASKS, first, 0.4, 0.7, "oracle-fusion 200")
    story.deliver("notify_hr_tasks", nested, 0.4, 0.4, 0.9, Fate.FAILED_LOGGED, detail="RateLimited: slow down")
    other = story.emit("auth.logout", 1.0, 1.0, by="Auth.log_out_mobile", subject="user 9")
    story.deliver("clear_device_token", other, 1.0, 1.0, 1.2, subject="user 9")
    return story.trace("awaited", scenario="sync-profile")


def killed(outages=(("A", 0.1, 0.3),)):
    """A is killed during an emit; B, which emitted at the same time, finishes, but does not get A's later events."""
    story = Story()
    first = story.emit(EVENT, 0.0, 0.1)
    story.deliver("notify_hr_tasks", first, 0.0, 0.0, 0.1, Fate.LOST_IN_CRASH)
    second = story.emit(EVENT, 0.0, 0.2, instance="B")
    story.deliver("notify_hr_tasks", second, 0.0, 0.0, 0.2, instance="B")
    third = story.emit("user.updated", 0.4, 0.4, by="UserService.save")
    story.deliver("refresh_name", third, 0.4, None, 0.4, Fate.OTHER_INSTANCE, instance="B")
    return story.trace(outages=outages)


def instances():
    """A role changes on A while B is dead: B lost a poll, and neither B nor C gets the event that updates A's cache."""
    story = Story()
    for name, begins in (("A", 0.0), ("B", 0.004), ("C", 0.011)):
        poll = story.emit(EVENT, begins, begins, instance=name)
        dies = name == "B"
        end, fate = (0.12, Fate.LOST_IN_CRASH) if dies else (begins + 0.31, Fate.DONE)
        notify = story.deliver("notify_hr_tasks", poll, begins, begins, end, fate, instance=name)
        story.call(TASKS, notify, begins, end, f"oracle-fusion {'broken' if dies else '200'}", instance=name)
    change = story.emit("role.changed", 0.45, 0.45, by="RoleController.change", instance="A")
    story.deliver("drop_cached_role", change, 0.45, 0.45, 0.45, instance="A")
    for name in "BC":
        story.deliver("drop_cached_role", change, 0.45, None, 0.45, Fate.OTHER_INSTANCE, instance=name)
    late = story.emit(EVENT, 0.9, 0.9, instance="B")
    notify = story.deliver("notify_hr_tasks", late, 0.9, 0.9, 1.2, instance="B")
    story.call(TASKS, notify, 0.9, 1.2, "oracle-fusion 200", instance="B")
    found = Check(claim="every instance knows the role", holds=False, found="2 instances still use the old role")
    return story.trace("awaited", scenario="instances", outages=[("B", 0.12, 0.8)], checks=[found])


def died_for_good():
    """The only instance dies and stays dead, with one running delivery and one that has not begun."""
    story = Story()
    emit = story.emit("user.created", 0.0, 0.0, by="UserController.create")
    story.deliver("assign_default_role", emit, 0.0, 0.0, 0.02)
    story.deliver("subscribe_to_topics", emit, 0.0, 0.0, 0.05, Fate.LOST_IN_CRASH)
    story.deliver("send_welcome_email", emit, 0.0, None, 0.05, Fate.LOST_IN_CRASH)
    return story.trace("detached", scenario="crash", outages=[("A", 0.05, None)])
