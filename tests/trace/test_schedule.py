from eventdemo.trace import text
from eventdemo.trace.excerpt import about
from eventdemo.trace.record import Check
from eventdemo.trace.schedule import Move, schedule
from eventdemo.trace.timeline import lay_out
from tests.trace.drawn import SVG, marks, texts, tree
from tests.trace.hand_made import fan_out

CLAIM = "no topic stays subscribed"
FAILS = schedule(
    "race",
    "fails",
    [
        Move(1, "the emitter", "writes the session table"),
        Move(2, "log_out_device", "writes the device table"),
        Move(3, "unsubscribe", "reads the device table", after=2),
    ],
    check=Check(claim=CLAIM, holds=False, found="3 topics stay subscribed"),
    turned=[2, 3],
)
PASSES = schedule(
    "race",
    "passes",
    [
        Move(1, "the emitter", "writes the session table"),
        Move(2, "unsubscribe", "reads the device table"),
        Move(3, "log_out_device", "writes the device table", after=2),
        Move(4, "unsubscribe", "writes fcm", after=2),
    ],
    check=Check(claim=CLAIM, holds=True, found=CLAIM),
    turned=[2, 3],
)


def test_a_schedule_has_a_column_for_each_step_and_no_times():
    shown = texts(tree([FAILS, PASSES]))

    assert {"1", "2", "3", "4", "Steps of the schedule", "3 steps", "4 steps"} <= set(shown)
    assert not [said for said in shown if said.endswith(" ms")]


def test_lanes_stand_in_one_order_however_the_schedules_go():
    panels = lay_out([FAILS, PASSES], 60).panels

    assert [[lane.label for lane in panel.lanes] for panel in panels] == [
        ["the emitter", "log_out_device", "unsubscribe"]
    ] * 2


def test_a_step_says_what_it_did():
    shown = texts(tree([FAILS, PASSES]))

    assert "writes the device table" in shown
    assert marks(tree([FAILS]))[1].get("aria-label") == "log_out_device: step 2, writes the device table."


def test_an_arrow_leads_from_a_step_to_one_of_another_task_that_depends_on_it():
    arrows = [g.get("data-arrow") for g in tree([PASSES]).iter(f"{SVG}g") if g.get("data-arrow")]

    assert arrows == ["3"]


def test_the_steps_that_were_turned_round_stand_out_and_the_key_says_why():
    root = tree([FAILS, PASSES])

    assert len([rect for rect in root.iter(f"{SVG}rect") if rect.get("rx") == "4"]) == 2 + 2 + 1
    assert "the other way round in the other schedule" in texts(root)


AS_TEXT = """\
steps of the schedule    0         1         2          3         4          5
                         ┴─────────┴─────────┴──────────┴─────────┴──────────┴

passes: 4 steps
the emitter                       ▸██████████ writes the session table
unsubscribe                                 ▸███████████         ▸███████████ writes fcm
log_out_device                                         ▸██████████ writes the device table

█ running: nothing else can
"""


def test_a_schedule_reads_in_a_terminal_too():
    assert text.draw([PASSES]) == AS_TEXT


def test_pictures_of_runs_have_no_key_for_what_stands_out():
    assert not [rect for rect in tree([about(fan_out("sync"), "user 7")]).iter(f"{SVG}rect") if rect.get("rx") == "4"]
