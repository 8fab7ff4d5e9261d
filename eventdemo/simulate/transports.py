"""The transport to the fakes: it records every call, and lets the services outlive their caller."""

import asyncio

from eventdemo.backend.services.http import httpx
from eventdemo.instances.process import current_process, detached_context
from eventdemo.simulate.recorder import Recorder


class RecordedTransport(httpx.AsyncBaseTransport):
    """Forwards requests, and reports them to a recorder.

    The services run in a process of their own, so they finish a request even if the caller is killed.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, recorder: Recorder) -> None:
        self._transport = transport
        self._recorder = recorder

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. A caller that is cancelled meanwhile stops waiting, and the service continues."""
        answer = self._answer(request)
        if current_process() is None:  # the caller cannot be killed
            return await answer
        return await asyncio.shield(asyncio.get_running_loop().create_task(answer, context=detached_context()))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        service = service_at(request.url.host)
        span = self._recorder.call_began(f"{request.method} {request.url.path}", service)
        answer = "cancelled"
        try:
            response = await self._transport.handle_async_request(request)
            answer = str(response.status_code)
        except httpx.HTTPError as error:
            answer = type(error).__name__
            raise
        finally:
            self._recorder.call_ended(span, service, answer)
        return response


def service_at(host: str) -> str:
    if host.endswith(".googleapis.com"):
        return "fcm"
    return "yardi" if host.endswith(".yardi.example") else "oracle-fusion"
