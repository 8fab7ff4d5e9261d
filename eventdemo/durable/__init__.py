"""The same listeners behind a queue that survives a crash. Read the modules in the order in which an event passes them.

`bus.py` turns each delivery into a job (`jobs.py`), and `outbox.py` stores it in the transaction of the change; if that
is yours, see `joined.py` and `driver.py`. `relay.py` publishes it to an engine (`engine.py`, `registry.py`).
`worker.py` processes it, and `processed.py` records that. `outbox_engine.py` needs no server, `engines/` do, and
`servers/` starts such servers. `runtime.py` runs relay and worker; `pending.py` tracks deliveries for observers.
"""
