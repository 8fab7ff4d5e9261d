"""Tasks for `test_celery_cells.py`, which runs them with `celery --app celery_tasks worker`."""

import os
import time
from pathlib import Path

from celery import Celery

LINES = Path(os.environ["LINES"])
app = Celery(broker=os.environ["BROKER"])
# A worker looks every second for jobs that were not acknowledged for three. By itself it looks only every 100 seconds.
app.conf.broker_transport_options = {
    "visibility_timeout": 3,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 3,  # the killed worker may have been looking
}
app.conf.broker_connection_retry_on_startup = True


def note(line):
    with LINES.open("a") as lines:
        lines.write(f"{line}\n")


def work(name):
    """Take an hour, unless an earlier worker began this job."""
    is_first = f"{name} began" not in LINES.read_text()
    note(f"{name} began")
    if is_first:
        time.sleep(3600)
    note(f"{name} ended")


app.task(work, name="early")
app.task(work, name="late", acks_late=True)
app.task(note, name="note")


@app.task(name="fail")
def fail():
    raise OSError("no answer")
