"""`eventdemo claims`: the ledger in a hundred columns, one claim with its evidence, one line for a wrong number."""

import sys

import pytest

from docs.pages.claims import page
from eventdemo.cli.app import main
from eventdemo.learn.claims import ClaimVerdict, claims
from tests.house.repo import assert_none


@pytest.fixture
def eventdemo(monkeypatch, capsys):
    def call(*args):
        monkeypatch.setattr(sys, "argv", ["eventdemo", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return call


def test_the_list_has_every_number_verdict_and_claim_by_section(eventdemo):
    code, out, err = eventdemo("claims")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    for entry in claims():
        assert f"{entry.number:>3}  {entry.verdict:<18}  {entry.claim}"[:60] in "\n".join(lines)
    assert [line for line in lines if line in {entry.section for entry in claims()}] == list(
        dict.fromkeys(entry.section for entry in claims())
    )
    assert max(map(len, lines)) <= 100


def test_one_claim_is_shown_with_its_evidence_in_100_columns(eventdemo):
    for entry in claims():
        code, out, _ = eventdemo("claims", str(entry.number))

        assert code == 0
        assert max(map(len, out.splitlines())) <= 100
        together = "".join(out.split())
        shown = (entry.verdict, entry.claim, entry.really, entry.here, entry.unprobed, *entry.scripts, *entry.tests)
        assert_none(f"{entry.number}: {part}" for part in shown if "".join(part.split()) not in together)


@pytest.mark.parametrize(("asked", "answer"), [("99", "There is no claim 99"), ("thirty", "Invalid value")])
def test_a_wrong_number_gives_one_line_and_exit_code_2(eventdemo, asked, answer):
    code, out, err = eventdemo("claims", asked)

    assert (code, out) == (2, "")
    assert err.startswith(f"eventdemo: {answer}")
    assert err.count("\n") == 1


def test_the_page_counts_the_verdicts_and_has_a_block_for_each_claim():
    made = page(claims())

    for verdict in ClaimVerdict:
        assert f"| {verdict.value} | {sum(entry.verdict is verdict for entry in claims())} |" in made
    assert made.count('<div class="claim" id="claim-') == len(claims())


def test_the_page_escapes_markdown():
    assert r"**9. user.\* catches any user event.**" in page(claims())
