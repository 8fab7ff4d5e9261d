"""`who-waits-for-whom`: an audit row that has to be there for the answer, and a push that must not delay it."""

from collections.abc import Mapping
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.learn.judging import check_all_schedules, in_all

ROW_THERE = "the row is there when the approval is answered"
PUSHED = "the push is over when the approval is answered"
ROW, PUSH = "save_row", "push_to_phone"


def judge(deliveries: Mapping[str, Any]) -> Feedback:
    """Answer an approval in every order of waits, and see what is done by then."""
    if set(deliveries) != {ROW, PUSH} or not all(isinstance(each, DeliveryMode) for each in deliveries.values()):
        return failed(
            f"The answer says for {ROW} and for {PUSH} how it is delivered: DeliveryMode.AWAITED or DETACHED."
        )
    found, refuted = check_all_schedules(
        ROW_THERE, _answering(deliveries, ROW, ROW_THERE, "the answer goes out without a row")
    )
    if refuted is not None:
        return refuted
    _, delayed = check_all_schedules(
        PUSHED, _answering(deliveries, PUSH, PUSHED, "the answer goes out, the push is under way")
    )
    if delayed is None:
        return failed("The row is there, but in every schedule the answer waits for the phone as well.")
    return passed(f"The row is there {in_all(found)}, and the answer need not wait for the phone.", delayed.shows)


def _answering(deliveries: Mapping[str, DeliveryMode], work: str, done: str, undone: str) -> Any:
    async def approve(bus: EventBus) -> str:
        over: set[str] = set()

        async def save_row(_: object) -> None:
            await wait()
            access(ROW)
            over.add(ROW)

        async def push_to_phone(_: object) -> None:
            await wait()
            access(PUSH)
            over.add(PUSH)

        bus.on("hr.approved", save_row, delivery=deliveries[ROW])
        bus.on("hr.approved", push_to_phone, delivery=deliveries[PUSH])
        await bus.emit_async("hr.approved", 7)
        access(work, write=False)
        answer = done if work in over else undone
        await bus.drain()
        return answer

    return approve


EXERCISE = Exercise(
    name="who-waits-for-whom",
    task="An approval is answered after `await bus.emit_async(...)`. The row of the audit trail has to be there by "
    "then, and the phone must not hold up the answer. How is each listener delivered? Judged in every order of waits.",
    hole="""
from eventdemo import DeliveryMode

deliveries = {"save_row": ..., "push_to_phone": ...}
""",
    answer="deliveries",
    judge=judge,
    hints=(
        "The choice says whether emit_async waits for a listener. For which of the two should it?",
        "DeliveryMode.AWAITED: emit_async returns after it. DeliveryMode.DETACHED: nobody waits for it.",
    ),
    solved="""
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.AWAITED, "push_to_phone": DeliveryMode.DETACHED}
""",
    reasons="Whether to wait is a property of each listener, not of the event. The article wanted the opposite for its "
    "audit, an answer that does not wait for the row, and wrote { async: false }, which waits.",
    wrong=(
        Wrong(
            """
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.AWAITED, "push_to_phone": DeliveryMode.AWAITED}
""",
            "the answer waits for the phone as well",
        ),
        Wrong(
            """
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.DETACHED, "push_to_phone": DeliveryMode.DETACHED}
""",
            "the answer goes out without a row",
        ),
        Wrong(
            """
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.DETACHED, "push_to_phone": DeliveryMode.AWAITED}
""",
            "Whether it works is luck",
        ),
        Wrong(
            """
deliveries = {"save_row": True, "push_to_phone": False}
""",
            "DeliveryMode.AWAITED or DETACHED",
        ),
    ),
)
