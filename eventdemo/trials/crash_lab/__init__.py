"""The crash lab: real processes, real HTTP, a real SIGKILL or SIGSTOP at a random moment, and then the accounts.

`requests.py` is what users send, `fakes.py` the services that count it, and `processes.py` what is killed or paused.
`lab.py` runs the rounds, `accounts.py` finds the outcome of each accepted request, `prediction.py` simulates it, and
`report.py` prints both.
"""
