"""An error class of ours is reported by its sentence, and any other exception is a defect."""

import pytest

from eventdemo.cli.errors import sentence_of
from eventdemo.durable.registry import UnknownEngineError
from eventdemo.explore.catalogue import UnknownExperimentError
from mock_services.server import CannotServeError


@pytest.mark.parametrize("kind", [UnknownEngineError, UnknownExperimentError, CannotServeError])
def test_an_error_of_ours_is_reported_by_its_sentence(kind):
    assert sentence_of(kind("There is no such thing.")) == "There is no such thing."


def test_a_group_of_them_is_reported_by_each_sentence_once():
    errors = [UnknownEngineError("One."), UnknownEngineError("Two."), UnknownEngineError("One.")]

    assert sentence_of(ExceptionGroup("several", errors)) == "One. Two."


@pytest.mark.parametrize(
    "error", [ValueError("x"), ExceptionGroup("one of each", [UnknownEngineError("One."), KeyError()])]
)
def test_any_other_exception_is_a_defect(error):
    assert sentence_of(error) is None
