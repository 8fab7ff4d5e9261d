"""The bodies of requests and answers. A text has a greatest length, and no NUL, which PostgreSQL cannot store."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from eventdemo.backend.services import Action
from eventdemo.backend.storage.store import MAX_ID

NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Name = Annotated[Text, StringConstraints(min_length=1)]
NewPassword = Annotated[Text, StringConstraints(min_length=12)]


class Body(BaseModel):
    """The body of a request; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Login(Body):
    username: Name
    password: Name


class NewUser(Body):
    username: Name
    full_name: Text = ""
    organisation_id: int = Field(gt=0, le=MAX_ID)
    user_type: Literal["EMPLOYEE", "VENDOR"] = "EMPLOYEE"


class ChangedUser(Body):
    full_name: Text


class ChangedPassword(Body):
    password: NewPassword


class ChangedProfile(Body):
    username: Name


class ChosenUsers(Body):
    user_ids: list[int] = Field(max_length=100)


class Decision(Body):
    action: Action


class SessionToken(BaseModel):
    """The token of a new session, as OAuth 2 names its parts. The server keeps only a digest of it."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind, not a token
    expires_in: int
    """Seconds until the session ends."""


class Success(BaseModel):
    status: Literal["success"] = "success"


class Problem(BaseModel):
    """Why a request failed, in sentences."""

    detail: str
