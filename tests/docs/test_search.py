"""The ten questions that readers ask first: the first hit of the site's own search answers each."""

import re
from urllib.parse import quote

import pytest

from tests.docs.served import browser, served
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
FIRST = ".md-search-result__item > a"


@pytest.fixture(scope="module")
def page(site):
    with served(site) as address, browser() as chromium:
        page = chromium.new_page(base_url=address)
        page.set_default_timeout(120_000)
        yield page


def test_the_first_hit_answers_the_question(page):
    found = {}
    for question in ANSWERS:
        page.goto(f"/?q={quote(question)}")
        found[question] = re.sub(r"^https?://[^/]+/|^[./]+|[?#].*", "", page.locator(FIRST).first.get_attribute("href"))

    assert found == ANSWERS
