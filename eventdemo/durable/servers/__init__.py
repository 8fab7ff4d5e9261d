"""Embedded servers, so that you can try a durable engine without installing its server."""

from eventdemo.durable.servers.embedded import EmbeddedServer, ServerStartError
from eventdemo.durable.servers.kafka import MockKafka
from eventdemo.durable.servers.nats import Nats
from eventdemo.durable.servers.valkey import Valkey

__all__ = ["EmbeddedServer", "MockKafka", "Nats", "ServerStartError", "Valkey"]
