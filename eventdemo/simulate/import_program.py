"""Finds an async function by a name such as `shop.py:checkout` or `package.module:checkout`, and the reverse."""

import inspect
import sys
from collections.abc import Callable, Coroutine
from importlib import import_module, util
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

from eventdemo.core.wording import did_you_mean
from eventdemo.simulate.unsupported import own_places

MAX_NAME_LENGTH = 200
"""Characters of a name that may mean a file: the system has a limit, too."""
Main = Callable[..., Coroutine[Any, Any, Any]]


class BadProgramError(ValueError):
    """There is no such program, or it is not an async function of nothing, of the bus or of a stage."""


def is_program(name: str) -> bool:
    """Return whether a name is that of a program, such as `shop.py:checkout` or `package.module:checkout`."""
    module, colon, function = name.rpartition(":")
    return bool(colon) and function.isidentifier() and (module.endswith(".py") or "." in module)


def not_a_program(name: str) -> str:
    """Return what to write instead of a name that means a program, such as `shop.py` or `shop:checkout`, or nothing."""
    place, _, function = name.partition(":")
    file = place if place.endswith(".py") else f"{place}.py"
    if len(file) > MAX_NAME_LENGTH or not (place.endswith(".py") or Path(file).is_file()):
        return ""
    written = function if function.isidentifier() else "checkout"
    return f"Give a file and an async function at its top level, such as {file}:{written}."


def name_of(main: Main) -> str:
    """Return the name under which `load` finds a function, if it is at the top level of a file; else its own name."""
    path = Path(inspect.getsourcefile(main) or "")
    if "<locals>" in main.__qualname__ or not path.is_file():
        return main.__name__
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{main.__name__}"


def load(name: str) -> Main:
    """Import a program by its name."""
    place, _, function = name.rpartition(":")
    module = _module(place)
    if (main := getattr(module, function, None)) is None:
        known = [each for each, value in vars(module).items() if inspect.iscoroutinefunction(value)]
        there = f"it has {', '.join(known)}." if known else "it has no async function: write one."
        raise BadProgramError(f"{place} has no {function}: {did_you_mean(function, known, there)}")
    return checked(main)


def checked(main: Any) -> Main:
    if not inspect.iscoroutinefunction(main):
        name = getattr(main, "__qualname__", repr(main))
        raise BadProgramError(f"A program is an async function, but {name} is not: write `async def`.")
    return main  # type: ignore[no-any-return]


def _module(place: str) -> ModuleType:
    if place.endswith(".py") and not Path(place).is_file():
        raise BadProgramError(f"There is no file {place}. Give a file and a function, such as shop.py:checkout.")
    try:
        if place.endswith(".py"):
            return _of_file(Path(place))
        _let_import(Path.cwd())
        return import_module(place)
    except (Exception, SystemExit) as error:
        at = "".join(f" at {Path(path).name}:{line}" for path, line in own_places(walk_tb(error.__traceback__))[-1:])
        raise BadProgramError(f"The import of {place} failed{at} with {type(error).__name__}: {error}.") from error


def _of_file(path: Path) -> ModuleType:
    """Import a file as Python would run it: modules beside it can be imported."""
    name = f"program_{path.stem}"
    if name in sys.modules and sys.modules[name].__file__ == str(path.resolve()):
        return sys.modules[name]
    _let_import(path.resolve().parent)
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


def _let_import(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
