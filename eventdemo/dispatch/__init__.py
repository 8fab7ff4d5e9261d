"""What the bus is made of: who listens, to what, in which order, and how one listener is called.

`delivery.py` the records that are passed around; `registration.py` adding and removing listeners, `listening.py` by
decorator; `subscriptions.py` and `matching.py` the plan of calls that a name leads to; `attendance.py` one call from
start to end; `outcomes.py` waiting for several.
"""
