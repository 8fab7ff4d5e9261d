from eventdemo.trace import svg
from eventdemo.trace.excerpt import about
from eventdemo.trace.widget import Timeline
from tests.trace.hand_made import all_five, chained, fan_out


def test_a_saved_notebook_holds_the_static_picture_beside_the_widget():
    bundle, _ = Timeline(fan_out("sync"))._repr_mimebundle_()

    assert bundle["image/svg+xml"] == svg.draw([about(fan_out("sync"), "user 7")])
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "text/html" not in bundle


def test_the_reader_can_select_a_subject():
    timeline = Timeline(chained())
    assert timeline.picture["subjects"] == ["", "user 7", "user 9"]

    timeline.subject = "user 9"

    assert list(timeline.picture["drawings"]) == ["user 9"]


def test_other_traces_replace_the_shown_ones():
    timeline = Timeline(fan_out("sync"))

    timeline.show(*all_five())

    assert len(timeline.picture["drawings"]["user 7"][0]["panels"]) == 5
