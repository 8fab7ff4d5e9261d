"""What the notebooks are made with: predictions, exercises, sliders, and mistakes told in a sentence.

`forms.py`, `question.py` and `prediction.py` ask and score; `exercise.py` and `judging.py` judge; `questions/` and
`exercises/` hold what is asked, one file a notebook and one an exercise; `sliders.py` plays a run again and again.
"""

from eventdemo.learn.contents import exercise, predict
from eventdemo.learn.fate_examples import fate_example
from eventdemo.learn.ledger_text import ledger
from eventdemo.learn.mistakes import load_ipython_extension
from eventdemo.learn.pictures import picture
from eventdemo.learn.sliders import sliders

__all__ = ["exercise", "fate_example", "ledger", "load_ipython_extension", "picture", "predict", "sliders"]
