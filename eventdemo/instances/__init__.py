"""What several instances of the backend need to work together; each takes a few lines over the shared store.

With `lease.py`, one of many instances does a piece of work, such as a scheduled job. With `idempotency.py`, a
redelivered event is processed once. With `broadcast.py`, an event reaches all instances. `eventdemo compare --repair
NAME` shows what each costs.
"""
