"""The crash lab: real processes, real HTTP, a real SIGKILL or SIGSTOP at a random moment, and then the accounts.

`requests.py` is what users send and what became of it, `fakes.py` the services that count it, and `processes.py` what
is killed or paused. `lab.py` runs the rounds, `prediction.py` simulates them, and `report.py` prints both.
"""
