"""The article's system in Python: its patterns, the services that they call, the database that they share.

Read the five files of `patterns/` first, then `wiring.py`, where the parts meet. Only `demo/` knows the fakes.
"""
