"""The outputs and files on the pages are those of the commands and files that the pages name."""

import re

import pytest

from docs import preloaded, refresh
from tests.house.repo import assert_none, text

BLOCKS = [block for page in refresh.pages() for block in refresh.blocks(page)]
COMMANDS = sorted({block.what for block in BLOCKS if block.kind != "file"})
FENCE = re.compile(r"^(`{3,})(\w*)[^\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
TYPED = {"sh"}  # commands for the reader to type: they show no result


@pytest.mark.parametrize("command", COMMANDS)
def test_a_shown_output_is_what_the_command_prints(command):
    shown = {f"{block.page}:{block.line}": block.body for block in BLOCKS if block.what == command}

    assert shown == dict.fromkeys(shown, refresh.output_of(command)), "run `make refresh`"


@pytest.mark.skipif(not preloaded.runs(["eventdemo"]), reason="commands are forked on Linux only")
@pytest.mark.parametrize(
    "command", ["eventdemo explore logut", "eventdemo events --help", "python docs/examples/fates.py"]
)
def test_a_fork_prints_what_a_process_of_its_own_prints(command, tmp_path):
    words, ways = command.split(), (preloaded.run, refresh.run_alone)
    (tmp_path / "out").touch()

    codes = [(way(words, tmp_path / "out", refresh.ENVIRONMENT), (tmp_path / "out").read_text()) for way in ways]

    assert codes[0] == codes[1]
    assert codes[0][1]


def test_a_shown_file_is_up_to_date():
    excerpts = [block for block in BLOCKS if block.kind == "file"]

    assert excerpts
    assert_none(f"{each.page}:{each.line}: run `make refresh`" for each in excerpts if each.body != each.fresh())


def typed_by_hand(page):
    """Yield the blocks of a page that are neither captured nor a command to type."""
    prose = text(page)
    captured = {match.start("open") for match in refresh.BLOCK.finditer(prose)}
    yield from (m[0] for m in FENCE.finditer(prose) if m.start() not in captured and m[2] not in TYPED)


def test_every_other_block_is_a_command():
    """No output and no code is typed by hand, so none can be wrong."""
    pages = [page for page in refresh.pages() if page != "CONTRIBUTING.md"]

    assert_none(f"{page}:\n{block}" for page in pages for block in typed_by_hand(page))


def test_a_failing_command_shows_its_exit_code():
    assert refresh.output_of("python -c 'import sys; print(1); sys.exit(2)'") == "1\n\n[exit code 2]\n"


def test_an_excerpt_is_one_method_with_its_decorators():
    shown = refresh.excerpt("docs/refresh.py:Block.fresh")

    assert shown.startswith("def fresh(self) -> str:\n    ")
    assert "@cache\ndef output_of(" in refresh.excerpt("docs/refresh.py:output_of")


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """Return an empty folder that replaces the repo."""
    monkeypatch.setattr(refresh, "ROOT", tmp_path)
    monkeypatch.setattr(refresh, "pages", lambda: ["page.md"])
    return tmp_path


def test_a_page_with_a_stale_block_is_rewritten(repo):
    page = "<!-- output of: python -c 'print(42)' -->\n```text\n41\n```\n\nprose\n"
    (repo / "page.md").write_text(page)

    assert [block.body for block in refresh.blocks("page.md")] == ["41\n"]
    refresh.main()
    assert (repo / "page.md").read_text() == page.replace("41", "42")


def test_a_stale_picture_is_redrawn_and_its_page_unchanged(repo):
    page = "<!-- picture: python -c 'print(\"<svg/>\")' -->\n![A line.](pictures/a.svg#only-light)\n"
    (repo / "page.md").write_text(page)

    assert [block.body for block in refresh.blocks("page.md")] == [""]
    refresh.main()
    assert [block.body for block in refresh.blocks("page.md")] == ["<svg/>\n"]
    assert (repo / "pictures/a.svg").read_text() == "<svg/>\n"
    assert (repo / "page.md").read_text() == page


def test_a_comment_without_a_block_is_an_error(repo):
    (repo / "page.md").write_text("<!-- file: a.py -->\n\nprose\n")

    with pytest.raises(ValueError, match=r"page\.md"):
        list(refresh.blocks("page.md"))
