"""The crash lab: real processes, real HTTP, a real SIGKILL at a random moment, and then the books.

`visits.py` what people do; `fakes.py` the services, in this process, counting; `processes.py` what is killed; `lab.py`
the rounds; `books.py` what became of all that was accepted; `prediction.py` what virtual time
says; `report.py` the words.
"""

from eventdemo.trials.crash_lab.accounts import Entry, Outcome
from eventdemo.trials.crash_lab.lab import Findings, crash_lab

__all__ = ["Entry", "Findings", "Outcome", "crash_lab"]
