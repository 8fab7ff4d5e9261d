"""The ten questions that readers ask first: the first hit of the site's own search answers each."""

import re

import pytest

from tests.docs.visits import visiting
from tests.needs import needs, without_chromium, without_extra

pytestmark = [
    needs(without_extra("docs", "mkdocs")),
    needs(without_extra("test", "playwright")),
    needs(without_chromium()),
]
ANSWERS = {
    "my listener never ran, why?": "how-to/never-ran/",
    "does emit wait for async listeners?": "threads/",
    "what does async:true mean in @OnEvent?": "reference/nest-async-flag/",
    "is order kept with wildcards?": "threads/",
    "what is lost when the process restarts?": "learn/08_lost_events/",
    "why does my cron run three times?": "pitfalls/cron-times-n/",
    "how do I test event handlers?": "how-to/testing/",
    "who sees the exception of a listener?": "pitfalls/swallowed-error/",
    "when must I move to BullMQ/RabbitMQ?": "graduate/",
    "can I use the bus in my FastAPI app?": "how-to/threads-and-fastapi/",
    "testing": "how-to/testing/",
}
QUERY = "[data-md-component=search-query]"
FIRST = ".md-search-result__item > a"


@pytest.fixture(scope="module")
def page(site):
    with visiting(site) as page:
        yield page


def test_the_first_hit_answers_the_question(page):
    found = {}
    page.goto("./")
    for question in ANSWERS:
        page.locator(QUERY).fill("")
        page.locator(FIRST).first.wait_for(state="detached")
        page.locator(QUERY).fill(question)
        page.keyboard.press("End")  # it searches when a key is released
        address = page.locator(FIRST).first.evaluate("(hit) => hit.href")
        found[question] = re.sub(r"^https?://[^/]+/site/|[?#].*", "", address)

    assert found == ANSWERS
