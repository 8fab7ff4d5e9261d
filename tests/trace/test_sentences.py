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
                "the loop stood still for up to 1.42 s, in which nothing else ran."
            ),
        ),
        ("awaited", "awaited: emit returned after 550 ms, and all 3 deliveries were done by 550 ms."),
        (
            "detached",
            (
                "detached: emit returned at once, but 1 of 3 deliveries failed, because Oracle Fusion answered 1 call "
                "with 429; 1 was lost; nobody who emitted knows of it; "
                f"1 cancelled-at-exit ({Fate.CANCELLED_AT_EXIT.meaning})."
            ),
        ),
    ],
)
def test_one_sentence_says_what_a_strategy_cost(strategy, sentence):
    assert cost(fan_out(strategy)) == sentence


def failing(detail, *, kept=True, fate=Fate.FAILED_UNSEEN, answered_at=0.2):
    story = Story()
    emit = story.emit("user.created", 0, 0)
    delivery = story.deliver("greet", emit, 0, 0, 0.2, fate)
    story.call(TASKS, delivery, 0, answered_at, detail)
    trace = story.trace()
    return trace if kept else trace.model_copy(update={"spans": (), "spans_of_emits": 0})


def test_a_429_is_the_cause_if_every_failed_delivery_ended_with_one():
    assert "failed, because Oracle Fusion answered 1 call with 429" in cost(failing("oracle-fusion 429"))


def test_a_429_that_was_survived_is_not_called_the_cause():
    assert "failed, and Oracle Fusion answered 1 call with 429" in cost(failing("oracle-fusion 429", answered_at=0.1))


def test_without_the_spans_no_service_is_blamed():
    assert "failed, and services answered 1 call with 429" in cost(failing("oracle-fusion 429", kept=False))


def test_a_failure_of_another_kind_blames_nobody():
    assert "429" not in cost(failing("oracle-fusion 503"))


def test_without_the_spans_no_claim_is_made_about_the_slowest_emits():
    assert "95 % of the emits returned at once" in cost(failing("oracle-fusion 200", kept=False))


@pytest.mark.parametrize(
    ("fate", "who_knows"),
    [
        (Fate.FAILED_SEEN, "the emitter received it"),
        (Fate.FAILED_LOGGED, "the log has it, and the emitter knows nothing"),
        (Fate.FAILED_UNSEEN, "nobody who emitted knows of it"),
        (Fate.DEAD_LETTERED, "a person can retry it"),
    ],
)
def test_it_says_who_learns_of_a_failure(fate, who_knows):
    assert who_knows in cost(failing("oracle-fusion 503", fate=fate))


def test_several_kinds_of_failure_are_told_apart():
    assert "the emitter received 1 of them" in cost(every_fate())
    assert "4 of 14 deliveries failed; 6 were lost" in cost(every_fate())


def test_overtaking_and_broken_books_are_costs():
    trace = fan_out("awaited")
    worse = trace.model_copy(update={"metrics": trace.metrics.model_copy(update={"overtaken": 2}), "balanced": False})

    assert cost(worse).endswith(
        "; 2 deliveries ended after a later one of the same listener; the books do not balance."
    )


def test_an_empty_run_has_a_sentence_too():
    assert cost(Story().trace()) == "awaited: nothing was emitted."


def test_a_strategy_is_measured_against_another():
    assert against(fan_out("awaited"), fan_out("sync")) == (
        "awaited against sync: the median emit returned 2.6 times faster (550 ms instead of 1.42 s), "
        "all listeners were done 2.6 times faster (550 ms instead of 1.42 s)."
    )
    assert against(fan_out("detached"), fan_out("awaited")) == (
        "detached against awaited: the median emit returned at once instead of after 550 ms, "
        "all listeners were done 1.4 times faster (400 ms instead of 550 ms), "
        "1 more delivery failed, 1 more delivery was lost."
    )


def test_the_same_run_differs_in_nothing():
    assert against(chained(), chained()) == "awaited against awaited: no difference in time, failures or losses."


def test_who_died_when_is_told_and_of_many_only_how_often():
    once, often = killed(), killed([("A", n, n + 0.5) for n in range(3)])

    assert "; A was killed after 100 ms and was back after 300 ms; " in cost(once)
    assert "; instances were killed 3 times; " in cost(often)


def test_a_crash_that_was_planned_for_later_is_told_too():
    conditions = Conditions(crashes=(Crash("A", 0.1, 0.3), Crash("A", 60)))
    trace = killed().model_copy(update={"conditions": conditions})

    assert "all was over before A was to be killed after 1 min; A was killed after 100 ms" in cost(trace)
