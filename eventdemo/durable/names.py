"""The name of a listener, for jobs, queues and tables, which cannot hold a function."""

from functools import partial
from inspect import isclass

from eventdemo.core.delivery import Function


def qualified_name(listener: Function) -> str:
    """Return class and method, or the qualified name of a function: `TaskNotifications.notify_hr_tasks`."""
    if isinstance(listener, partial):
        return qualified_name(listener.func)
    owner = getattr(listener, "__self__", None)
    if owner is not None and hasattr(listener, "__func__"):  # a bound method: the class of its object, not a base class
        cls = owner if isclass(owner) else type(owner)
        return f"{cls.__qualname__}.{listener.__name__}"
    return str(getattr(listener, "__qualname__", None) or type(listener).__qualname__)
