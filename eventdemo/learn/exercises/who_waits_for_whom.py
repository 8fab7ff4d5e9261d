"""`who-waits-for-whom`: an audit row that must be stored before the answer, and a push that must not delay it."""

from collections.abc import Mapping
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, failed, passed
from eventdemo.learn.judging import check_all_schedules, in_all

ROW_THERE = "the row is stored when the approval is answered"
PUSHED = "the push is done when the approval is answered"
ROW, PUSH = "save_row", "push_to_phone"


def judge(deliveries: Mapping[str, Any]) -> Feedback:
    """Answer an approval in every schedule, and check what is done by then."""
    if set(deliveries) != {ROW, PUSH} or not all(isinstance(each, DeliveryMode) for each in deliveries.values()):
        return failed(f"Choose for {ROW} and for {PUSH} how it is delivered: DeliveryMode.AWAITED or DETACHED.")
    found, refuted = check_all_schedules(
        ROW_THERE, _answering(deliveries, ROW, ROW_THERE, "the answer goes out without a row")
    )
    if refuted is not None:
        return refuted
    _, delayed = check_all_schedules(
        PUSHED, _answering(deliveries, PUSH, PUSHED, "the answer goes out while the push is running")
    )
    if delayed is None:
        return failed("The row is stored, but in every schedule the answer also waits for the phone.")
    return passed(f"The row is stored {in_all(found)}, and the answer does not have to wait for the phone.")


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
    task="An approval is answered after `await bus.emit_async(...)`. The audit row must be stored by then, and the "
    "push to the phone must not delay the answer. How do you deliver to each listener? The judge runs it in every "
    "schedule.",
    hole="""
from eventdemo import DeliveryMode

deliveries = {"save_row": ..., "push_to_phone": ...}
""",
    answer="deliveries",
    judge=judge,
    hints=(
        "The mode decides whether emit_async waits for a listener. For which of the two should it?",
        "DeliveryMode.AWAITED: emit_async returns after it. DeliveryMode.DETACHED: it does not wait.",
    ),
    solved="""
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.AWAITED, "push_to_phone": DeliveryMode.DETACHED}
""",
    reasons="Whether to wait is a property of each listener, not of the event. The article wanted an answer that does "
    "not wait for its audit row, and wrote { async: false }, which waits.",
    wrong={
        """
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.AWAITED, "push_to_phone": DeliveryMode.AWAITED}
""": "the answer also waits for the phone",
        """
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.DETACHED, "push_to_phone": DeliveryMode.DETACHED}
""": "the answer goes out without a row",
        """
from eventdemo import DeliveryMode

deliveries = {"save_row": DeliveryMode.DETACHED, "push_to_phone": DeliveryMode.AWAITED}
""": "It is a race",
        """
deliveries = {"save_row": True, "push_to_phone": False}
""": "DeliveryMode.AWAITED or DETACHED",
    },
)
