"""One scenario on an in-process bus and behind a durable engine, side by side.

`real.py` runs it in real time, and `graduate.py` runs both and describes what changes.
"""
