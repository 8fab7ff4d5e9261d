"""What Oracle's and Yardi's approval tasks have in common, once their own spelling is removed."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Domain = Literal["procurement", "hr", "leasing"]
Action = Literal["approve", "reject"]


class PendingTask(BaseModel):
    """Something that waits for one person's decision."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    domain: Domain
    created: datetime


class TaskOutcome(BaseModel):
    """What the external system says became of a task after we acted on it."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    action: Action
    state: str
