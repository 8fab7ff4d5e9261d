"""The bus: events, who listens to them, in which order, and how each delivery ends.

Read `events.py` first, then `bus.py` and `dispatch.py`. Nothing here knows the rest of the package.
"""
