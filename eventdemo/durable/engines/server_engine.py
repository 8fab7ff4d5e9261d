"""What all engines with a server have in common: their settings, an embedded server, opening and closing."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing
from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

from eventdemo.durable.engine import Handle, connecting_to, reconnecting, without_secrets
from eventdemo.durable.jobs import DeadLetter, RetryPolicy
from eventdemo.durable.servers import EmbeddedServer

Letters = AsyncGenerator[tuple[DeadLetter, Callable[[], Awaitable[object]]], None]
"""Dead letters, each with a callback that publishes its job again, and then removes it."""


@dataclass(eq=False)
class ServerEngine(ABC):
    """An engine on the server at `url`. Without a URL, it is on an embedded server if it has one, else on this machine.

    `policies` holds the retry policy of each listener. The names of all queues and topics begin with `prefix`, so that
    several backends can share a server. A server that takes longer than `timeout` seconds to answer is unavailable.
    """

    title: ClassVar[str]
    errors: ClassVar[tuple[type[Exception], ...]]
    """The errors of the engine's library for an unreachable server."""
    embedded: ClassVar[type[EmbeddedServer] | None] = None
    default_url: ClassVar[str] = ""

    url: str = ""
    _: KW_ONLY
    policies: Mapping[str, RetryPolicy]
    prefix: str = "eventdemo"
    timeout: float = 5.0
    server: EmbeddedServer | None = field(init=False)

    def __post_init__(self) -> None:
        self.server = self.embedded() if self.embedded is not None and not self.url else None
        self.url = self.url or self.default_url
        self._opened = AsyncExitStack()

    @abstractmethod
    async def _open(self, opened: AsyncExitStack) -> None:
        """Connect to the server, and create what is missing on it; `opened` gets the callbacks that disconnect."""

    @abstractmethod
    async def _work(self, handle: Handle) -> None:
        """Process jobs until this is cancelled or the server is unavailable."""

    @abstractmethod
    def _dead_letters(self) -> Letters:
        """Yield the dead letters."""

    async def open(self) -> None:
        async with AsyncExitStack() as opened:
            if self.server is not None:
                opened.push_async_callback(asyncio.to_thread, self.server.stop)
                await asyncio.to_thread(self.server.start)
                self.url = self.server.url
            await self._open(opened)
            self._opened = opened.pop_all()

    async def work(self, handle: Handle) -> None:
        await reconnecting(self._work, handle)

    async def dead_letters(self) -> list[DeadLetter]:
        async with self._connecting(), aclosing(self._dead_letters()) as letters:
            return [letter async for letter, _ in letters]

    async def retry(self, ids: Iterable[str]) -> int:
        wanted, found = set(ids), 0
        async with self._connecting(), aclosing(self._dead_letters()) as letters:
            async for letter, publish_again in letters:
                if letter.job.id in wanted:
                    await publish_again()
                    found += 1
        return found

    async def close(self) -> None:
        await self._opened.aclose()

    def _connecting(self) -> AbstractAsyncContextManager[None]:
        return connecting_to(f"{self.title} at {without_secrets(self.url)}", self.timeout, self.errors)
