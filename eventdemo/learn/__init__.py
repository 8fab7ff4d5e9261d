"""The parts of the notebooks: predictions, exercises, sliders, and one-sentence error messages.

`notebooks/` has the questions and exercises of each notebook as data. `forms.py` and `prediction.py` ask and score, and
`answers.py` computes the answers. `exercise.py` and `judging.py` judge; `judges/` has one function for each exercise.
`sliders.py` repeats a run with other settings. `progress.py` keeps the score, and `scores.py` shows it. With
`event_loop.py` you choose a schedule, and with `killable_shop.py` a kill.
"""

from eventdemo.learn.contents import again, exercise, predict
from eventdemo.learn.event_loop import be_the_event_loop
from eventdemo.learn.fate_examples import fate_example
from eventdemo.learn.mistakes import load_ipython_extension
from eventdemo.learn.pictures import picture
from eventdemo.learn.prose import ledger, source
from eventdemo.learn.scores import score_card
from eventdemo.learn.sliders import sliders

__all__ = [
    "again",
    "be_the_event_loop",
    "exercise",
    "fate_example",
    "ledger",
    "load_ipython_extension",
    "picture",
    "predict",
    "score_card",
    "sliders",
    "source",
]
