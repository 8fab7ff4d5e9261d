"""A question of a notebook, and the reader's prediction: made before the run, typed or picked, and scored afterwards.

The answer is computed from the run. Only the sentences are fixed: the replies to common wrong predictions and to
plausible reasons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from eventdemo.learn.forms import Form, PredictionError
from eventdemo.learn.pictures import with_widget
from eventdemo.learn.prose import Prose, paragraphs


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
    because: int
    """The number of the right reason, counted from 1."""
    reasons: Mapping[str, str]
    """The possible reasons, and the reply to each."""
    replies: Mapping[str, str] = field(default_factory=dict)
    """The replies to wrong predictions."""

    @property
    def why(self) -> str:
        """The reply to the right reason."""
        return list(self.reasons.values())[self.because - 1]

    def reason(self, typed: object) -> int:
        """Parse the number of a reason, or raise `PredictionError`."""
        number = str(typed).strip()
        if not number.isdecimal() or not 1 <= int(number) <= len(self.reasons):
            raise PredictionError(f"`because` must be the number of a reason, 1 to {len(self.reasons)}, not {typed!r}.")
        return int(number)


@dataclass(slots=True)
class Prediction:
    """What the reader expects, and why. A notebook shows the question."""

    question: Question
    answer: str | None = None
    because: int | None = None

    def predict(self, answer: object) -> None:
        """Set the answer; raise `PredictionError` if it is not one."""
        self.answer = self.question.form.read(answer)

    def give_reason(self, number: object) -> None:
        self.because = self.question.reason(number)

    def score(self, *evidence: Any) -> Prose:
        """Compare the prediction with what happened, and explain it."""
        happened = self.question.answer(*evidence)
        changed = "You changed the run, so the explanation of the original does not apply."
        why = self._explanation(happened) if happened == self.question.expected else changed
        return Prose(paragraphs(self._verdict(happened), why))

    def noted(self) -> str:
        """Return what the prediction contains so far, before the run."""
        if self.answer is None:
            return "Reason noted. What do you predict?"
        noted = f"Noted: {self.question.form.describe(self.answer)}."
        return f"{noted} Now run the cell below." if self.because else f"{noted} And why?"

    def __repr__(self) -> str:
        question = self.question
        lines = [paragraphs(f"Predict. {question.asks}")]
        lines += [f"  {key}  {text}" for key, text in zip(ascii_lowercase, question.form.choices, strict=False)]
        lines.append("Why?")
        lines += [f"  {number}  {reason}" for number, reason in enumerate(question.reasons, 1)]
        lines += ["", f'Pick, or type: predict("{question.name}", "{question.form.how}", because=1)']
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return with_widget({"text/plain": repr(self)}, self)

    def _verdict(self, happened: str) -> str:
        describe = self.question.form.describe
        if self.answer is None:
            return f"What happened: {describe(happened)}."
        if self.answer == happened:
            return f"✓ You predicted {describe(happened)}."
        reply = self.question.replies.get(self.answer, "")
        return f"✗ You predicted {describe(self.answer)}. What happened: {describe(happened)}. {reply}".rstrip()

    def _explanation(self, happened: str) -> str:
        """Return the explanation, and what is wrong with the given reason."""
        why = self.question.why
        if self.because is None:
            return f"Why: {why}"
        if self.because != self.question.because:
            given, reply = list(self.question.reasons.items())[self.because - 1]
            return f"Not because “{given}”: {reply} Rather: {why}"
        return f"{'And for the right reason' if self.answer == happened else 'Your reason is right, though'}: {why}"
