"""An explored schedule as a picture: a lane for each task, a column for each step, and who had to come before whom."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Check, Span
from eventdemo.trace.units import STEP
from eventdemo.trace.wording import one_line

WHY = "the other way round in the other schedule"


class Move(NamedTuple):
    """One step of a schedule."""

    number: int
    who: str
    did: str
    """What was read or written, in words: `writes the device table`."""
    after: int | None = None
    """The number of the latest step before it that touched the same, if there is one."""


def schedule(name: str, label: str, moves: Sequence[Move], *, check: Check, turned: Collection[int] = ()) -> Excerpt:
    """Lay a schedule out; `turned` are the numbers of the steps that come the other way round in another one."""
    ids = {move.number: place for place, move in enumerate(moves, 1)}
    return Excerpt(
        scenario=one_line(name),
        label=one_line(label),
        shows="",
        left_out="",
        spans=tuple(_span(move, ids) for move in moves),
        checks=(check,),
        marked=frozenset(ids[number] for number in turned if number in ids),
        marked_as=WHY,
    )


def _span(move: Move, ids: dict[int, int]) -> Span:
    at = move.number * STEP
    return Span(
        id=ids[move.number],
        kind="step",
        name=move.who,
        detail=move.did,
        cause=None if move.after is None else ids.get(move.after),
        scheduled=at,
        start=at,
        end=(move.number + 1) * STEP,
    )
