"""The judges of the exercises of `appendix_nest`. They compare answers with what was measured."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from eventdemo.learn.judging import reject, require
from eventdemo.learn.nest_options import GOES_TO, Behaviour, NotMeasuredError, measured_options, nest, versions

NEEDS: Mapping[str, Callable[[Behaviour], bool]] = {
    "see errors": lambda does: does.waits and does.error == GOES_TO["emitter"],
    "do not wait": lambda does: does.starts != "never" and not does.waits and does.error == GOES_TO["log"],
    "start later": lambda does: does.starts == "later" and does.waits,
    "never": lambda does: does.starts == "never",
}


def choose_options(options: Mapping[str, Any]) -> str:
    """Look up what each value does."""
    require(set(options) == set(NEEDS), f"Give options for each of {', '.join(NEEDS)}.")
    for need, fits in NEEDS.items():
        given = options[need]
        if not isinstance(given, str):
            reject(f"“{need}”: write the options as a text, such as '{{ async: true }}', not {given!r}.")
        try:
            behaviour = nest(given)
        except NotMeasuredError:
            known = ", ".join(measured_options())
            reject(f"“{need}”: {given} was not measured. The values are {known}.")
        require(fits(behaviour), f"“{need}”: with {given}, the handler {behaviour}.")
    return "Each value does what you need."


def does_it_wait(waits: Callable[[dict[str, bool]], Any]) -> str:
    """Compare the answer with every value that is no bare one."""
    for options in measured_options():
        given = {} if options == "none" else json.loads(options)
        if isinstance(given, dict):
            got, measured = waits(given), nest(options).waits
            require(isinstance(got, bool), f"{options}: return True or False, not {got!r}.")
            does = "waits" if measured else "does not wait"
            require(got is measured, f"{options}: emitAsync {does}, and you return {got!r}.")
    return "That is what the packages do."


def which_version(gets_the_error: Callable[..., Any]) -> str:
    """Compare the answer with each version, with and without `suppressErrors`."""
    for suppress_errors, options in ((True, "none"), (False, "{ suppressErrors: false }")):
        for version in versions():
            measured = nest(options, version=version).error == GOES_TO["emitter"]
            got = gets_the_error(version, suppress_errors=suppress_errors)
            gets = "gets it" if measured else "doesn't get it"
            if got is not measured:
                reject(f"{version} with {suppress_errors=}: the emitter {gets}, and you return {got!r}.")
    return f"That is what all {len(versions())} versions do."
