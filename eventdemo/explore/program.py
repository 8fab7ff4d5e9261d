"""A program of your own, an async function, as an experiment: it is kept if it doesn't raise and loses no delivery.

The function takes nothing, or the bus. What it returns is its outcome.
"""

import inspect
import sys
from collections.abc import Callable, Coroutine
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from eventdemo.core.wording import did_you_mean, plural
from eventdemo.explore.experiment import Experiment

CLAIM = "the program ends without an exception, and loses no delivery"
Main = Callable[..., Coroutine[Any, Any, Any]]


class BadProgramError(ValueError):
    """There is no such program, or it is not an async function of nothing or of the bus."""


def is_program(name: str) -> bool:
    """Return whether a name is that of a program, such as `shop.py:checkout` or `package.module:checkout`."""
    module, colon, function = name.rpartition(":")
    return bool(colon) and function.isidentifier() and (module.endswith(".py") or "." in module)


def as_experiment(main: Main, name: str = "") -> Experiment:
    if not inspect.iscoroutinefunction(main):
        raise BadProgramError(f"A program is an async function, but {main!r} is not: write `async def`.")
    required = [p for p in inspect.signature(main).parameters.values() if p.default is p.empty]
    if len(required) > 1:
        raise BadProgramError(f"A program takes nothing, or the bus; {main.__name__} takes {len(required)} arguments.")

    async def play(bus: EventBus) -> str:
        bus.observe(ledger := Ledger())
        result = await (main(bus) if required else main())
        outcome = "it ended" if result is None else str(result)
        left = ledger.deliveries - sum(ledger.fates.values())
        return f"{outcome}; {plural(left, 'delivery', 'deliveries')} lost" if left else outcome

    return Experiment(name or name_of(main), CLAIM, play, lambda outcome: not outcome.endswith(" lost"))


def name_of(main: Main) -> str:
    """Return the name under which `load` finds a function, if it is at the top level of a file; else its own name."""
    path = Path(inspect.getsourcefile(main) or "")
    if "<locals>" in main.__qualname__ or not path.is_file():
        return main.__name__
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{main.__name__}"


def load(name: str) -> Experiment:
    """Import a program by its name."""
    place, _, function = name.rpartition(":")
    module = _module(place)
    if (main := getattr(module, function, None)) is None:
        known = [each for each, value in vars(module).items() if inspect.iscoroutinefunction(value)]
        raise BadProgramError(f"{place} has no {function}: {did_you_mean(function, known, 'write one.')}")
    return as_experiment(main, name)


def _module(place: str) -> ModuleType:
    if place.endswith(".py") and not Path(place).is_file():
        raise BadProgramError(f"There is no file {place}. Give a file and a function, such as shop.py:checkout.")
    try:
        return _of_file(Path(place)) if place.endswith(".py") else import_module(place)
    except Exception as error:
        raise BadProgramError(f"The import of {place} failed with {type(error).__name__}: {error}.") from error


def _of_file(path: Path) -> ModuleType:
    """Import a file as Python would run it: modules beside it can be imported."""
    name = f"program_{path.stem}"
    if name in sys.modules and sys.modules[name].__file__ == str(path.resolve()):
        return sys.modules[name]
    if (folder := str(path.resolve().parent)) not in sys.path:
        sys.path.insert(0, folder)
    spec = util.spec_from_file_location(name, path.resolve())
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
