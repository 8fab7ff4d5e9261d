import re
from xml.etree import ElementTree as ET

from eventdemo.core.fates import Fate
from eventdemo.trace.html import page
from tests.trace.hand_made import all_five, every_fate, fan_out

COMMAND = "eventdemo compare fan-out --users 1 --seed 7"


def made(**more):
    return page(all_five(), command=COMMAND, **more)


def test_every_element_is_closed():
    """Without its doctype, style sheet and script the page is XML too."""
    body = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", made().partition("\n")[2], flags=re.DOTALL)

    assert ET.fromstring(body).tag == "html"


def test_the_page_makes_no_requests():
    addresses = re.findall(r"(?:https?:)?//[\w.]+", made())

    assert set(addresses) == {"http://www.w3.org"}  # the name of SVG's namespace, which no browser fetches
    assert not re.search(r"\b(src|href|@import|url\()", made())


def test_the_pictures_are_well_formed_by_themselves():
    pictures = re.findall(r"<svg .*?</svg>", made(), re.DOTALL)

    assert len(pictures) == 2
    assert all(ET.fromstring(picture).tag.endswith("svg") for picture in pictures)


def test_the_page_has_both_themes_and_both_widths():
    assert "prefers-color-scheme: dark" in made()
    assert 'class="wide"' in made()
    assert 'class="narrow"' in made()


def test_the_page_shows_how_to_reproduce_it():
    assert f"<code>{COMMAND}</code>" in made()


def test_each_fate_is_counted_and_explained():
    made_of_fates = page([every_fate()], command=COMMAND)

    assert all(fate.meaning in made_of_fates for fate in Fate)


def test_a_title_and_a_subject_can_be_chosen():
    chosen = made(title="Who waits?", subject="user 7")

    assert "<h1>Who waits?</h1>" in chosen
    assert "<h2>What happened to user 7</h2>" in chosen
    assert "<h2>What happened</h2>" in made(subject="")


def test_one_trace_is_enough():
    assert "<h2>In words</h2>" in page([fan_out("sync")], command=COMMAND)


def test_a_pitfall_has_versions_and_no_strategies():
    traces = [
        trace.model_copy(update={"variant": name})
        for trace, name in zip(all_five()[:2], ("broken", "repaired"), strict=True)
    ]

    shown = page(traces, command=COMMAND)

    assert "One claim, and 2 versions of a program that keep it or break it." in shown
    assert "ways to run them" not in shown
