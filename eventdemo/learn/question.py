"""A question of a notebook: what will happen, and why. The answer is computed from the run.

Only the sentences are fixed: the replies to common wrong predictions and to plausible reasons.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from eventdemo.learn.forms import Form, PredictionError


@dataclass(frozen=True, slots=True)
class Reason:
    """One possible *because*, and the reply to it."""

    says: str
    reply: str
    holds: bool = False
    """Whether this is the right reason."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to predict before running a cell."""

    name: str
    asks: str
    form: Form
    answer: Callable[..., str]
    """Computes the answer from the evidence of the run, in the notation of the form."""
    expected: str
    """The answer in the unchanged notebook; another run can have another answer."""
    reasons: Sequence[Reason]
    replies: Mapping[str, str] = field(default_factory=dict)
    """The replies to wrong predictions."""

    @property
    def why(self) -> Reason:
        """The right reason."""
        return next(reason for reason in self.reasons if reason.holds)

    def reason(self, typed: object) -> Reason:
        """Return a reason by its number, counted from 1."""
        number = str(typed).strip()
        if not number.isdecimal() or not 1 <= int(number) <= len(self.reasons):
            raise PredictionError(f"`because` must be the number of a reason, 1 to {len(self.reasons)}, not {typed!r}.")
        return self.reasons[int(number) - 1]
