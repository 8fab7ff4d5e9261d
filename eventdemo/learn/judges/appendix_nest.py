"""The judges of the exercises of `appendix_nest`. They compare answers with what was measured."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from eventdemo.learn.exercise import Feedback, failed, passed
from eventdemo.learn.nest_options import GOES_TO, Behaviour, NotMeasuredError, measured_options, nest, versions

NEEDS: Mapping[str, Callable[[Behaviour], bool]] = {
    "see errors": lambda does: does.waits and does.error == GOES_TO["emitter"],
    "do not wait": lambda does: does.starts != "never" and not does.waits and does.error == GOES_TO["log"],
    "start later": lambda does: does.starts == "later" and does.waits,
    "never": lambda does: does.starts == "never",
}


def choose_options(options: Mapping[str, Any]) -> Feedback:
    """Look up what each value does."""
    if set(options) != set(NEEDS):
        return failed(f"Give options for each of {', '.join(NEEDS)}.")
    for need, fits in NEEDS.items():
        given = options[need]
        if not isinstance(given, str):
            return failed(f"“{need}”: write the options as a text, such as '{{ async: true }}', not {given!r}.")
        try:
            behaviour = nest(given)
        except NotMeasuredError:
            return failed(f"“{need}”: {given} was not measured. The values are {', '.join(measured_options())}.")
        if not fits(behaviour):
            return failed(f"“{need}”: with {given}, the handler {behaviour}.")
    return passed("Each value does what you need.")


def does_it_wait(waits: Callable[[dict[str, bool]], Any]) -> Feedback:
    """Compare the answer with every value that is no bare one."""
    for options in measured_options():
        given = {} if options == "none" else json.loads(options)
        if isinstance(given, dict) and (complaint := _compare(waits(given), nest(options).waits)):
            return failed(f"{options}: {complaint}.")
    return passed("That is what the packages do.")


def _compare(got: Any, measured: bool) -> str:  # noqa: FBT001 - what is compared
    if not isinstance(got, bool):
        return f"return True or False, not {got!r}"
    if got is measured:
        return ""
    return f"emitAsync {'waits' if measured else 'does not wait'}, and you return {got!r}"


def which_version(gets_the_error: Callable[..., Any]) -> Feedback:
    """Compare the answer with each version, with and without `suppressErrors`."""
    for suppress_errors, options in ((True, "none"), (False, "{ suppressErrors: false }")):
        for version in versions():
            measured = nest(options, version=version).error == GOES_TO["emitter"]
            got = gets_the_error(version, suppress_errors=suppress_errors)
            if got is not measured:
                gets = "gets it" if measured else "doesn't get it"
                return failed(f"{version} with {suppress_errors=}: the emitter {gets}, and you return {got!r}.")
    return passed(f"That is what all {len(versions())} versions do.")
