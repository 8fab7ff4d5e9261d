"""The list of public names in each package is honest: sorted, complete, and each name importable and documented."""

import ast
import importlib
import inspect
from collections import defaultdict

from tests.house.repo import assert_none, files, module_of, text, tree

PACKAGES = [module_of(path) for path in files("eventdemo/*__init__.py", "mock_services/*__init__.py")]
WITH_NAMES = [name for name in PACKAGES if "__all__" in text(name.replace(".", "/") + "/__init__.py")]


def modules():
    """Return the packages with public names, imported."""
    return {name: importlib.import_module(name) for name in WITH_NAMES}


def test_the_package_and_the_fakes_say_what_is_public():
    assert {"eventdemo", "eventdemo.backend.services", "mock_services"} <= set(WITH_NAMES)


def test_each_public_name_is_importable_and_documented():
    public = {
        f"{package}.{name}": getattr(module, name) for package, module in modules().items() for name in module.__all__
    }

    can_have_one = {name: thing for name, thing in public.items() if inspect.isclass(thing) or inspect.isroutine(thing)}
    assert_none(f"{name} has no docstring" for name, thing in can_have_one.items() if not inspect.getdoc(thing))


def test_public_names_are_sorted_constants_first_then_classes_then_functions():
    def in_order(names):
        return sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))

    assert_none(
        f"{package}.__all__ should be {in_order(module.__all__)}"
        for package, module in modules().items()
        if list(module.__all__) != in_order(module.__all__)
    )


def test_what_a_package_imports_under_a_public_name_is_public():
    def imported(module):
        return {n for n, thing in vars(module).items() if not n.startswith("_") and not inspect.ismodule(thing)}

    assert_none(
        f"{package}.{name} is missing from __all__"
        for package, module in modules().items()
        for name in sorted(imported(module) - set(module.__all__))
    )


WORLDS = ("eventdemo/learn/judges/", "eventdemo/pitfalls/")
"""Each file there has a small world of its own, such as a shop or a database, that a reader meets nowhere else."""


def test_a_class_has_a_name_of_its_own():
    places = defaultdict(list)
    for path in files("eventdemo/*.py"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not path.startswith(WORLDS):
                places[node.name].append(path)

    assert_none(f"{name}: {', '.join(paths)}" for name, paths in places.items() if len(paths) > 1)
