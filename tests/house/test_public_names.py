"""The list of public names in each package is honest: sorted, complete, and each name importable and documented."""

import importlib
import inspect

import pytest

from tests.house.repo import files, module_of, text

PACKAGES = [module_of(path) for path in files("eventdemo/*__init__.py", "mock_services/*__init__.py")]
WITH_NAMES = [name for name in PACKAGES if "__all__" in text(name.replace(".", "/") + "/__init__.py")]


def test_the_package_and_the_fakes_say_what_is_public():
    assert {"eventdemo", "eventdemo.backend.services", "mock_services"} <= set(WITH_NAMES)


@pytest.mark.parametrize("package", WITH_NAMES)
def test_each_public_name_is_importable_and_documented(package):
    module = importlib.import_module(package)

    for name in module.__all__:
        thing = getattr(module, name)
        has_own_docstring = inspect.isclass(thing) or inspect.isroutine(thing)
        assert not has_own_docstring or inspect.getdoc(thing), f"{package}.{name} has no docstring"


@pytest.mark.parametrize("package", WITH_NAMES)
def test_public_names_are_sorted_constants_first_then_classes_then_functions(package):
    names = importlib.import_module(package).__all__

    assert list(names) == sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))


@pytest.mark.parametrize("package", WITH_NAMES)
def test_what_a_package_imports_under_a_public_name_is_public(package):
    module = importlib.import_module(package)

    imported = {n for n, thing in vars(module).items() if not n.startswith("_") and not inspect.ismodule(thing)}
    assert imported <= set(module.__all__)
