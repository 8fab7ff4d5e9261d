"""From the names of faults in a run's conditions to how the fakes behave."""

from eventdemo.conditions import Conditions, ConditionsError
from mock_services import KNOBS, FaultPlan
from mock_services.faults import Service

SERVICES: dict[str, Service] = {"oracle": "oracle_fusion", "yardi": "yardi", "fcm": "fcm"}


def spoiled(plan: FaultPlan, conditions: Conditions) -> FaultPlan:
    """Return a plan with the knobs turned that the conditions name."""
    for name, service in SERVICES.items():
        for knob in getattr(conditions, name):
            if knob not in KNOBS:
                raise ConditionsError(f"There is no fault {knob!r} for {name}: choose from {', '.join(KNOBS)}.")
            plan = plan.spoiled(knob, only=service)
    return plan
