"""A fake Firebase Cloud Messaging and Instance ID service: pushes are counted, ended subscriptions stay ended."""

from collections import deque
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import unquote

from pydantic import BaseModel, Field

from mock_services.devices import FcmDevice
from mock_services.fake import Fake
from mock_services.faults import Faults
from mock_services.http import httpx
from mock_services.keyed_random import uniforms
from mock_services.people import Company
from mock_services.responses import answer

_INFO = "/iid/info/"


@dataclass(frozen=True, slots=True)
class Push:
    """One notification that reached a device."""

    token: str
    title: str
    body: str
    data: dict[str, str]


class FakeFcm(Fake):
    """FCM and Instance ID for all devices of a company. Any bearer token opens it."""

    def __init__(self, company: Company, faults: Faults, seed: int) -> None:
        super().__init__(company, "fcm", faults, seed)
        self._seed = seed
        self.sent = 0
        self.repeated = 0  # pushes that are identical to an earlier one
        self._known: set[bytes] = set()  # digests of the pushes so far
        self.latest: deque[Push] = deque(maxlen=1000)  # the last pushes; `sent` counts all of them
        self.unsubscribed: set[tuple[str, str]] = set()
        self._route("POST", self._send, subject=_body, path__regex=r"^/v1/projects/[^/]+/messages:send$")
        self._route("GET", self._info, path__startswith=_INFO)
        self._route("POST", self._batch_remove, subject=_body, path="/iid/v1:batchRemove")
        self._route_the_rest()

    def reset(self) -> None:
        """Return to the initial state."""
        super().reset()
        self.sent = self.repeated = 0
        self._known.clear()
        self.latest.clear()
        self.unsubscribed.clear()

    def _send(self, request: httpx.Request) -> httpx.Response:
        message = _Send.model_validate_json(request.content).message
        if self._device(message.token) is None:
            return _unregistered(request)
        self.sent += 1
        self._note(blake2b(request.content, digest_size=8).digest())
        self.latest.append(Push(message.token, message.notification.title, message.notification.body, message.data))
        project = request.url.path.removeprefix("/v1/").removesuffix("/messages:send")
        return answer(request, {"name": f"{project}/messages/{self.sent}"})

    def _note(self, push: bytes) -> None:
        self.repeated += push in self._known
        self._known.add(push)

    def topics(self, token: str) -> tuple[str, ...]:
        """Return the topics that a device is subscribed to: none if its app was uninstalled."""
        device = self._device(token)
        return () if device is None else tuple(t for t in device.topics if (token, t) not in self.unsubscribed)

    def _info(self, request: httpx.Request) -> httpx.Response:
        token = unquote(request.url.path.removeprefix(_INFO))
        device = self._device(token)
        if device is None:
            return answer(request, {"error": "No information found about this instance id."}, status=404)
        body: dict[str, object] = {"application": "com.example.eventdemo", "platform": "ANDROID"}
        topics = self.topics(token)
        if request.url.params.get("details") == "true" and topics:
            body["rel"] = {"topics": {topic: {"addDate": "2026-01-05"} for topic in topics}}
        return answer(request, body)

    def _batch_remove(self, request: httpx.Request) -> httpx.Response:
        asked = _BatchRemove.model_validate_json(request.content)
        topic = asked.to.removeprefix("/topics/")
        return answer(request, {"results": [self._remove(token, topic) for token in asked.registration_tokens]})

    def _remove(self, token: str, topic: str) -> dict[str, str]:
        if self._device(token) is None:
            return {"error": "NOT_FOUND"}
        self.unsubscribed.add((token, topic))
        return {}

    def _device(self, token: str) -> FcmDevice | None:
        """Return the device, or None if its app was uninstalled; that depends on the token only, not on the call."""
        rate = self.fault_injector.faults.unregistered_rate
        gone = rate > 0 and uniforms(self._seed, "uninstalled", token)[0] < rate
        return None if gone else self._company.device(token)


def _unregistered(request: httpx.Request) -> httpx.Response:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "UNREGISTERED"}]
    error = {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND", "details": details}
    return answer(request, {"error": error}, status=404)


class _Notification(BaseModel):
    title: str = ""
    body: str = ""


class _Message(BaseModel):
    token: str
    notification: _Notification = _Notification()
    data: dict[str, str] = {}


class _Send(BaseModel):
    message: _Message


class _BatchRemove(BaseModel):
    to: str
    registration_tokens: list[str] = Field(min_length=1, max_length=1000)


# All devices and messages share two paths, so a call's random numbers depend on the body too: otherwise two listeners
# that push to one device would swap their numbers when they are called in another order.
def _body(request: httpx.Request) -> str:
    return request.content.decode()
