"""The form of the playground has a control for each option of `eventdemo compare`, and a menu of all scenarios."""

import html
import inspect
import re

from docs.pages import playground
from eventdemo.cli.compare import compare
from eventdemo.simulate import SCENARIOS
from tests.house.repo import ROOT, text

FORM = playground.form()


def test_every_option_has_a_control():
    names = [name for name in inspect.signature(compare).parameters if name not in playground.ELSEWHERE]

    assert len(re.findall('data-option="', FORM)) == len(names)
    for option in ("--users", "--strategies", "--crash", "--kill-rate", "--no-drain", "--repair", "--oracle"):
        assert f'data-option="{option}"' in FORM


def test_the_editor_holds_the_shop_line_by_line():
    assert text("docs/examples/shop.py") in html.unescape(playground.own_program())


def test_every_scenario_is_in_the_menu():
    assert re.findall('<option value="([^"]+)"', FORM) == list(SCENARIOS)


def test_a_number_has_the_bounds_of_the_command_line():
    assert re.search('data-option="--instances" type="number" +min="1" max="26" value="1"', FORM)


def test_the_page_says_what_will_be_loaded_or_that_nothing_can_be(monkeypatch):
    monkeypatch.setattr(playground.runtime, "is_built", lambda: False)
    assert 'data-playground="saved"' in playground.content()

    monkeypatch.setattr(playground.runtime, "is_built", lambda: True)
    monkeypatch.setattr(playground.runtime, "megabytes", lambda: 11.4)
    monkeypatch.setattr(playground.runtime, "folders", lambda: {"python": "python-1", "eventdemo": "eventdemo-2"})
    assert 'data-playground="runs"' in playground.content()
    assert "about 11 MB" in playground.content()


def test_each_pattern_opens_its_own_scenario_in_the_playground():
    for path in (ROOT / "docs/patterns").glob("*.md"):
        opened = re.findall(r'href="\.\./\.\./playground/#([^"]*)"', text(f"docs/patterns/{path.name}"))

        assert opened == [] if path.stem == "index" else [path.stem]


def test_every_package_is_pinned_by_its_digest():
    _, *lines = text("docs/playground/requirements.lock").splitlines()

    assert all(re.fullmatch(r"[\w-]+==[\w.]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
