"""Engines backed by a server. Each needs an extra, so its module is imported only when the engine is chosen.

`bullmq.py` is complete in itself. `message.py` and
`brokered.py` hold what the brokers share, `nats.py`, `rabbitmq.py` and `kafka.py` what differs between them.
"""
