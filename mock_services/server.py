"""Serve an ASGI app on an address of this machine until Ctrl-C, with a clear error if that is not possible."""

import contextlib
import errno
import socket
from collections.abc import Callable
from typing import Any


class CannotServeError(Exception):
    """The address is in use or not of this machine, or uvicorn is not installed."""


def serve_until_interrupted(
    app: Any, host: str, port: int, *, announce: Callable[[str], None], grace: int = 1, **options: Any
) -> None:
    """Serve `app`, and call `announce` with its URL once connections are accepted. `options` are uvicorn's.

    At the end, running requests have `grace` seconds until they are cancelled.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra: everything else works without it
    except ModuleNotFoundError as error:
        raise CannotServeError("Serving needs uvicorn: pip install 'eventdemo[web]'.") from error
    try:
        host.encode("idna")  # create_server would leave a socket open if it cannot encode the name
        listener = socket.create_server((host, port))
    except (OSError, UnicodeError) as error:
        address = f"{host}:{port}"
        raise CannotServeError(
            f"Cannot listen on {address if address.isprintable() else repr(address)}: {_reason(error)}."
        ) from error
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=grace, **options)
    with listener, contextlib.suppress(KeyboardInterrupt):
        announce("http://{}:{}/".format(*listener.getsockname()[:2]))
        uvicorn.Server(config).run(sockets=[listener])


def _reason(error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; choose another with --port, or --port 0 for any"
    return error.strerror or str(error)
