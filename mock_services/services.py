"""The three fakes together, as a transport that replaces the network of an `httpx.AsyncClient`."""

from mock_services.fake import Fake
from mock_services.fault_injection import Pause
from mock_services.faults import FaultPlan
from mock_services.fcm import FakeFcm
from mock_services.http import httpx
from mock_services.oracle_fusion import FakeOracleFusion
from mock_services.organisations import ORACLE_DOMAIN, YARDI_DOMAIN
from mock_services.people import Company
from mock_services.yardi import FakeYardi

_FCM_HOSTS = ("fcm.googleapis.com", "iid.googleapis.com")


class MockServices:
    """Oracle Fusion, Yardi and FCM for one company. They are stateful: an approved task stays approved.

    >>> services = MockServices(Company(users=500), FaultPlan.realistic())
    >>> http = httpx.AsyncClient(transport=services.transport(), trust_env=False)
    >>> access = credentials_of(1).oracle_fusion
    >>> await http.post(f"{access.base_url}/oauth2/v1/token", auth=(access.client_id, access.client_secret))
    """

    def __init__(self, company: Company, faults: FaultPlan | None = None, seed: int = 0) -> None:
        plan = faults or FaultPlan()
        self.company = company
        self.oracle_fusion = FakeOracleFusion(company, plan.oracle_fusion, seed)
        self.yardi = FakeYardi(company, plan.yardi, seed)
        self.fcm = FakeFcm(company, plan.fcm, seed)
        self._fakes = (self.oracle_fusion, self.yardi, self.fcm)

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return a transport that routes each request to a fake by its host, and never opens a socket."""
        return httpx.MockTransport(self._answer)

    @property
    def faults(self) -> FaultPlan:
        """The current faults of each service."""
        return FaultPlan(*(fake.fault_injector.faults for fake in self._fakes))

    def use(self, faults: FaultPlan) -> None:
        """Use other faults from now on; running calls keep those that they began with."""
        for fake, its_faults in zip(self._fakes, (faults.oracle_fusion, faults.yardi, faults.fcm), strict=True):
            fake.fault_injector.faults = its_faults

    def reset(self) -> None:
        """Return all three to their initial state."""
        for fake in self._fakes:
            fake.reset()

    def pause_with(self, pause: Pause) -> None:
        """Replace `asyncio.sleep` as the way to wait until an answer is due."""
        for fake in self._fakes:
            fake.fault_injector.pause = pause

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        return await self._fake_at(request).router.async_handler(request)

    def _fake_at(self, request: httpx.Request) -> Fake:
        host = request.url.host
        if host.endswith(f".{ORACLE_DOMAIN}"):
            return self.oracle_fusion
        if host.endswith(f".{YARDI_DOMAIN}"):
            return self.yardi
        if host in _FCM_HOSTS:
            return self.fcm
        raise httpx.ConnectError(f"no fake answers at {host!r}", request=request)
