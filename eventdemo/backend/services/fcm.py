"""Firebase Cloud Messaging: push a notification to a device, and manage what the device is subscribed to.

Two hosts: messages go to FCM's HTTP v1 API, subscriptions are read and ended at the Instance ID API. All paths and
shapes are the documented ones. Left out: how a server gets its access token, which takes a JWT signed with a service
account's key (the google-auth package does it); here the caller passes the token.
"""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import AliasPath, BaseModel, Field, ValidationError

from eventdemo.backend.services.errors import MalformedResponse, Rejected, UnregisteredToken
from eventdemo.backend.services.http import call, httpx, name_of, parsed_url, read

_SERVICE = "Firebase Cloud Messaging"


class Fcm:
    """A client for one Firebase project; every method raises `UnregisteredToken` if the app was uninstalled."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        project: str = "eventdemo",
        *,
        access_token: str = "eventdemo",  # noqa: S107 - the fakes take any token; a real one is handed in
        messaging_url: str = "https://fcm.googleapis.com",
        instance_id_url: str = "https://iid.googleapis.com",
    ) -> None:
        self._http = http
        self._send_url = f"{messaging_url}/v1/projects/{quote(project, safe='')}/messages:send"
        self._instance_id_url = instance_id_url
        # The second header marks this as an OAuth token; without it, the Instance ID API expects a legacy server key.
        self._headers = httpx.Headers({"Authorization": f"Bearer {access_token}", "access_token_auth": "true"})

    async def subscribed_topics(self, token: str) -> list[str]:
        """Return the topics a device is subscribed to, sorted.

        "Instance ID Server Reference", Get information about app instances,
        https://developers.google.com/instance-id/reference/server
        """
        url = f"{self._instance_id_url}/iid/info/{quote(token, safe=':')}?details=true"
        response = await self._call("GET", url)
        return sorted(read(_Info, _SERVICE, response).topics)

    async def unsubscribe(self, token: str, topic: str) -> None:
        """End one subscription; ending it twice is not an error.

        "Instance ID Server Reference", Create relationship maps for app instances,
        https://developers.google.com/instance-id/reference/server
        """
        body = {"to": f"/topics/{topic}", "registration_tokens": [token]}
        response = await self._call("POST", f"{self._instance_id_url}/iid/v1:batchRemove", body)
        results = read(_Results, _SERVICE, response).results
        if len(results) != 1:
            cause = f"{len(results)} results for one token"
            raise MalformedResponse(_SERVICE, name_of(response.request), cause)
        if results[0].error:
            refuse = UnregisteredToken if results[0].error == "NOT_FOUND" else Rejected
            raise refuse(_SERVICE, name_of(response.request), results[0].error, response.status_code, response.text)

    async def send(self, token: str, title: str, body: str, data: Mapping[str, str] | None = None) -> str:
        """Push one notification to one device and return the message's name.

        "Method: projects.messages.send",
        https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send
        """
        message = {"token": token, "notification": {"title": title, "body": body}, "data": dict(data or {})}
        response = await self._call("POST", self._send_url, {"message": message})
        return read(_Sent, _SERVICE, response).name

    async def _call(self, method: str, url: str, json: Mapping[str, object] | None = None) -> httpx.Response:
        """Send a request; raise `UnregisteredToken` if that is the reason for a refusal.

        FCM gives the reason in `details` (https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode), the
        Instance ID API by its status alone.
        """
        request = httpx.Request(method, parsed_url(url), headers=self._headers, json=json)
        try:
            return await call(self._http, _SERVICE, request)
        except Rejected as refusal:
            gone = refusal.status == httpx.codes.NOT_FOUND and "/iid/info/" in refusal.request
            if gone or "UNREGISTERED" in _error_codes(refusal.body):
                details = (refusal.service, refusal.request, refusal.cause, refusal.status, refusal.body)
                raise UnregisteredToken(*details) from refusal
            raise


def _error_codes(body: str) -> list[str]:
    try:
        return [detail.code for detail in _Failure.model_validate_json(body).details]
    except ValidationError:
        return []


class _Info(BaseModel):
    topics: dict[str, object] = Field({}, validation_alias=AliasPath("rel", "topics"))  # absent if there are none


class _Result(BaseModel):
    error: str = ""


class _Results(BaseModel):
    results: list[_Result]


class _Sent(BaseModel):
    name: str


class _Detail(BaseModel):
    code: str = Field(alias="errorCode", default="")


class _Failure(BaseModel):
    details: list[_Detail] = Field([], validation_alias=AliasPath("error", "details"))
