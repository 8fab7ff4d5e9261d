"""The page for a browser, with curl commands that work against this server."""

import json
from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import quote

from mock_services.people import Company, Person
from mock_services.services import MockServices

_SEARCHED = 200  # users among whom an example with tasks or devices is searched for


def index_page(services: MockServices, address: str) -> str:
    """Return the page as HTML."""
    commands = "".join(
        f"<h2>{escape(title)}</h2>\n<pre>{escape(command)}</pre>\n" for title, command in examples(services, address)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>mock_services</title>'
        "<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "pre{background:#f4f4f4;padding:.8rem;overflow-x:auto}</style>\n"
        f"<h1>Oracle Fusion, Yardi and Firebase, all fake</h1>\n<p>{services.company.users:,} invented people. "
        f"The tokens below are good for a while; reload for new ones.</p>\n{commands}</html>"
    )


def examples(services: MockServices, address: str) -> Iterator[tuple[str, str]]:
    """Yield a title and a command for each kind of request."""
    company = services.company
    busy = company.person(_first(company, lambda n: company.pending_tasks(n, "procurement")))
    reachable = company.person(_first(company, company.devices))
    yield from _oracle_examples(services, busy, f"{address}/oracle")
    yield from _yardi_examples(services, busy, f"{address}/yardi")
    for device in reachable.devices[:1]:
        yield from _firebase_examples(reachable, device.token, address)


def _oracle_examples(services: MockServices, who: Person, address: str) -> Iterator[tuple[str, str]]:
    organisation = services.company.organisation(who.id)
    curl = f"curl -H 'Authorization: Bearer {services.oracle_fusion.issue(organisation)}'"
    secret = f"{organisation.client_id}:{organisation.client_secret}"
    yield "A token", f"curl -u {secret} -d grant_type=client_credentials {address}/oauth2/v1/token"

    workers = f"{address}/hcmRestApi/resources/11.13.18.05/publicWorkers"
    query = f"--data-urlencode \"q=Username='{who.username}'\" -d expand=assignments.managers -d onlyData=true"
    yield f"{who.full_name}, and who manages them", f"{curl} -G {workers} {query}"

    tasks = f"{address}/bpm/api/4.0/tasks"
    for domain, context in (("procurement", "fscm"), ("hr", "hcm")):
        url = f"{tasks}?applicationContext={context}&userId={quote(who.username)}"
        yield f"Their pending {domain} tasks", f"{curl} '{url}'"
    for task in services.company.pending_tasks(who.id, "procurement"):
        body = json.dumps({"action": {"id": "APPROVE"}})
        yield f"Decide: {task.title}", f"{curl} -X PUT -d '{body}' {tasks}/{task.id}"


def _yardi_examples(services: MockServices, who: Person, address: str) -> Iterator[tuple[str, str]]:
    token = services.yardi.issue(services.company.organisation(who.id))
    url = f"{address}/api/workflow/v1/approvals?assignee={quote(who.username)}&status=pending"
    yield "Their leasing approvals", f"curl -H 'Authorization: Bearer {token}' '{url}'"


def _firebase_examples(who: Person, token: str, address: str) -> Iterator[tuple[str, str]]:
    curl = "curl -H 'Authorization: Bearer anything' -H 'access_token_auth: true'"
    yield f"A phone of {who.full_name}'s", f"{curl} '{address}/iid/iid/info/{token}?details=true'"
    body = json.dumps({"message": {"token": token, "notification": {"title": "Hello", "body": "You have mail"}}})
    yield "A push to it", f"{curl} -d '{body}' {address}/fcm/v1/projects/eventdemo/messages:send"
    body = json.dumps({"to": "/topics/all-staff", "registration_tokens": [token]})
    yield "One subscription less", f"{curl} -d '{body}' {address}/iid/iid/v1:batchRemove"


def _first(company: Company, has: Callable[[int], object]) -> int:
    return next((n for n in range(1, min(company.users, _SEARCHED) + 1) if has(n)), 1)
