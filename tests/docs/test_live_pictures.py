"""Pictures in two themes become one interactive picture, whose data the same command prints."""

import json
import re

import pytest

from docs.pages.live_pictures import in_words, made_live, printed_by
from docs.pages.page import Page
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import about, compared, representative_subject
from eventdemo.trace.live import picture_data

PAGE = """before

<!-- picture: python docs/examples/pattern_picture.py logout light sync,awaited -->
![Two.](../pictures/logout-pattern-light.svg#only-light)
<!-- picture: python docs/examples/pattern_picture.py logout dark sync,awaited -->
![Two.](../pictures/logout-pattern-dark.svg#only-dark)

after"""
HERE = "patterns/logout.md"
COMMAND = "docs/examples/pattern_picture.py logout live sync,awaited"


def test_a_picture_in_two_themes_becomes_interactive_and_keeps_the_static_ones_inside():
    page, data = made_live(PAGE, HERE)

    assert data == [Page("pictures/logout-pattern.json", printed_by(COMMAND))]
    assert page.count("<event-timeline") == 1
    assert '<event-timeline src="../../pictures/logout-pattern.json"><img width="900" height="' in page
    assert page.startswith("before\n\n<div")
    assert page.endswith("\n\nafter")


def test_addresses_are_relative_to_the_folder_that_the_page_becomes():
    index, _ = made_live(PAGE.replace("../pictures", "pictures"), "index.md")
    page, _ = made_live(PAGE.replace("../pictures", "pictures"), "compare.md")

    assert '<event-timeline src="pictures/logout-pattern.json">' in index
    assert 'src="../pictures/logout-pattern-dark.svg#only-dark" loading="lazy">' in page


def test_below_a_picture_is_a_sentence_for_each_of_its_marks():
    traces = [simulate("logout", strategy=strategy, users=25) for strategy in ("sync", "awaited")]
    shown = [about(trace, representative_subject(traces)) for trace in traces]
    spans = [span for excerpt in shown for span in excerpt.spans if span.kind in {"emit", "listener"}]

    page, _ = made_live(PAGE, HERE)

    assert page.count("<li>") - page.count("<li>The event loop was blocked for ") == len(spans)
    for span in spans:
        assert re.search(f"<li>[^<]*{re.escape(span.name)}[^<]* for {span.subject}", page)


def test_the_words_name_what_is_behind_the_marks_too():
    runs = (simulate("logout", strategy="sync", users=3), simulate("logout", users=3, crashes="A@0.2"))
    excerpts = [compared(run, simulate("logout", users=3), "", "without it") for run in runs]

    words = in_words(picture_data(excerpts))

    assert "<li>The event loop was blocked for " in words
    assert "<li>Instance A died at 198 ms.</li>" in words
    assert "<li>without it, unsubscribe_from_topics for user 2: " in words


def test_a_page_without_pictures_stays_as_it_is():
    assert made_live("![a](a.svg)\n", HERE) == ("![a](a.svg)\n", [])


@pytest.mark.parametrize("command", [COMMAND, "docs/examples/picture.py live"])
def test_the_command_prints_the_data_of_the_interactive_picture(command):
    data = json.loads(printed_by(command))

    for drawing in data["drawings"][data["subject"]]:
        assert [panel["label"] for panel in drawing["panels"]] == ["sync", "awaited"]
