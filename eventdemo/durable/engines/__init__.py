"""The engines that stand on a server. Each needs an extra, so none is imported before it is chosen.

`connection.py` what all say of a server that is not there; `bullmq.py`; `message.py` and `brokered.py` what the brokers
have in common, `nats.py`, `rabbitmq.py` and `kafka.py` what each does its own way.
"""
