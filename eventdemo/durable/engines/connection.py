"""An unreachable server becomes one `EngineUnavailableError` with one sentence, within a known time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from eventdemo.durable.engine import EngineUnavailableError


@asynccontextmanager
async def connecting_to(server: str, seconds: float, errors: tuple[type[Exception], ...]) -> AsyncIterator[None]:
    """Raise `EngineUnavailableError` if the block takes longer than `seconds` or raises one of `errors`."""
    unreachable: tuple[type[Exception], ...] = (OSError, *errors)
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise EngineUnavailableError(f"{server} did not answer within {seconds:g} s.") from error
    except unreachable as error:
        reason = str(error).partition("\n")[0].strip().rstrip(".") or type(error).__name__
        raise EngineUnavailableError(f"{server} cannot be reached: {reason}.") from error


def without_secrets(url: str) -> str:
    """Return a URL without user name and password."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
