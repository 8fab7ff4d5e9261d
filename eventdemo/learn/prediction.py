"""A question of a notebook, and your prediction: the answer first, then the reason, and the score after the run.

The answer is computed from the run. Only the sentences are fixed: the replies to common wrong predictions and to
plausible reasons. Nothing is shown before you predict, and your first answer counts.
"""

import html
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from eventdemo.learn import progress
from eventdemo.learn.forms import Form, PredictionError
from eventdemo.learn.pictures import WithWidget
from eventdemo.learn.prose import Prose, Reply, paragraphs


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
    why: str
    """The explanation: the reply to the right reason, or that of a sibling, which asks for no reason."""
    because: int = 0
    """The number of the right reason, counted from 1."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """The possible reasons, and the reply to each."""
    replies: Mapping[str, str] = field(default_factory=dict)
    """The replies to wrong predictions."""
    sibling: "Question | None" = None
    """The same question about another run, which comes back if you predict this one wrong."""
    first: str = ""
    """Of a sibling: the name of the question that it repeats."""
    evidence: Callable[[], Sequence[Any]] | None = None
    """Of a sibling: runs what it asks about, because no cell of the notebook does."""

    def reason(self, typed: object) -> int:
        """Parse the number of a reason, or raise `PredictionError`."""
        number = str(typed).strip()
        if not number.isdecimal() or not 1 <= int(number) <= len(self.reasons):
            raise PredictionError(f"`because` must be the number of a reason, 1 to {len(self.reasons)}, not {typed!r}.")
        return int(number)


class Revealed(Prose):
    """What happened, in a saved notebook: folded, so that a reader of the page can predict first."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<details><summary>What happened?</summary><pre>{html.escape(self)}</pre></details>"


@dataclass(slots=True)
class Prediction(WithWidget):
    """What you expect, and why. A notebook shows the question."""

    question: Question
    answer: str | None = None
    because: int | None = None
    scored: bool = False

    def predict(self, answer: object) -> None:
        """Lock the answer; raise `PredictionError` if it is not one, or if another answer is locked."""
        read = self.question.form.read(answer)
        if self.answer not in (None, read):
            raise PredictionError(
                f"Your answer is already locked: {self.question.form.describe(self.answer or '')}. Run the cell below."
            )
        self.answer = read
        progress.keep(self.question.name, answer=read)

    def give_reason(self, number: object) -> None:
        """Set the reason. It is asked for after the answer, because the reasons give the answer away."""
        if self.answer is None:
            raise PredictionError(f'Predict first, for example "{self.question.form.how}". Then say why.')
        if not self.scored:
            self.because = self.question.reason(number)
            progress.keep(self.question.name, because=self.because)

    def score(self, *evidence: Any) -> Prose:
        """Compare the prediction with what happened, and explain it; without a prediction, ask for one."""
        # `make refresh` sets the variable: pages ask no reader.
        if self.answer is None and os.environ.get("EVENTDEMO_ANSWERS") != "1":
            return Prose(f'Predict first: pick an answer above, or type predict("{self.question.name}", …).')
        if self.question.evidence is not None:
            evidence = (*self.question.evidence(),)
        happened = self._what_happened(evidence)
        is_original = happened == self.question.expected
        changed = "You changed the run, so the explanation of the original does not apply."
        words = self._verdict(happened), *(self._explanation(happened) if is_original else [changed])
        if self.answer is None:
            return Revealed(paragraphs(*words))
        if is_original and not self.scored:
            self.scored = True
            progress.keep(self.question.name, right=self.answer == happened)
        return Reply(*words)

    def noted(self) -> str:
        """Return what the prediction contains so far, before the run; of a sibling, its score."""
        if self.answer is None:
            return ""
        if self.question.evidence is not None:
            return self.score()
        noted = f"Locked: {self.question.form.describe(self.answer)}."
        return f"{noted} Now run the cell below." if self.because else f"{noted} And why?"

    def __repr__(self) -> str:
        """Return the question; the reasons follow once an answer is locked."""
        question = self.question
        lines = [paragraphs(f"Predict. {question.asks}")]
        lines += [f"  {key}  {text}" for key, text in zip(ascii_lowercase, question.form.choices, strict=False)]
        if self.answer is None:
            call = f'again("{question.first}"' if question.first else f'predict("{question.name}"'
            return "\n".join([*lines, "", f'Pick, or type: {call}, "{question.form.how}")'])
        lines += ["", self.noted()]
        if question.first:
            return "\n".join(lines)
        lines += [f"  {number}  {reason}" for number, reason in enumerate(question.reasons, 1)]
        return "\n".join([*lines, "", f'Pick, or type: predict("{question.name}", "{self.answer}", because=1)'])

    def _what_happened(self, evidence: Sequence[Any]) -> str:
        try:
            return self.question.answer(*evidence)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise PredictionError(
                f'This result doesn\'t answer the question "{self.question.name}", which you opened last. Run the cell '
                f"with the question above this cell, then this cell again."
            ) from error

    def _verdict(self, happened: str) -> str:
        describe = self.question.form.describe
        if self.answer is None:
            return f"What happened: {describe(happened)}."
        if self.answer == happened:
            return f"✓ You predicted {describe(happened)}."
        reply = self.question.replies.get(self.answer, "")
        return f"✗ You predicted {describe(self.answer)}. What happened: {describe(happened)}. {reply}".rstrip()

    def _explanation(self, happened: str) -> list[str]:
        """Return the explanation, and what is wrong with the given reason."""
        why = self.question.why
        if self.because is None:
            return [f"Why: {why}"]
        if self.because != self.question.because:
            given, reply = list(self.question.reasons.items())[self.because - 1]
            return [f"Your reason was “{given}”. {reply}", f"Why: {why}"]
        return [f"{'And for the right reason' if self.answer == happened else 'Your reason is right, though'}: {why}"]
