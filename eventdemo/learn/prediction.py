"""A prediction: made before the run, typed or picked, and scored afterwards."""

from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from eventdemo.learn.kernel import with_widget
from eventdemo.learn.prose import Prose, paragraphs
from eventdemo.learn.question import Question, Reason


@dataclass(slots=True)
class Prediction:
    """What the reader expects, and why. A notebook shows the question."""

    question: Question
    answer: str | None = None
    because: Reason | None = None

    def predict(self, answer: object) -> None:
        """Set the answer; raise `PredictionError` if it is not one."""
        self.answer = self.question.form.read(answer)

    def give_reason(self, number: object) -> None:
        """Set the reason by its number."""
        self.because = self.question.reason(number)

    def score(self, *evidence: Any) -> Prose:
        """Compare the prediction with what happened, and explain it."""
        happened = self.question.answer(*evidence)
        parts = [self._verdict(happened)]
        if happened == self.question.expected:
            parts.append(self._explanation(happened))
        else:
            parts.append("You changed the run, so the explanation of the original does not apply.")
        return Prose(paragraphs(*parts))

    def noted(self) -> str:
        """Return what the prediction contains so far, before the run."""
        if self.answer is None:
            return "Reason noted. What do you predict?"
        noted = f"Noted: {self.question.form.describe(self.answer)}."
        return f"{noted} Now run the cell below." if self.because else f"{noted} And why?"

    def __str__(self) -> str:
        """Return the question as text, with its choices."""
        question = self.question
        lines = [paragraphs(f"Predict. {question.asks}")]
        lines += [f"  {key}  {text}" for key, text in zip(ascii_lowercase, question.form.choices, strict=False)]
        lines.append("Why?")
        lines += [f"  {number}  {reason.says}" for number, reason in enumerate(question.reasons, 1)]
        lines += ["", f'Pick, or type: predict("{question.name}", "{question.form.how}", because=1)']
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return with_widget({"text/plain": str(self)}, self._widget)

    def _widget(self) -> dict[str, Any]:
        from eventdemo.learn.widgets import prediction_widget

        return prediction_widget(self)

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
        why, given = self.question.why, self.because
        if given is None:
            return f"Why: {why.reply}"
        if given is not why:
            return f"Not because “{given.says}”: {given.reply} Rather: {why.reply}"
        return (
            f"{'And for the right reason' if self.answer == happened else 'Your reason is right, though'}: {why.reply}"
        )
