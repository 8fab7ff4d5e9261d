"""The same listeners behind a queue that survives a crash. Read the modules in the order in which an event passes them.

`bus.py` turns each delivery into a job (`jobs.py`), and `outbox.py` stores it in the transaction of the change.
If that is a transaction of your own, `joined.py` and `driver.py` join it.
`relay.py` publishes it to an engine (protocol in `engine.py`, names in `registry.py`). `worker.py` processes it, and
`processed.py` records that. `outbox_engine.py` is the engine without a server, `engines/` are those with one, and
`servers/` starts such servers. `runtime.py` runs relay and worker; `pending.py` tracks deliveries for observers.
"""
