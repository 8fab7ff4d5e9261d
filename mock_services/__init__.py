"""Oracle Fusion, Yardi and Firebase Cloud Messaging without a network: three stateful fakes of an invented company.

`FakeService` is for a service of your own: its routes are a few lines, and it has the same latencies and faults.
`people.py` invents the people, `faults.py` says what can go wrong, `fault_injection.py` applies that to a call. Each
service has its own file. `python -m mock_services` serves the same fakes over HTTP.
"""

from mock_services.devices import FcmDevice
from mock_services.fake_service import FakeService, service_conditions
from mock_services.faults import NAMED_FAULTS, FaultPlan, Faults, RateLimit, with_faults
from mock_services.fcm import Push
from mock_services.latency import Constant, Latency, LogNormal
from mock_services.organisations import ORGANISATIONS, Credentials, Organisation, SystemCredentials, credentials_of
from mock_services.people import Company, Person
from mock_services.services import MockServices

__all__ = [
    "NAMED_FAULTS",
    "ORGANISATIONS",
    "Company",
    "Constant",
    "Credentials",
    "FakeService",
    "FaultPlan",
    "Faults",
    "FcmDevice",
    "Latency",
    "LogNormal",
    "MockServices",
    "Organisation",
    "Person",
    "Push",
    "RateLimit",
    "SystemCredentials",
    "credentials_of",
    "service_conditions",
    "with_faults",
]
