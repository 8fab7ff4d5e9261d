"""Engines backed by a server. Each needs an extra, so its module is imported only when the engine is chosen.

`server_engine.py` holds what all share. `bullmq.py` needs nothing else. `message.py` and `brokered.py` hold what the
brokers share, `nats.py`, `rabbitmq.py` and `kafka.py` what differs between them.
"""
