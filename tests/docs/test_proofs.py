"""Proofs: the name of a test on a page is a link to a page with the test, which leads back."""

import re
from urllib.parse import urljoin, urlsplit

import pytest

from tests.house.repo import ROOT, assert_none
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("docs", "mkdocs"))


def test_a_proof_is_on_the_site_and_its_name_links_to_it(built):
    links = built["guarantees/index.html"].links
    proof = "proofs/tests/explore/guarantees/test_verdicts.py"

    assert any(link.startswith(f"../{proof}") for link in links)
    assert (
        "test_a_verdict_is_what_the_page_says"
        in built["proofs/tests/explore/guarantees/test_verdicts.py/index.html"].anchors
    )


def test_the_page_of_a_proof_leads_back_to_every_page_that_names_it(built):
    proofs = {page: content.links for page, content in built.items() if page.startswith("proofs/")}
    named = {
        (urljoin(f"/{page}", urlsplit(link).path).strip("/") + "/index.html", page)
        for page, content in built.items()
        for link in content.links
        if "/proofs/" in f"/{link}" and not page.startswith(("proofs/", "404", "lite/"))
    }

    assert {proof for proof, _ in named} == set(proofs)
    assert_none(
        f"{proof} doesn't lead back to {page}"
        for proof, page in sorted(named)
        if page not in {urljoin(f"/{proof}", link).strip("/") + "/index.html" for link in proofs[proof]}
    )


@pytest.mark.parametrize("page", ["graduate/traps", "reference/differences"])
def test_each_row_links_to_its_proof(built, page):
    links = [link for link in built[f"{page}/index.html"].links if "/proofs/tests/" in link]
    rows = re.findall(r"`tests/[\w/]+\.py::test_", (ROOT / f"docs/{page}.md").read_text("utf-8"))

    assert len(links) == len(rows) > 30


def test_no_page_links_to_a_code_host_for_a_file_on_the_site(built):
    away = {link for page in built.values() for link in page.links if "/blob/main/" in link}

    assert_none(sorted(away))
