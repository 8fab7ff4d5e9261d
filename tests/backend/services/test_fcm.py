import json

import httpx
import pytest

from eventdemo.backend.services import Fcm, MalformedResponse, Rejected, UnregisteredToken
from mock_services import Company, FaultPlan, Faults
from tests.backend.services.exchange import USERS, anyone, scripted, with_fakes

COMPANY = Company(USERS)
PHONE = anyone(COMPANY, COMPANY.devices).devices[0]
UNINSTALLED = FaultPlan(fcm=Faults(unregistered_rate=1))


def asking(question, faults=None):
    async def ask(services, http):
        return await question(Fcm(http, "eventdemo"), services.fcm)

    return with_fakes(ask, faults, COMPANY)


def test_subscribed_topics_are_the_device_s_own():
    topics = asking(lambda fcm, _: fcm.subscribed_topics(PHONE.token))

    assert topics == sorted(PHONE.topics)
    assert "all-staff" in topics


def test_an_ended_subscription_stays_ended_and_ending_it_again_has_no_effect():
    async def question(fcm, _):
        await fcm.unsubscribe(PHONE.token, "all-staff")
        await fcm.unsubscribe(PHONE.token, "all-staff")
        return await fcm.subscribed_topics(PHONE.token)

    assert asking(question) == sorted(set(PHONE.topics) - {"all-staff"})


def test_a_device_without_subscriptions_has_no_topics():
    async def question(fcm, _):
        for topic in PHONE.topics:
            await fcm.unsubscribe(PHONE.token, topic)
        return await fcm.subscribed_topics(PHONE.token)

    assert asking(question) == []


def test_a_push_arrives_and_gets_a_name():
    async def question(fcm, fake):
        name = await fcm.send(PHONE.token, "Approve?", "12 standing desks", {"task": "200048"})
        return name, fake.sent, fake.latest[-1]

    name, sent, push = asking(question)

    assert name == "projects/eventdemo/messages/1"
    assert sent == 1
    assert (push.token, push.title, push.body) == (PHONE.token, "Approve?", "12 standing desks")
    assert push.data == {"task": "200048"}


def test_the_fake_counts_identical_pushes():
    async def question(fcm, fake):
        for body in ("one", "two", "one", "one"):
            await fcm.send(PHONE.token, "Approve?", body)
        counted = fake.sent, fake.repeated
        fake.reset()
        await fcm.send(PHONE.token, "Approve?", "one")
        return counted, fake.repeated

    assert asking(question) == ((4, 2), 0)


@pytest.mark.parametrize(
    "question",
    [
        lambda fcm, _: fcm.send(PHONE.token, "Hello", "?"),
        lambda fcm, _: fcm.subscribed_topics(PHONE.token),
        lambda fcm, _: fcm.unsubscribe(PHONE.token, "all-staff"),
    ],
    ids=["send", "subscribed_topics", "unsubscribe"],
)
def test_every_method_recognises_a_device_whose_app_was_uninstalled(question):
    with pytest.raises(UnregisteredToken, match="Firebase Cloud Messaging failed"):
        asking(question, UNINSTALLED)


def test_an_unknown_token_is_unregistered():
    with pytest.raises(UnregisteredToken):
        asking(lambda fcm, _: fcm.send("made:up", "Hello", "?"))


def test_a_404_without_the_code_unregistered_is_a_plain_rejection():
    answer = httpx.Response(404, json={"error": {"code": 404, "status": "NOT_FOUND", "details": []}})

    with pytest.raises(Rejected) as caught:
        scripted(lambda http: Fcm(http, "typo").send("t", "a", "b"), answer)

    assert type(caught.value) is Rejected


def test_an_unsubscription_refused_for_another_reason_is_a_plain_rejection():
    answer = httpx.Response(200, json={"results": [{"error": "INTERNAL"}]})

    with pytest.raises(Rejected, match="INTERNAL") as caught:
        scripted(lambda http: Fcm(http, "p").unsubscribe("t", "news"), answer)

    assert type(caught.value) is Rejected


def test_a_batch_of_one_must_have_one_result():
    with pytest.raises(MalformedResponse, match="0 results for one token"):
        scripted(lambda http: Fcm(http, "p").unsubscribe("t", "news"), httpx.Response(200, json={"results": []}))


def test_requests_have_the_documented_shape():
    async def question(http):
        fcm = Fcm(http, "my-project", access_token="ya29.x")
        await fcm.send("a:b", "Title", "Body")
        await fcm.unsubscribe("a:b", "news")
        await fcm.subscribed_topics("a:b")

    _, [sent, removed, info] = scripted(
        question,
        httpx.Response(200, json={"name": "projects/my-project/messages/0"}),
        httpx.Response(200, json={"results": [{}]}),
        httpx.Response(200, json={}),
    )

    assert str(sent.url) == "https://fcm.googleapis.com/v1/projects/my-project/messages:send"
    message = {"token": "a:b", "notification": {"title": "Title", "body": "Body"}, "data": {}}
    assert json.loads(sent.content) == {"message": message}
    assert str(removed.url) == "https://iid.googleapis.com/iid/v1:batchRemove"
    assert json.loads(removed.content) == {"to": "/topics/news", "registration_tokens": ["a:b"]}
    assert str(info.url) == "https://iid.googleapis.com/iid/info/a:b?details=true"
    assert info.headers["Authorization"] == "Bearer ya29.x"
    assert info.headers["access_token_auth"] == "true"
