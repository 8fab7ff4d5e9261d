"""`python -m mock_services`: serve the fakes on loopback, for curl, the browser, and clients in other processes."""

import argparse
import sys
from typing import NoReturn

from mock_services.faults import NAMED_FAULTS, FaultPlan
from mock_services.people import Company
from mock_services.server import CannotServeError, serve_until_interrupted
from mock_services.services import MockServices


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    plan = FaultPlan() if chosen.perfect else FaultPlan.realistic()
    services = MockServices(Company(chosen.users, chosen.seed), plan.with_faults(*chosen.fault), chosen.seed)

    def announce(url: str) -> None:
        sys.stdout.write(f"Serving {chosen.users:,} invented people on {url} until Ctrl-C.\n")
        sys.stdout.flush()  # a parent process that reads our output through a pipe waits for the port

    try:
        from mock_services.asgi_app import asgi_app  # noqa: PLC0415 - starlette comes with the extra `web`

        serve_until_interrupted(asgi_app(services), chosen.host, chosen.port, announce=announce, lifespan="off")
    except ModuleNotFoundError:
        parser.exit(1, "Serving needs the extra `web`: pip install 'eventdemo[web]'.\n")
    except CannotServeError as error:
        parser.exit(1, f"{error}\n")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse would print the usage above the reason; one line is easier to read, and --help is there for the rest.
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m mock_services", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8800, help="port; 0 picks a free one (default: %(default)s)")
    parser.add_argument("--users", type=_positive, default=500, help="size of the company (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed for people, latencies and faults (default: %(default)s)"
    )
    parser.add_argument("--perfect", action="store_true", help="answer at once and without faults")
    parser.add_argument(
        "--fault", action="append", default=[], choices=list(NAMED_FAULTS), help="inject a fault; repeatable"
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):  # noqa: PLR2004 - what a port is
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: choose from 0 to 65535")
    return int(text)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of users: choose 1 or more")
    return int(text)


if __name__ == "__main__":
    main()
