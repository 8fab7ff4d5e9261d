"""What several instances need so as not to get in each other's way; each is a few lines over the shared store.

`lease.py` one of many does a piece of work, a scheduled job for example; `keys.py` a delivery that comes twice is
handled once; `broadcast.py` the others hear what one of them emits. `eventdemo compare --repair NAME` shows what each
costs.
"""
