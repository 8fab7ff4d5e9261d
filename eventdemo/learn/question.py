"""A question of a notebook: what will happen, and why. The answer is computed from what then happened.

Only the sentences are written down: what to say to a prediction that many make, and to a reason that sounds right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from eventdemo.learn.forms import Form, PredictionError


@dataclass(frozen=True, slots=True)
class Reason:
    """One possible *because*, and what there is to say to it."""

    says: str
    reply: str
    holds: bool = False
    """Whether this is why."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to predict before a cell is run."""

    name: str
    asks: str
    form: Form
    answer: Callable[..., str]
    """Reads off what happened from the evidence of the run, as the form writes it."""
    expected: str
    """The answer in the notebook as it stands; whoever changes the run may get another."""
    reasons: Sequence[Reason]
    replies: Mapping[str, str] = field(default_factory=dict)
    """What to say to a wrong prediction."""

    @property
    def why(self) -> Reason:
        """Return the reason that holds."""
        return next(reason for reason in self.reasons if reason.holds)

    def reason(self, typed: object) -> Reason:
        """Return the reason of a number, counted from 1."""
        number = str(typed).strip()
        if not number.isdecimal() or not 1 <= int(number) <= len(self.reasons):
            raise PredictionError(f"`because` is the number of a reason, 1 to {len(self.reasons)}, not {typed!r}.")
        return self.reasons[int(number) - 1]
