"""Pointing at a mark lights the line where it stands, and pointing at a line shows its marks."""

import pytest

from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import compared
from eventdemo.trace.html import page, report_page
from eventdemo.trace.record import Trace
from tests.trace.live.browser import found_by, needs_browser

pytestmark = needs_browser
ABOUT_CODE = """
const panel = (label) => document.querySelector(`[data-panel="${label}"]`);
const mark = (label, name) => panel(label).querySelector(`[data-span][data-name="${name}"]`);
const row = (text) => [...document.querySelectorAll("[data-row]")].find((one) => one.textContent.includes(text));
const text = (row) => row.textContent.replace(/^\\d+/, "").trim();
const lit = (kind) => [...document.querySelectorAll(`[data-row].${kind}`)].map(text);
const tooltip = () => document.querySelector("[role=status]").textContent;
const stays = () => [...document.querySelectorAll("[data-span]:not(.aside)")].map((one) => one.dataset.name);
const point = (one) => one.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
const click = (one) => one.dispatchEvent(new MouseEvent("click", { bubbles: true }));
const press = (one, key) => one.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
"""
SEEN_BY = "for topic in await self._fcm.subscribed_topics(token):"
WRITTEN = "await self._store.log_out_devices(event.user_id)"


@pytest.fixture(scope="module")
def traces():
    return [simulate("logout", strategy=strategy, users=3) for strategy in ("sync", "awaited")]


def after(script, tmp_path, traces):
    return found_by(page(traces, command="-", subject="user 2"), ABOUT_CODE + script, tmp_path)


def test_a_segment_lights_its_await_and_the_mark_all_its_lines(tmp_path, traces):
    found = after(
        """
        point(mark("awaited", "unsubscribe_from_topics").querySelector("[data-segment='1']"));
        say([lit("now"), lit("lit").length, tooltip()]);
        """,
        tmp_path,
        traces,
    )

    assert found[:2] == [[SEEN_BY], 4]
    assert f"auth.py:63  {SEEN_BY}" in found[2]


def test_a_line_shows_its_marks_in_every_panel(tmp_path, traces):
    found = after(
        f"""
        point(row("{WRITTEN}"));
        const there = stays();
        document.querySelector(".beside").dispatchEvent(new PointerEvent("pointerleave"));
        say([there, stays().length, lit("lit")]);
        """,
        tmp_path,
        traces,
    )

    assert found == [["log_out_devices", "log_out_devices"], 6, []]


def test_a_tap_on_a_line_holds_its_marks_until_the_next_tap(tmp_path, traces):
    found = after(
        f"""
        click(row("{WRITTEN}"));
        point(mark("sync", "unsubscribe_from_topics"));
        const held = stays();
        click(row("{WRITTEN}"));
        point(mark("sync", "unsubscribe_from_topics"));
        say([held, lit("lit").length]);
        """,
        tmp_path,
        traces,
    )

    assert found == [["log_out_devices", "log_out_devices"], 4]


def test_the_keyboard_walks_the_lines_that_have_marks(tmp_path, traces):
    found = after(
        """
        const stops = [...document.querySelectorAll("[data-row]")].filter((one) => one.tabIndex === 0);
        press(stops[0], "ArrowDown");
        const second = [document.activeElement.textContent, stays()];
        press(document.activeElement, "Enter");
        press(document.activeElement, "Escape");
        press(document.activeElement, "ArrowUp");
        say([stops.length, stops[0].textContent, ...second, document.activeElement === stops[0], stays()]);
        """,
        tmp_path,
        traces,
    )

    assert found[0] == 1
    assert "self._bus.emit(AuthLogout(user_id=user_id))" in found[1]
    assert "async def log_out_devices" in found[2]
    assert found[3] == ["log_out_devices", "log_out_devices"]
    assert found[4:] == [True, ["auth.logout", "auth.logout"]]


def test_outlines_of_another_run_fade_while_a_mark_is_pointed_at(tmp_path, traces):
    killed = compared(simulate("logout", users=3, crashes="A@0.2"), traces[1], "", "without the kill")
    found = found_by(
        report_page("", [killed]),
        f"""{ABOUT_CODE}
        const outlines = () => document.querySelectorAll("[data-outline]:not(.aside)").length;
        const before = outlines();
        point(mark("awaited", "log_out_devices"));
        say([before, outlines()]);
        """,
        tmp_path,
    )

    assert found == [2, 0]


def test_a_hidden_strategy_leaves_the_lines_of_the_others(tmp_path, traces):
    found = after(
        f"""
        document.querySelector('input[value="sync"]').click();
        point(row("{WRITTEN}"));
        const there = stays();
        point(mark("awaited", "log_out_devices"));
        say([there, lit("now")]);
        """,
        tmp_path,
        traces,
    )

    assert found == [["log_out_devices"], [WRITTEN]]


def test_a_stored_trace_has_a_picture_and_no_code(tmp_path, traces):
    stored = [Trace.model_validate_json(trace.model_dump_json()) for trace in traces]
    found = after(
        """
        point(mark("awaited", "unsubscribe_from_topics"));
        const code = document.querySelector(".code");
        say([document.querySelectorAll("[data-row]").length, getComputedStyle(code).display, tooltip().slice(0, 23)]);
        """,
        tmp_path,
        stored,
    )

    assert found == [0, "none", "unsubscribe_from_topics"]
