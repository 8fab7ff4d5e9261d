"""Embedded servers, so that you can try a durable engine without installing its server."""

from eventdemo.durable.servers.embedded import EmbeddedServer, ServerStartError
from eventdemo.durable.servers.programs import Nats, RabbitMqServer, Valkey

__all__ = ["EmbeddedServer", "Nats", "RabbitMqServer", "ServerStartError", "Valkey"]
