"""The same listeners behind something that survives a crash. Read in the order in which an event passes through.

`bus.py` turns each delivery into a job (`jobs.py`); `outbox.py` stores it beside the change; `relay.py` brings it to an
engine (`engine.py` says what all of them do, `registry.py` knows their names); `worker.py` does it, and `processed.py`
knows that it is done. `outbox_engine.py` is the engine that needs no server, `engines/` those that do, `servers/` what
we start ourselves. `runtime.py` puts relay and worker beside a backend; `accounts.py` is what observers are told.
"""
