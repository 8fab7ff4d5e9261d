"""What the three fakes share: a respx router with few routes, a `FaultInjector` in front of the work, and tokens."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection
from typing import cast

import respx
from pydantic import ValidationError

from mock_services.approval_tasks import ApprovalTask, TaskDomain, assignee_of
from mock_services.fault_injection import FaultInjector
from mock_services.faults import Faults, Service
from mock_services.http import httpx
from mock_services.organisations import ORGANISATIONS, Organisation
from mock_services.people import Company
from mock_services.responses import answer, failure

Work = Callable[[httpx.Request], httpx.Response]
Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]
PATHS_KEPT = 1000


class Router(respx.Router):
    """A respx router that keeps no requests and responses, which the usual one does for assertions.

    It remembers which route matched a method and a path, because matching takes longer than most answers. It forgets
    these after `PATHS_KEPT` of them, so a million calls take no more memory than a thousand.
    """

    def __init__(self) -> None:
        super().__init__(assert_all_called=False)
        self._matched: dict[tuple[str, bytes], Answer] = {}

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        """Return the answer of the first route that matches."""
        where = (request.method, request.url.raw_path.partition(b"?")[0])
        if (answer := self._matched.get(where)) is None:
            if len(self._matched) == PATHS_KEPT:
                self._matched.clear()
            matching = (route.side_effect for route in self.routes if route.pattern.match(request))
            answer = self._matched[where] = cast("Answer", next(matching))
        return await answer(request)


class Fake:
    """One service: a router, and a fault injector in front of the work."""

    def __init__(self, company: Company, service: Service, faults: Faults, seed: int) -> None:
        self.router = Router()
        self.fault_injector = FaultInjector(service, faults, seed)
        self._company = company

    def reset(self) -> None:
        """Return to the initial state, and draw latencies and faults from the start again."""
        self.fault_injector.reset()

    def _route(self, method: str, work: Work, subject: Callable[[httpx.Request], str] | None = None, **at: str) -> None:
        """Answer `method` requests with `work`; `subject` returns its user if the path does not name one."""

        async def respond(request: httpx.Request) -> httpx.Response:
            try:
                about = subject(request) if subject else ""
                return await self.fault_injector.apply(request, request.url.raw_path.decode() + about, work)
            except ValidationError as error:
                return failure(request, 400, str(error))

        self.router.request(method, **at).mock(side_effect=respond)

    def _route_the_rest(self) -> None:
        async def refuse(request: httpx.Request) -> httpx.Response:
            return failure(request, 404, "no such path here")

        self.router.route().mock(side_effect=refuse)


class GuardedFake(Fake):
    """A fake that issues access tokens and requires one, and has a worklist from which decided tasks disappear.

    Like a JWT, a token contains its organisation and its expiry, so no token is stored.
    """

    def __init__(self, company: Company, service: Service, faults: Faults, seed: int) -> None:
        super().__init__(company, service, faults, seed)
        self.decided: dict[str, str] = {}

    def reset(self) -> None:
        """Return to the initial state."""
        super().reset()
        self.decided.clear()

    def _route_tokens(self, path: str) -> None:
        self._route("POST", self._grant, subject=lambda request: request.headers.get("Authorization", ""), path=path)

    def _guarded(self, work: Callable[[httpx.Request, Organisation], httpx.Response]) -> Work:
        def guarded(request: httpx.Request) -> httpx.Response:
            organisation = self._bearer(request)
            if organisation is None:
                return failure(request, 401, "the access token is missing, unknown or expired")
            return work(request, organisation)

        return guarded

    def issue(self, organisation: Organisation) -> str:
        """Return an access token for an organisation; it expires after the faults' `token_lifetime`."""
        expiry = asyncio.get_running_loop().time() + self.fault_injector.faults.token_lifetime
        return f"{organisation.slug}.{expiry:.3f}"

    def _pending(self, username: str, domain: TaskDomain, organisation: Organisation) -> list[ApprovalTask]:
        """Return the undecided tasks of a user; none if the organisation has no such user."""
        n = self._company.number(username)
        if n is None or self._company.organisation(n) is not organisation:
            return []
        return [task for task in self._company.pending_tasks(n, domain) if task.id not in self.decided]

    def _exists(self, task_id: str, domains: Collection[TaskDomain], organisation: Organisation) -> bool:
        """Return whether an organisation has a task, decided or not, in one of these domains."""
        if (assignee := assignee_of(task_id)) is None:
            return False
        n, domain = assignee
        here = domain in domains and 1 <= n <= self._company.users and self._company.organisation(n) is organisation
        return here and any(task.id == task_id for task in self._company.pending_tasks(n, domain))

    def _grant(self, request: httpx.Request) -> httpx.Response:
        organisation = _BY_CREDENTIALS.get(request.headers.get("Authorization", ""))
        if organisation is None:
            return failure(request, 401, "unknown client id or wrong secret")
        lifetime = int(self.fault_injector.faults.token_lifetime)
        body = {"access_token": self.issue(organisation), "token_type": "Bearer", "expires_in": lifetime}
        return answer(request, body)

    def _bearer(self, request: httpx.Request) -> Organisation | None:
        slug, _, expiry = request.headers.get("Authorization", "").removeprefix("Bearer ").partition(".")
        organisation = _BY_SLUG.get(slug)
        if organisation is None or not expiry.replace(".", "", 1).isdecimal():
            return None
        return organisation if asyncio.get_running_loop().time() < float(expiry) else None


def _basic(organisation: Organisation) -> str:
    return "Basic " + b64encode(f"{organisation.client_id}:{organisation.client_secret}".encode()).decode()


_BY_SLUG = {organisation.slug: organisation for organisation in ORGANISATIONS}
_BY_CREDENTIALS = {_basic(organisation): organisation for organisation in ORGANISATIONS}
