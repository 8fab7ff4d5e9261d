"""A prediction: made before the run, typed or picked, and scored when the answer is known."""

from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from eventdemo.learn.kernel import with_widget
from eventdemo.learn.prose import Prose, paragraphs
from eventdemo.learn.question import Question, Reason


@dataclass(slots=True)
class Prediction:
    """What somebody expects, and why. Shown in a notebook it asks its question."""

    question: Question
    answer: str | None = None
    because: Reason | None = None

    def predict(self, answer: object) -> None:
        """Take an answer; one that cannot be one is refused in words."""
        self.answer = self.question.form.read(answer)

    def give_reason(self, number: object) -> None:
        """Take a reason by its number."""
        self.because = self.question.reason(number)

    def score(self, *evidence: Any) -> Prose:
        """Hold the prediction against what happened, and say why it happened."""
        happened = self.question.answer(*evidence)
        parts = [self._verdict(happened)]
        if happened == self.question.expected:
            parts.append(self._explanation(happened))
        else:
            parts.append("You changed the run, so the explanation is yours to find.")
        return Prose(paragraphs(*parts))

    def noted(self) -> str:
        """Say what is known of the prediction so far, before the run."""
        if self.answer is None:
            return "Reason noted. What do you predict?"
        said = f"Noted: {self.question.form.describe(self.answer)}."
        return f"{said} Now run the cell below." if self.because else f"{said} And why?"

    def __str__(self) -> str:
        """Return the question as text, with what there is to choose from."""
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
        """Say why, and what is wrong with the reason that was given."""
        why, given = self.question.why, self.because
        if given is None:
            return f"Why: {why.reply}"
        if given is not why:
            return f"Not because “{given.says}”: {given.reply} Rather: {why.reply}"
        return (
            f"{'And for the right reason' if self.answer == happened else 'Your reason is right, though'}: {why.reply}"
        )
