"""The options that `compare` and `run` share: the conditions under which a scenario runs."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from eventdemo.trace.conditions import MAX_INSTANCES, MAX_KILL_RATE, REPAIRS, Conditions


@dataclass(frozen=True)
class ConditionOptions:
    """One option for each field of `Conditions`."""

    instances: Annotated[
        int, typer.Option(metavar="N", min=1, max=MAX_INSTANCES, help="How many instances share the store: A, B, C.")
    ] = 1
    crashes: Annotated[
        list[str] | None,
        typer.Option(
            "--crash", metavar="A@2.5..4", help="Kill instance A at 2.5 s; restart it at 4 s. May be repeated."
        ),
    ] = None
    kill_rate: Annotated[
        float,
        typer.Option(
            metavar="X",
            help=f"Kill random instances X times a minute, 0 to {MAX_KILL_RATE:g}; each restarts after a second.",
        ),
    ] = 0.0
    drain: Annotated[
        bool, typer.Option("--drain/--no-drain", help="Wait for running listeners at exit, or cancel them.")
    ] = True
    oracle: Annotated[
        str, typer.Option(metavar="FAULT,FAULT", help="Faults of Oracle Fusion: slow, 429, down, flaky.")
    ] = ""
    yardi: Annotated[str, typer.Option(metavar="FAULT,FAULT", help="Faults of Yardi.")] = ""
    fcm: Annotated[str, typer.Option(metavar="FAULT,FAULT", help="Faults of Firebase Cloud Messaging.")] = ""
    repairs: Annotated[
        list[str] | None,
        typer.Option("--repair", metavar="NAME,NAME", help=f"Switch on fixes, or none: {', '.join(REPAIRS)}."),
    ] = None


def conditions_in(given: dict[str, Any]) -> list[Conditions]:
    """Take these options out of those of a command, and return one `Conditions` for each set of fixes."""
    written = {option.name: given.pop(option.name) for option in fields(ConditionOptions)}
    sets, written["crashes"] = written.pop("repairs") or ["none"], written["crashes"] or ()
    return [Conditions().with_changes(**written, repairs=repairs) for repairs in sets]


def takes_conditions(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in place of its parameter `conditions`: one `Conditions` for each set of fixes."""

    @wraps(command)
    def with_conditions(**given: Any) -> None:
        conditions = conditions_in(given)
        command(**given, conditions=conditions)

    own = signature(command).parameters
    place = [*own].index("conditions")
    options = [
        Parameter(option.name, Parameter.KEYWORD_ONLY, default=option.default, annotation=option.type)
        for option in fields(ConditionOptions)
    ]
    parameters = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own.values()]
    parameters[place : place + 1] = options
    made: Any = with_conditions
    made.__signature__ = Signature(parameters)
    made.__annotations__ = {each.name: each.annotation for each in parameters}  # older versions of typer read these
    return with_conditions
