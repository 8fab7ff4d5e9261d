"""The same listeners behind something that survives a crash.

`jobs.py` what is held; `engine.py` what every engine does, `registry.py` the engines by name; `servers/` those that we
start ourselves.
"""
