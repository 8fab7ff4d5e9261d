import pytest

from eventdemo.trace import text
from eventdemo.trace.excerpt import about
from tests.trace.hand_made import all_five, chained, every_fate, fan_out, killed

DETACHED = """\
steps, not to scale         0                80 ms             350 ms        400 ms
                            ┴────────────────┴─────────────────┴─────────────┴

detached: emit returned immediately · listeners ended by 400 ms
CheckNotifications.poll    ●┫ returned immediately
  notify_procurement_tasks ▸░░░░░░░░░░░░░░░░░U oracle-fusion 429
  notify_hr_tasks          ▸░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░✓
  notify_leasing_tasks     ▸░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░✗X cancelled

░ waiting at an await · ✓ done 1 · U failed-unseen 1 · ✗X cancelled-at-exit 1
"""


def test_a_timeline_reads_in_a_terminal():
    assert text.draw([fan_out("detached")]) == DETACHED


KILLED = """\
steps, not to scale        0           100 ms       200 ms      300 ms       400 ms
                           ┴───────────┴────────────┴───────────┴────────────┴

awaited: emit returned after up to 200 ms · listeners ended by 200 ms
instance A                             ✗╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌↻
CheckNotifications.poll   ●━━━━━━━━━━━━✗ never returned
UserService.save                                                            ●┫ returned immediately
  notify_hr_tasks         ▸░░░░░░░░░░░░✗C crashed
instance B
CheckNotifications.poll   ●━━━━━━━━━━━━━━━━━━━━━━━━━┫ returned after 200 ms
  notify_hr_tasks         ▸░░░░░░░░░░░░░░░░░░░░░░░░░✓
  refresh_name                                                              ▸✗I other process

┄ due, not started · ░ waiting at an await · ✗ killed · ╌ dead · ↻ restarted · ✓ done 1
✗I other-instance 1 · ✗C lost-in-crash 1
"""


def test_a_kill_its_losses_and_the_restart_are_visible():
    assert text.draw([killed()]) == KILLED


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize(
    "sources", [all_five(), [every_fate()], [chained()], [killed()]], ids=["five", "fates", "chain", "killed"]
)
def test_no_line_is_wider_than_the_terminal(sources, width):
    assert max(map(len, text.draw(sources, width).splitlines())) <= width


def test_a_blocked_event_loop_has_its_own_line():
    blocked = [line for line in text.draw([fan_out("sync")]).splitlines() if "▒" in line]

    assert len(blocked) == 1
    assert blocked[0].startswith("event loop blocked")


def test_truncation_is_stated():
    assert "2 of 3 emits shown; 1 omitted." in text.draw([about(chained(), "user 7")])
