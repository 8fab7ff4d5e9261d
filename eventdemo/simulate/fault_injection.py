"""From the names of faults in a run's conditions to how the fakes behave."""

from eventdemo.trace.conditions import Conditions
from mock_services import FaultPlan
from mock_services.faults import Service

SERVICES: dict[str, Service] = {"oracle": "oracle_fusion", "yardi": "yardi", "fcm": "fcm"}


def spoiled(plan: FaultPlan, conditions: Conditions) -> FaultPlan:
    """Return a plan with the knobs turned that the conditions name."""
    for name, service in SERVICES.items():
        for knob in getattr(conditions, name):
            plan = plan.spoiled(knob, only=service)
    return plan
