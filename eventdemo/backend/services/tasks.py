"""Approval tasks, independent of whether they come from Oracle or Yardi."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Domain = Literal["procurement", "hr", "leasing"]
Action = Literal["approve", "reject"]


class PendingTask(BaseModel):
    """A task that waits for a user's decision."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    domain: Domain
    created: datetime


class TaskOutcome(BaseModel):
    """The state of a task in the external system after our action."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    action: Action
    state: str
