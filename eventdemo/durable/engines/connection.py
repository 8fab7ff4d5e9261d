"""What all engines say of a server that is not there: one sentence, after a time that is known beforehand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from eventdemo.durable.engine import EngineUnavailableError


@asynccontextmanager
async def connecting_to(server: str, seconds: float, errors: tuple[type[Exception], ...]) -> AsyncIterator[None]:
    """Give what is inside the block `patience` seconds to reach a server; after that, or at an error, say so."""
    absent: tuple[type[Exception], ...] = (OSError, *errors)
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise EngineUnavailableError(f"{server} did not answer within {seconds:g} s.") from error
    except absent as error:
        reason = str(error).partition("\n")[0].strip().rstrip(".") or type(error).__name__
        raise EngineUnavailableError(f"{server} cannot be reached: {reason}.") from error


def without_secrets(url: str) -> str:
    """Return an address without what is secret in it."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
