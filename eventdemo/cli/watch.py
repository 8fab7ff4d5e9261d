"""What can go wrong with a program of your own, each as one message: it never ends, or leaves a thread running."""

import os
import signal
import sys
import threading
from asyncio import events
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Literal

from eventdemo.cli.errors import CommandError
from eventdemo.simulate.deadlock import StepLimitError
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.replaced import Replaced
from eventdemo.simulate.unsupported import is_library

PATIENCE = 10.0
"""Seconds of processor time that an import, or one turn of the loop, may take; a busy machine changes nothing."""
WAIT = 10.0
"""Seconds that code may wait without using the processor, as for a lock that only another thread could release."""
exit_now = os._exit
"""The real one. While a program runs, its own call raises an exception instead, which is an outcome like others."""
Output = Literal["stdout", "stderr", "nowhere"]
OURS = str(Path(__file__).parents[1])


class ThreadLeftError(CommandError):
    """A thread would keep this process alive."""


class ThreadHeldError(KeyboardInterrupt):
    """The program holds the thread. It is an interrupt, because the program's `except Exception` must not stop it."""


@contextmanager
def watched(name: str, prints_to: Output = "stdout") -> Iterator[None]:
    """Run a program of your own: report its mistakes in one line, and interrupt it if it holds the thread too long."""
    if not is_program(name):
        yield
        return
    before = {*threading.enumerate()}
    try:
        with ends_at_ctrl_c(), Replaced(os, "_exit", sys.exit), _redirected(prints_to), _interrupted_if_stuck(name):
            yield
    except StepLimitError as endless:
        raise CommandError(f"{name} never ends: {endless.waiting}. Let it end by itself.") from endless
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raised = f"{type(error).__name__}: {error}"
        raise CommandError(
            f"{name} raised {raised}. Its class is no Exception, so it ends the event loop: raise an Exception."
        ) from error
    if left := [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]:
        raise ThreadLeftError(f"{name} leaves a thread running, {', '.join(left)}. Start it inside of the function.")


@contextmanager
def _redirected(prints_to: Output) -> Iterator[None]:
    """Send what the program prints elsewhere. A program whose prints go nowhere runs often, so it reads nothing."""
    with ExitStack() as stack:
        if prints_to == "stderr":
            stack.enter_context(redirect_stdout(sys.stderr))
        if prints_to == "nowhere":
            nowhere = stack.enter_context(Path(os.devnull).open("r+", encoding="utf-8"))
            stack.enter_context(redirect_stdout(nowhere))
            stack.enter_context(redirect_stderr(nowhere))
            stack.enter_context(Replaced(sys, "stdin", nowhere))
        yield


@contextmanager
def ends_at_ctrl_c(restore_terminal: Callable[[], object] = lambda: None) -> Iterator[None]:
    """End this process at once at Ctrl-C.

    There is nothing to save, a KeyboardInterrupt would be one of the program's own exceptions, and nested loops would
    print tracebacks.
    """

    def leave(*_: object) -> None:
        restore_terminal()
        exit_now(130)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _interrupted_if_stuck(name: str) -> Iterator[None]:
    """Interrupt code during which the loop makes no step, such as `while True: pass`, or a wait for another thread.

    Only the main thread can be interrupted, and nothing on a system without timers, as in a browser.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    busy = _Alarm(signal.SIGVTALRM, signal.ITIMER_VIRTUAL, PATIENCE, "holds the thread")
    waiting = _Alarm(
        signal.SIGALRM, signal.ITIMER_REAL, WAIT, "waits for a thread or for the system", most_work=WAIT / 10
    )
    try:
        with busy.set(), waiting.set():
            yield
    except ThreadHeldError as stuck:
        raise CommandError(
            f"{name} {stuck}. Nothing runs beside it, even in a thread, so let it await or end."
        ) from None


@dataclass
class _Alarm:
    """Looks regularly whether the loop has made a step since the last look, and interrupts the program if not."""

    number: int
    timer: int
    seconds: float
    does: str
    most_work: float = inf
    """Seconds of processor time since the last look: with more, the program computes, or the machine is busy."""
    seen: object = None
    worked: float = 0.0

    @contextmanager
    def set(self) -> Iterator[None]:
        before = signal.signal(self.number, self._look)
        signal.setitimer(self.timer, self.seconds, self.seconds)
        try:
            yield
        finally:
            signal.setitimer(self.timer, 0)
            signal.signal(self.number, before)

    def _look(self, _: int, frame: FrameType | None) -> None:
        loop = events._get_running_loop()
        now, worked = (loop, getattr(loop, "_steps_left", None)), process_time()
        place, idle = _place(frame), worked - self.worked <= self.most_work
        if now == self.seen and idle and (place or self.most_work < inf):
            raise ThreadHeldError(f"{self.does} for more than {self.seconds:g} s{f' at {place}' if place else ''}")
        self.seen, self.worked = now, worked


def _place(frame: FrameType | None) -> str:
    """Return file and line of the program's innermost function that is running, or nothing if none is."""
    while frame is not None and (frame.f_code.co_filename.startswith(OURS) or is_library(frame.f_code.co_filename)):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno}" if frame else ""
