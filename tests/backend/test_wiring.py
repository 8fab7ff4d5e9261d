"""The wiring of an instance: its listeners and their order."""

import ast

import httpx
import pytest

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.events import ApprovalSubmitted, AuthLogout
from eventdemo.backend.services import Fcm
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.backend.wiring import build
from eventdemo.core.bus import EventBus
from eventdemo.core.events import REGISTRY, Event
from eventdemo.simulate.virtual_time import run
from mock_services import Company, MockServices
from tests.backend.patterns.office import in_the_office
from tests.house.repo import files, tree

OURS = [name for name, event in REGISTRY.items() if event.__module__ == "eventdemo.backend.events"]
IN_ORDER = {
    "auth.login": ["announce_login"],
    "auth.logout": ["log_out_devices", "unsubscribe_from_topics"],
    "user.created": ["refresh_name"],
    "user.updated": ["refresh_name", "confirm_change"],
    "user.deleted": ["forget_name", "log_out_deleted_user"],
    "user.syncProfile": ["sync_profile"],
    "user.sync.task.notifications": ["notify_procurement_tasks", "notify_hr_tasks", "notify_leasing_tasks"],
    "audit.procurement.approval": ["record_procurement_approval"],
    "audit.hr.approval": ["record_hr_approval"],
    "audit.leasing.approval": ["record_leasing_approval"],
}


def test_every_event_of_the_article_has_its_listeners_in_the_order_of_their_registration():
    async def scenario():
        async with httpx.AsyncClient(transport=MockServices(Company(3)).transport()) as http:
            database = Database()
            bus = build(EventBus(strict=True), Store(database), http).bus
            database.close()
            return {name: [listener.__name__ for listener in bus.listeners(name)] for name in OURS}

    assert run(scenario()) == IN_ORDER


def test_two_instances_share_the_store_and_nothing_else():
    async def scenario():
        database = Database()
        fill(database, Company(3))
        async with httpx.AsyncClient(transport=MockServices(Company(3)).transport()) as http:
            a, b = (build(EventBus(strict=True), Store(database), http) for _ in range(2))
            user = await a.store.user(2)
            user.full_name = "New Name"
            await a.users.save(user)
            await a.bus.drain()
            stored = (await b.store.user(2)).full_name
        database.close()
        return stored, a.directory.names, b.directory.names

    # That the second directory is out of date is what an in-process bus costs: no event leaves its process.
    assert run(scenario()) == ("New Name", {2: "New Name"}, {})


def test_another_fcm_client_can_be_passed_in():
    asked = []

    def answer(request):
        asked.append(request.url.host)
        return httpx.Response(200, json={"name": "m"})

    async def scenario():
        database = Database()
        company = Company(30)
        fill(database, company)
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            backend = build(EventBus(), Store(database), http, fcm=Fcm(http, "p", messaging_url="http://push.example"))
            await backend.auth.log_in(next(n for n in range(1, 31) if company.devices(n)), "s")
            await backend.bus.drain()
        database.close()

    run(scenario())

    assert set(asked) == {"push.example"}


@in_the_office()
async def test_every_listener_of_the_backend_runs_as_a_task_or_returns_at_once(office):
    for name in OURS:
        for subscription in office.bus.subscriptions(name):
            assert subscription.is_coroutine or subscription.name == "forget_name"


@in_the_office()
async def test_only_errors_of_the_pipeline_reach_the_emitter(office):
    heard = {name for name in OURS if not all(s.suppress_errors for s in office.bus.subscriptions(name))}

    assert heard == {"user.syncProfile", "user.sync.task.notifications"}


@pytest.mark.parametrize("path", files("eventdemo/backend/patterns/*.py"))
def test_no_pattern_imports_another(path):
    imported = [node.module for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)]

    assert not [module for module in imported if module.startswith("eventdemo.backend.patterns")]


def test_every_event_of_the_article_is_frozen_and_has_the_article_s_fields():
    events = [REGISTRY[name] for name in OURS]

    assert all(issubclass(event, Event) and event.model_config["frozen"] for event in events)
    assert "user_id" in AuthLogout.model_fields
    assert sum(issubclass(event, ApprovalSubmitted) for event in events) == 3
