"""Servers that we start ourselves, so that a durable engine can be tried without installing one."""

from eventdemo.durable.servers.embedded import EmbeddedServer, ServerStartError
from eventdemo.durable.servers.kafka import MockKafka
from eventdemo.durable.servers.nats import Nats
from eventdemo.durable.servers.valkey import Valkey

__all__ = ["EmbeddedServer", "MockKafka", "Nats", "ServerStartError", "Valkey"]
