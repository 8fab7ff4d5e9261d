"""The crash lab: real processes, real HTTP, a real SIGKILL or SIGSTOP at a random moment, and then the accounts.

`requests.py` is what users send, `fakes.py` the services that count it, and `processes.py` what is killed or paused.
`lab.py` runs the rounds, `accounts.py` finds the outcome of each accepted request, `prediction.py` simulates it, and
`report.py` prints both.
"""

from eventdemo.trials.crash_lab.accounts import Outcome, RequestAccount
from eventdemo.trials.crash_lab.lab import Findings, crash_lab

__all__ = ["Findings", "Outcome", "RequestAccount", "crash_lab"]
