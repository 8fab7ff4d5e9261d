"""The end of a notebook: how many predictions were right, and a second question for each one that was not."""

from dataclasses import dataclass

from eventdemo.learn import progress
from eventdemo.learn.contents import NOTEBOOKS, again, known, questions_of
from eventdemo.learn.pictures import WithWidget
from eventdemo.learn.prediction import Prediction
from eventdemo.learn.prose import paragraphs

NOT_KEPT = "Your score appears here when you open this notebook with `make lab`."


@dataclass(frozen=True, slots=True)
class ScoreCard(WithWidget):
    """Your score in a notebook, and the questions that come back."""

    notebook: str

    def __repr__(self) -> str:
        left = [f'again("{each.question.first}")' for each in self.to_ask() if each.answer is None]
        return paragraphs(*self.lines(), *([f"These again: {', '.join(left)}."] if left else []))

    def lines(self) -> list[str]:
        """Return the score, and what is left to predict, without the questions that come back."""
        if not progress.is_kept():
            return [NOT_KEPT]
        asked = [each.name for each in questions_of(self.notebook)]
        right = {name: progress.recall(name).get("right") for name in asked}
        lines = [f"Right at the first try: {sum(map(bool, right.values()))} of {len(asked)}."]
        if missed := [name for name in asked if right[name] is False]:
            second = [progress.recall(f"{name}-again").get("right") for name in missed]
            if None not in second:
                lines.append(f"Right at the second try, with another run: {second.count(True)} of {len(missed)}.")
        if unasked := [f'predict("{name}")' for name in asked if right[name] is None]:
            lines.append(f"Not predicted yet: {', '.join(unasked)}.")
        return lines

    def to_ask(self) -> list[Prediction]:
        """Return the second question of each prediction that was wrong."""
        missed = [each.name for each in questions_of(self.notebook) if progress.recall(each.name).get("right") is False]
        return [again(name) for name in missed]


def score_card(notebook: str) -> ScoreCard:
    """Return your score in a notebook, with a second question for each prediction that was wrong."""
    return ScoreCard(known(notebook, NOTEBOOKS, "notebook"))
