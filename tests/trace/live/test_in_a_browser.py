"""The interactive picture in a real browser: hovering, clicking, the keyboard, hiding strategies."""

from eventdemo.trace.excerpt import about
from eventdemo.trace.html import page
from eventdemo.trace.svg import draw
from tests.trace.hand_made import all_five, chained, died_for_good, every_fate, fan_out, instances
from tests.trace.live.browser import found_by, needs_browser

pytestmark = needs_browser
ABOUT_MARKS = """
const panel = (label) => document.querySelector(`[data-panel="${label}"]`);
const mark = (label, name) => panel(label).querySelector(`[data-span][data-name="${name}"]`);
const tooltip = () => document.querySelector("[role=status]").textContent;
const aside = (label) => [...panel(label).querySelectorAll("[data-span].aside")].map((one) => one.dataset.name);
const point = (one) => one.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
const press = (one, key) => one.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
"""


def after(script, tmp_path, traces=None, **more):
    return found_by(page(traces or all_five(), command="-", **more), ABOUT_MARKS + script, tmp_path)


def test_hovering_over_a_mark_fades_all_but_its_causes_and_effects(tmp_path):
    found = after(
        """
        point(mark("awaited", "sync_profile"));
        const first = [aside("awaited"), tooltip()];
        point(mark("awaited", "notify_hr_tasks"));
        say([...first, aside("awaited"), tooltip()]);
        """,
        tmp_path,
        [chained()],
        subject="user 7",
    )

    assert found[0] == []
    assert "Caused by: user.syncProfile" in found[1]
    assert "Led to: user.sync.task.notifications, notify_procurement_tasks, notify_hr_tasks" in found[1]
    assert found[2] == ["notify_procurement_tasks"]
    assert "Caused by: user.syncProfile, sync_profile, user.sync.task.notifications" in found[3]


def test_a_click_keeps_the_tooltip_until_the_next_click(tmp_path):
    found = after(
        """
        mark("sync", "notify_hr_tasks").dispatchEvent(new MouseEvent("click", { bubbles: true }));
        point(mark("sync", "notify_leasing_tasks"));
        const held = aside("sync");
        document.querySelector("svg").dispatchEvent(new MouseEvent("click", { bubbles: true }));
        say([held, aside("sync"), tooltip()]);
        """,
        tmp_path,
    )

    assert found == [["notify_procurement_tasks", "notify_leasing_tasks"], [], ""]


def test_the_keyboard_reaches_every_mark(tmp_path):
    found = after(
        """
        const stops = [...document.querySelectorAll("[data-span]")].filter((one) => one.tabIndex === 0);
        const walked = [];
        let here = stops[0];
        do {
          walked.push(here);
          press(here, "ArrowDown");
          here = document.activeElement;
        } while (here !== stops[0] && walked.length < 99);
        press(here, "Enter");
        const held = tooltip();
        press(here, "Escape");
        say([stops.length, new Set(walked).size, document.querySelectorAll("[data-span]").length, held, tooltip()]);
        """,
        tmp_path,
    )

    assert found[:3] == [1, 20, 20]
    assert found[3].startswith("CheckNotifications.poll emitted user.sync.task.notifications for user 7 at 0 ms")
    assert found[4] == ""


def test_a_hidden_strategy_is_neither_drawn_nor_counted(tmp_path):
    found = after(
        """
        const box = document.querySelector('input[value="detached"]');
        box.click();
        const all = (what) => document.querySelectorAll(what);
        const shown = () => [all("[data-panel]").length, all("tspan")[0].textContent];
        const without = shown();
        box.click();
        say([...without, ...shown()]);
        """,
        tmp_path,
    )

    assert found == [4, "12", 5, "13"]


def test_another_subject_can_be_selected(tmp_path):
    found = after(
        """
        const choice = document.querySelector("select");
        choice.value = "user 9";
        choice.dispatchEvent(new Event("change", { bubbles: true }));
        const names = [...panel("awaited").querySelectorAll("[data-span]")].map((one) => one.dataset.name);
        say([[...choice.options].map((one) => one.value), names]);
        """,
        tmp_path,
        [chained()],
        subject="user 7",
    )

    assert found == [["user 7", "user 9", ""], ["auth.logout", "clear_device_token"]]


def test_the_picture_fits_its_place(tmp_path):
    found = after(
        """
        const width = () => document.querySelector("svg").viewBox.baseVal.width;
        const wide = width();
        document.querySelector("[data-timeline]").style.width = "500px";
        for (let look = 0; look < 600 && width() === wide; look += 1)
          await new Promise((resolve) => setTimeout(resolve, 100));
        say([wide, width()]);
        """,
        tmp_path,
    )

    assert found == [1040, 366]


MEASURED = """
const found = [];
for (const svg of document.querySelectorAll("svg")) {
  const card = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((text) => {
    const { left, right, top, height } = text.getBoundingClientRect();
    // Letters fill the middle of their line.
    return { said: text.textContent, left, right, top: top + height * 0.25, bottom: top + height * 0.8 };
  });
  for (const text of texts)
    if (text.left < card.left + 2 || text.right > card.right - 2) found.push(`outside: ${text.said}`);
  texts.forEach((one, index) => texts.slice(index + 1).forEach((other) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (across > 1 && down > 1) found.push(`over each other: ${one.said} | ${other.said}`);
  }));
}
say(found);
"""
PICTURES = {
    "five": all_five(),
    "fates": [every_fate()],
    "chain": [chained(), about(chained(), "user 7")],
    "instances": [instances(), died_for_good()],
    "one": [fan_out("detached")],
}


def test_no_text_overlaps_another_or_leaves_the_card(tmp_path):
    drawn = "".join(draw(traces, width=width) for traces in PICTURES.values() for width in (366, 640, 900, 1040))

    assert found_by(f"<!DOCTYPE html><body>{drawn}</body>", MEASURED, tmp_path) == []


def test_the_check_finds_an_overlapping_text(tmp_path):
    words = "".join(f'<text x="{x}" y="20" font-size="12">somewhere</text>' for x in (10, 50, 190))
    drawn = f'<!DOCTYPE html><body><svg width="200" height="40">{words}</svg></body>'

    assert found_by(drawn, MEASURED, tmp_path) == ["outside: somewhere", "over each other: somewhere | somewhere"]
