"""The one place where the parts meet: builds an instance of the backend from a bus, a store and an HTTP client.

Read top to bottom, it is the list of who emits and who listens. Registration order is delivery order.
"""

from dataclasses import dataclass

from eventdemo.backend.callers import ProfileSyncCallers
from eventdemo.backend.patterns.audit import ApprovalService, HrAudit, LeasingAudit, ProcurementAudit
from eventdemo.backend.patterns.auth import AuthController, NotificationAuthListener, UserAuthListener
from eventdemo.backend.patterns.fan_out import CheckNotifications, WeeklyProfileSync
from eventdemo.backend.patterns.lifecycle import DeviceLifecycle, UserDirectory, UserService
from eventdemo.backend.patterns.sync_pipeline import ProfileSync, TaskNotifications
from eventdemo.backend.services import Fcm, OracleFusion, Yardi
from eventdemo.backend.services.http import httpx
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus


def in_process_bus() -> EventBus:
    """Return a bus that runs listeners in this process, and loses their work if the process dies."""
    return EventBus(strict=True)


@dataclass(frozen=True, slots=True)
class Backend:
    """One instance: its own bus and memory, and everything that a caller from outside may use."""

    bus: EventBus
    store: Store
    auth: AuthController
    users: UserService
    directory: UserDirectory
    approvals: ApprovalService
    profile_sync: ProfileSyncCallers
    poll: CheckNotifications
    weekly_sync: WeeklyProfileSync
    caches: tuple[object, ...]
    """Listeners that keep a cache in this instance's memory, so every instance needs their events.
    The others change the store or a service, so one instance is enough."""


def build(
    bus: EventBus,
    store: Store,
    http: httpx.AsyncClient,
    *,
    fcm: Fcm | None = None,
    oracle: OracleFusion | None = None,
    yardi: Yardi | None = None,
) -> Backend:
    """Build an instance and subscribe its listeners; the services' clients are made of `http`, unless given."""
    oracle, yardi, fcm = oracle or OracleFusion(http), yardi or Yardi(http), fcm or Fcm(http)
    directory = UserDirectory(store)
    for listener in (
        UserAuthListener(store),
        NotificationAuthListener(store, fcm),
        directory,
        DeviceLifecycle(store, fcm),
        ProfileSync(bus, store, oracle),
        TaskNotifications(store, oracle, yardi, fcm),
        ProcurementAudit(store),
        HrAudit(store),
        LeasingAudit(store),
    ):
        bus.subscribe(listener)
    return Backend(
        bus=bus,
        store=store,
        auth=bus.entry_point(AuthController(bus, store)),
        users=bus.entry_point(UserService(bus, store)),
        directory=directory,
        approvals=ApprovalService(bus, store, oracle, yardi),
        profile_sync=ProfileSyncCallers(bus, store),
        poll=CheckNotifications(bus, store),
        weekly_sync=WeeklyProfileSync(bus, store),
        caches=(directory,),
    )
