"""Oracle Fusion, Yardi and Firebase Cloud Messaging without a network: three stateful fakes of an invented company.

`people.py` says who works there, `faults.py` what can be wrong, `disturbance.py` what that does to a call; then one
file per service. `python -m mock_services` serves the same fakes over HTTP.
"""

from mock_services.devices import Device
from mock_services.faults import KNOBS, FaultPlan, Faults, RateLimit, spoil
from mock_services.fcm import Push
from mock_services.latency import Constant, Latency, LogNormal
from mock_services.organisations import ORGANISATIONS, Credentials, Organisation, SystemCredentials, credentials_of
from mock_services.people import Company, Person
from mock_services.services import MockServices

__all__ = [
    "KNOBS",
    "ORGANISATIONS",
    "Company",
    "Constant",
    "Credentials",
    "Device",
    "FaultPlan",
    "Faults",
    "Latency",
    "LogNormal",
    "MockServices",
    "Organisation",
    "Person",
    "Push",
    "RateLimit",
    "SystemCredentials",
    "credentials_of",
    "spoil",
]
