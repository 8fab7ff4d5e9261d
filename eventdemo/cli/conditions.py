"""The options of `compare` and `run` that say what a scenario is up against: its conditions, as they are written."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Annotated, Any

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.simulate.scenarios import PITFALLS
from eventdemo.simulate.strategies import DEFAULTS
from eventdemo.simulate.validation import check
from eventdemo.trace.conditions import MOST_INSTANCES, REPAIRS, Conditions, crashes_of, names_of


@dataclass(frozen=True)
class Circumstances:
    """The options of `compare` and `run` that say what a scenario is up against, as they were written."""

    instances: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST_INSTANCES, help="How many instances share the store: A, B, C.")
    ] = 1
    crash: Annotated[
        list[str] | None,
        typer.Option(metavar="A@2.5..4", help="Kill instance A at 2.5 s; start it again at 4 s. May be repeated."),
    ] = None
    kill_rate: Annotated[
        float, typer.Option(metavar="X", help="Kill instances by chance, X times a minute; each is back in a second.")
    ] = 0.0
    drain: Annotated[
        bool, typer.Option("--drain/--no-drain", help="Wait for what runs at the end, or cancel it as an exit does.")
    ] = True
    oracle: Annotated[
        str, typer.Option(metavar="FAULT", help="Spoil Oracle Fusion: slow, 429, down, flaky; several with commas.")
    ] = ""
    yardi: Annotated[str, typer.Option(metavar="FAULT", help="Spoil Yardi.")] = ""
    fcm: Annotated[str, typer.Option(metavar="FAULT", help="Spoil Firebase Cloud Messaging.")] = ""
    repair: Annotated[
        list[str] | None,
        typer.Option(metavar="NAMES", help=f"Switch on repairs, or none: {', '.join(REPAIRS)}. Repeated, compares."),
    ] = None

    def conditions(self) -> list[Conditions]:
        """Return the conditions: once for each set of repairs."""
        return [self._with(names_of(repairs)) for repairs in self.repair or ["none"]]

    def of_one_run(self, name: str, strategy: str) -> Conditions:
        """Return the conditions of a run that stands alone."""
        conditions, *others = self.conditions()
        if others:
            raise CommandError("run plays one set of repairs: give them with commas, or let compare show several sets.")
        check(name, strategy, conditions)
        return conditions

    def _with(self, repairs: Sequence[str]) -> Conditions:
        return Conditions(
            instances=self.instances,
            crashes=crashes_of(self.crash or ()),
            kill_rate=self.kill_rate,
            drain=self.drain,
            oracle=names_of(self.oracle),
            yardi=names_of(self.yardi),
            fcm=names_of(self.fcm),
            repairs=tuple(repairs),
        )


def takes_circumstances(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `Circumstances` in place of the parameter `circumstances`."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "circumstances"]
    options = [
        inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=option.type)
        for option in fields(Circumstances)
    ]

    @wraps(command)
    def with_options(**given: Any) -> None:
        written = {option.name: given.pop(option.name) for option in options}
        command(**given, circumstances=Circumstances(**written))

    parameters = [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *options]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}  # what older versions of typer read
    return with_options


def strategies_for(name: str, conditions: Sequence[Conditions], named: str | None) -> list[str]:
    """Return which strategies to compare: those that were named, or what suits the scenario and its conditions."""
    if named is not None:
        strategies = [strategy.strip() for strategy in named.split(",")]
    elif name in PITFALLS or any(each.repairs for each in conditions):
        strategies = ["awaited"]
    else:
        together = any(each.instances > 1 or each.can_die for each in conditions)
        strategies = [strategy for strategy in DEFAULTS if not (together and strategy == "sync")]
    for strategy in strategies:
        for each in conditions:
            check(name, strategy, each)
    return strategies
