"""What a listener is called where no function can be handed over: in a job, a queue, a table."""

from functools import partial
from inspect import isclass

from eventdemo.core.delivery import Function


def qualified_name(listener: Function) -> str:
    """Return class and method, or the qualified name of a function: `TaskNotifications.notify_hr_tasks`."""
    if isinstance(listener, partial):
        return qualified_name(listener.func)
    owner = getattr(listener, "__self__", None)
    if owner is not None and hasattr(listener, "__func__"):  # a bound method: of its object's class, not of a base
        cls = owner if isclass(owner) else type(owner)
        return f"{cls.__qualname__}.{listener.__name__}"
    return str(getattr(listener, "__qualname__", None) or type(listener).__qualname__)
