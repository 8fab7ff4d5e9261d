"""Engines are chosen by name."""

import pytest

from eventdemo.durable.registry import ENGINES, MissingExtraError, UnknownEngineError, engine_class


def test_the_error_for_an_unknown_engine_lists_the_known_ones():
    with pytest.raises(UnknownEngineError) as raised:
        engine_class("celery")

    assert str(raised.value) == (
        "There is no engine 'celery': choose from outbox, bullmq, nats, rabbitmq, "
        "kafka (tried on librdkafka's mock cluster only)."
    )


def test_the_error_for_a_missing_library_names_the_extra(monkeypatch):
    monkeypatch.setitem(ENGINES, "made-up", ("no_such_library:Engine", "made"))

    with pytest.raises(MissingExtraError) as raised:
        engine_class("made-up")

    assert str(raised.value) == "The engine made-up needs no_such_library: pip install 'eventdemo[made]'."
