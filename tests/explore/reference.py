"""A naive explorer, to compare ours with: asyncio's own turns, before each of which any pending waits may end."""

import asyncio
from contextlib import suppress


class DeadlockError(Exception):
    """No wait is pending and nothing is ready."""


class TooManyError(Exception):
    """There are more schedules than the caller wants to run."""


class ReferenceLoop(asyncio.BaseEventLoop):
    """Takes each choice from a list, and the first option after its end. `widths` are the numbers of options."""

    def __init__(self, choices):
        super().__init__()
        self.choices, self.widths = choices, []
        self.pending, self.now = [], 0.0

    def time(self):
        return self.now

    def call_at(self, when, callback, *args, context=None):
        self.pending.append(handle := asyncio.TimerHandle(when, callback, args, self, context))
        return handle

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self.now + delay, callback, *args, context=context)

    def run_in_executor(self, executor, func, *args):
        future = self.create_future()

        def work():
            result = func(*args)
            if not future.done():
                future.set_result(result)

        self.call_at(self.now, work)
        return future

    def _timer_handle_cancelled(self, handle): ...

    def _write_to_self(self): ...

    def _pick(self, width):
        place = len(self.widths)
        self.widths.append(width)
        return self.choices[place] if place < len(self.choices) else 0

    def _run_once(self):
        while pending := [handle for handle in self.pending if not handle.cancelled()]:
            options = [None, *pending] if self._ready else pending
            if (chosen := options[self._pick(len(options))]) is None:
                break
            self.pending.remove(chosen)
            self.now = max(self.now, chosen.when())
            self._ready.append(chosen)
        if not self._ready and not self._stopping:
            raise DeadlockError
        for _ in range(len(self._ready)):
            if not (handle := self._ready.popleft()).cancelled():
                handle._run()


def run(program, choices):
    """Return the outcome of one schedule, and the number of options at each of its choices."""
    loop = ReferenceLoop(choices)
    loop.set_exception_handler(lambda *_: None)
    try:
        outcome = loop.run_until_complete(program())
    except DeadlockError:
        outcome = "deadlock"
    except Exception as error:  # noqa: BLE001 - it is an outcome
        outcome = f"raised {type(error).__name__}"
    widths = [*loop.widths]
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False
        with suppress(BaseException):
            task.get_coro().close()
    loop.close()
    return outcome, widths


def outcomes(program, most):
    """Return all outcomes that asyncio can have, found by running every schedule."""
    found, choices = set(), []
    for _ in range(most):
        outcome, widths = run(program, choices)
        found.add(outcome)
        choices = [*choices, *[0] * (len(widths) - len(choices))]
        while choices and choices[-1] + 1 >= widths[len(choices) - 1]:
            choices.pop()
        if not choices:
            return found
        choices[-1] += 1
    raise TooManyError
