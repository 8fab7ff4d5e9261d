"""A TCP proxy whose connections a test can cut, for servers that it must not kill."""

import asyncio
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Forwards bytes between its own port and a server's; `cut` breaks every connection and refuses new ones."""

    def __init__(self, port):
        self.port = 0
        self._to = port
        self._server = None
        self._open = set()

    async def listen(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self):
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader, writer):
        onward, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(onward, writer))
        self._open -= {writer, back}

    async def _pass(self, reader, writer):
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def proxied(port):
    """Yield a proxy to a port of this machine."""
    proxy = Proxy(port)
    await proxy.listen()
    try:
        yield proxy
    finally:
        await proxy.cut()
