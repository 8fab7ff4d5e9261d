"""The engines that stand on a server. Each needs an extra, so none is imported before it is chosen.

`reaching.py` what all say of a server that is not there; `bullmq.py`; `delivery.py` and `brokered.py` what the brokers
have in common, `nats.py`, `rabbitmq.py` and `kafka.py` what each does its own way.
"""
