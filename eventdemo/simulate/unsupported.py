"""What virtual time can't run: a call that leaves the loop ends in one sentence, which names the call and its line."""

import asyncio
import sys
from collections.abc import Collection, Iterable
from functools import cache
from traceback import walk_stack
from types import FrameType
from typing import Any, NoReturn

FAKE = "Give the program a fake instead, such as httpx.MockTransport or httpx.ASGITransport"
PROCESS = "Pass in a function that runs it, and a fake of that function here"
NETWORK = """
add_reader add_writer connect_accepted_socket create_connection create_datagram_endpoint create_server
create_unix_connection create_unix_server getaddrinfo getnameinfo sendfile sock_accept sock_connect sock_recv
sock_recv_into sock_recvfrom sock_recvfrom_into sock_sendall sock_sendfile sock_sendto start_tls
"""
PROCESSES = "connect_read_pipe connect_write_pipe subprocess_exec subprocess_shell"
INSTEAD = {
    **dict.fromkeys(NETWORK.split(), FAKE),
    **dict.fromkeys(PROCESSES.split(), PROCESS),
    "add_signal_handler": "Call the handler itself, or set the event that it sets",
    "remove_signal_handler": "Leave signals to the script that starts the program",
}
"""What to do instead of each method of an event loop that needs the operating system."""


class UnsupportedCallError(RuntimeError):
    """The program called something that real time or the operating system would have to answer."""


def unsupported(what: str, instead: str) -> UnsupportedCallError:
    """Return the error, and let the loop remember the first: the program may catch it, or never await its task.

    It names the innermost line that is neither this project's nor a library's.
    """
    frames = [*walk_stack(sys._getframe(1))]
    frame, line = next((at for at in frames if not is_library(at[0].f_code.co_filename)), frames[-1])
    place = f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"
    error = UnsupportedCallError(f"{what} at {place} can't run in virtual time. {instead}.")
    loop = asyncio._get_running_loop()
    if isinstance(loop, WithoutSystem):
        loop.refused = loop.refused or error
    return error


def own_places(frames: Iterable[tuple[FrameType, int]]) -> list[tuple[str, int]]:
    """Return file and line of those frames that are neither this project's nor a library's."""
    places = [(frame.f_code.co_filename, line) for frame, line in frames]
    return [place for place in places if not is_library(place[0])]


def is_library(path: str) -> bool:
    """Return whether a file is part of Python, of an installed package, or of the machinery that runs programs."""
    ours = (
        "/mock_services/",
        "/eventdemo/simulate/",
        "/eventdemo/testing/",
        *(f"/eventdemo/explore/{name}.py" for name in ("experiment", "loop", "program")),
    )
    return "site-packages" in path or is_of_python(path) or any(part in path for part in ours)


def is_of_python(path: str) -> bool:
    return path.startswith((_STDLIB, "<frozen")) and "site-packages" not in path


_STDLIB = asyncio.__file__.rpartition("/asyncio/")[0] + "/"


@cache
def _attributes() -> tuple[dict[str, Any], dict[str, type[Any]]]:
    """Return the attributes of a new BaseEventLoop, and the kinds of those that are its own containers."""
    loop = asyncio.BaseEventLoop()
    made = {**vars(loop)}
    loop.close()
    return made, {name: type(value) for name, value in made.items() if isinstance(value, Collection)}


class WithoutSystem(asyncio.BaseEventLoop):
    """An event loop whose calls to the operating system raise an `UnsupportedCallError`."""

    refused: UnsupportedCallError | None = None

    def __init__(self) -> None:
        """Have what a BaseEventLoop has, without asking the system again for its clock and its environment."""
        attributes, containers = _attributes()
        vars(self).update(attributes)
        for name, kind in containers.items():
            setattr(self, name, kind())


def _refuse(name: str, instead: str) -> Any:
    def refused(*_: Any, **__: Any) -> NoReturn:
        raise unsupported(f"{name}()", instead)

    refused.__name__ = name
    return refused


for _name, _instead in INSTEAD.items():
    setattr(WithoutSystem, _name, _refuse(_name, _instead))
