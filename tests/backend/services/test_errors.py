import pickle

import pytest

from eventdemo.backend import services
from eventdemo.backend.services import RateLimited, Rejected, ServiceError, UnregisteredToken

NAMES = [name for name in services.__all__ if isinstance(getattr(services, name), type)]
ERRORS = [getattr(services, name) for name in NAMES if issubclass(getattr(services, name), Exception)]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_names_service_request_and_cause_in_one_sentence(error):
    message = str(error("Yardi", "GET /approvals", "503 Service Unavailable"))

    assert message == "Yardi failed GET /approvals: 503 Service Unavailable."


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_survives_pickling(error):
    before = error("Yardi", "GET /approvals", "no answer")

    after = pickle.loads(pickle.dumps(before))

    assert (type(after), str(after), vars(after)) == (type(before), str(before), vars(before))


def test_the_fields_of_a_subclass_survive_pickling_too():
    limited = pickle.loads(pickle.dumps(RateLimited("Oracle Fusion", "GET /x", "429", retry_after=2.0)))
    rejected = pickle.loads(pickle.dumps(UnregisteredToken("FCM", "POST /x", "gone", 404, "{}")))

    assert limited.retry_after == 2.0
    assert (rejected.status, rejected.body) == (404, "{}")


def test_one_except_clause_catches_every_service_error():
    assert {error for error in ERRORS if not issubclass(error, ServiceError)} == set()
    assert len(ERRORS) == 8


def test_unregistered_token_is_a_rejection():
    assert issubclass(UnregisteredToken, Rejected)
