"""You are the event loop, in the page: the notebook's game, with the choices so far in the command line.

A choice is the place of a wait among those that can end: `game logout-race 1` ends the second one.
"""

from collections.abc import Sequence
from typing import Any

from docs.playground.steps import Awaits, line_of
from eventdemo.cli.errors import CommandError
from eventdemo.cli.watch import watched
from eventdemo.explore.replay import Token
from eventdemo.learn import be_the_event_loop
from eventdemo.learn.event_loop import EventLoopGame
from eventdemo.trace.live import Listing, picture_data


def game(rest: Sequence[str]) -> dict[str, Any]:
    """Return the state of a game after some choices: the waits that can end next, or how the run ended."""
    name, *choices = rest
    with watched(name):
        started = be_the_event_loop(name)
        ended = [_end(started, choice) for choice in choices]
        shown = {"choices": list(map(int, choices)), **_state(started, ended)}
        if started.run is not None:
            shown |= _over(started)
    return {"title": f"You are the event loop: {name}", **shown}


def _end(game: EventLoopGame, choice: str) -> Awaits:
    """End a wait, and return where it was."""
    if not choice.isdecimal() or int(choice) >= len(game.waiting):
        raise CommandError(f"{choice} is no choice: there are {len(game.waiting)} waits that can end, from 0.")
    awaits = game.awaits[int(choice)]
    game.end(game.waiting[int(choice)])
    return awaits


def _state(game: EventLoopGame, ended: Sequence[Awaits]) -> dict[str, Any]:
    lines = [line_of(awaits) for awaits in [*ended, *game.awaits]]
    code = Listing(filter(None, lines))
    rows = [code.row(line) for line in lines]
    steps = [{"text": f"You ended the wait of {name}", "at": at} for name, at in zip(game.choices, rows, strict=False)]
    waits = [{"name": name, "at": at} for name, at in zip(game.waiting, rows[len(ended) :], strict=True)]
    return {"says": game.words(), "steps": steps, "waits": waits, "code": code.data()}


def _over(game: EventLoopGame) -> dict[str, Any]:
    assert game.run is not None
    token = Token(game.experiment.name, "awaited", "fifo", game.run.choices, game.experiment.property_name)
    return {"token": str(token), "picture": picture_data(game.picture().shown)}
