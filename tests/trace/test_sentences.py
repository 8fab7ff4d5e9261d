import pytest

from eventdemo.core.fates import Fate
from eventdemo.trace.conditions import Conditions, Crash
from eventdemo.trace.sentences import against, cost
from tests.trace.hand_made import TASKS, Story, chained, every_fate, fan_out, killed


@pytest.mark.parametrize(
    ("strategy", "sentence"),
    [
        (
            "sync",
            (
                "sync: emit returned after 1.42 s, and all 3 deliveries were done by 1.42 s; "
                "a listener blocked the event loop for up to 1.42 s."
            ),
        ),
        ("awaited", "awaited: emit returned after 550 ms, and all 3 deliveries were done by 550 ms."),
        (
            "detached",
            (
                "detached: emit returned immediately, but 1 of 3 deliveries failed, because Oracle Fusion rate-limited "
                "1 call (HTTP 429); 1 was lost; the emitter never saw the error; "
                f"1 cancelled-at-exit ({Fate.CANCELLED_AT_EXIT.meaning})."
            ),
        ),
    ],
)
def test_one_sentence_describes_the_cost_of_a_strategy(strategy, sentence):
    assert cost(fan_out(strategy)) == sentence


def failing(detail, *, kept=True, fate=Fate.FAILED_UNSEEN, answered_at=0.2):
    story = Story()
    emit = story.emit("user.created", 0, 0)
    delivery = story.deliver("greet", emit, 0, 0, 0.2, fate)
    story.call(TASKS, delivery, 0, answered_at, detail)
    trace = story.trace()
    return trace if kept else trace.model_copy(update={"spans": (), "spans_of_emits": 0})


def test_a_429_is_the_cause_if_every_failed_delivery_ended_with_one():
    assert "failed, because Oracle Fusion rate-limited 1 call (HTTP 429)" in cost(failing("oracle-fusion 429"))


def test_a_429_followed_by_other_work_is_not_called_the_cause():
    assert "failed, and Oracle Fusion rate-limited 1 call (HTTP 429)" in cost(
        failing("oracle-fusion 429", answered_at=0.1)
    )


def test_without_the_spans_no_service_is_blamed():
    assert "failed, and services rate-limited 1 call (HTTP 429)" in cost(failing("oracle-fusion 429", kept=False))


def test_other_failures_are_not_called_rate_limited():
    assert "429" not in cost(failing("oracle-fusion 503"))


def test_without_the_spans_no_claim_is_made_about_the_slowest_emits():
    assert "95 % of the emits returned immediately" in cost(failing("oracle-fusion 200", kept=False))


@pytest.mark.parametrize(
    ("fate", "error"),
    [
        (Fate.FAILED_SEEN, "the emitter received the error"),
        (Fate.FAILED_LOGGED, "only the log has the error"),
        (Fate.FAILED_UNSEEN, "the emitter never saw the error"),
        (Fate.DEAD_LETTERED, "1 was dead-lettered and can be retried"),
    ],
)
def test_it_says_where_the_error_went(fate, error):
    assert error in cost(failing("oracle-fusion 503", fate=fate))


def test_several_kinds_of_failure_are_distinguished():
    assert "the emitter received 1 of the errors" in cost(every_fate())
    assert "4 of 14 deliveries failed; 6 were lost" in cost(every_fate())


def test_late_finishes_and_an_unbalanced_ledger_are_costs():
    trace = fan_out("awaited")
    worse = trace.model_copy(
        update={"metrics": trace.metrics.model_copy(update={"finished_out_of_order": 2}), "balanced": False}
    )

    assert cost(worse).endswith("; 2 deliveries finished out of order; the ledger does not account for every delivery.")


def test_an_empty_run_has_a_sentence_too():
    assert cost(Story().trace()) == "awaited: nothing was emitted."


def test_a_strategy_is_compared_with_another():
    assert against(fan_out("awaited"), fan_out("sync")) == (
        "awaited against sync: the median emit returned 2.6 times faster (550 ms instead of 1.42 s), "
        "all listeners were done 2.6 times faster (550 ms instead of 1.42 s)."
    )
    assert against(fan_out("detached"), fan_out("awaited")) == (
        "detached against awaited: the median emit returned immediately instead of after 550 ms, "
        "all listeners were done 1.4 times faster (400 ms instead of 550 ms), "
        "1 more delivery failed, 1 more delivery was lost."
    )


def test_the_same_run_differs_in_nothing():
    assert against(chained(), chained()) == "awaited against awaited: no difference in durations, failures or losses."


def test_a_few_kills_have_their_times_and_many_only_their_number():
    once, often = killed(), killed([("A", n, n + 0.5) for n in range(3)])

    assert "; A was killed at 100 ms and restarted at 300 ms; " in cost(once)
    assert "; instances were killed 3 times; " in cost(often)


def test_a_crash_planned_after_the_end_is_mentioned():
    conditions = Conditions(crashes=(Crash("A", 0.1, 0.3), Crash("A", 60)))
    trace = killed().model_copy(update={"conditions": conditions})

    assert "the run ended before A would have been killed at 1 min; A was killed at 100 ms" in cost(trace)
