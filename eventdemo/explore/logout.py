"""`logout` and `logout-race`: the repaired and the printed listeners of a logout, over the real store and the fakes."""

import asyncio
from functools import cache

from eventdemo.bus import EventBus
from eventdemo.explore.backend import Workshop
from eventdemo.explore.experiment import Experiment
from eventdemo.model import Device
from eventdemo.patterns.auth import AuthController, NotificationAuthListener, UserAuthListener
from eventdemo.pitfalls.logout_race import NotificationUserAuthEventListener, UserAuthEventListener
from eventdemo.services import Fcm
from eventdemo.store import Store
from eventdemo.wiring import FIREBASE_PROJECT
from mock_services import Company

USER = 4
"""Of this company: somebody with one device in three topics."""
ALL_GONE = "no topic stays subscribed"


@cache
def workshop() -> Workshop:
    """Build the workshop when the first logout is explored."""
    return Workshop(Company(USER, vendor_share=0))


async def printed(bus: EventBus) -> str:
    """Log out with the article's two listeners."""
    shop = workshop()
    floating = UserAuthEventListener(shop.database)
    bus.subscribe(floating)
    bus.subscribe(NotificationUserAuthEventListener(Store(shop.database), Fcm(shop.http, FIREBASE_PROJECT)))
    await log_out(bus)
    await asyncio.gather(*(task for task in floating.floating if not task.done()))
    return left_subscribed(shop)


async def repaired(bus: EventBus) -> str:
    """Log out with the listeners of `patterns/auth.py`."""
    shop = workshop()
    bus.subscribe(UserAuthListener(Store(shop.database)))
    bus.subscribe(NotificationAuthListener(Store(shop.database), Fcm(shop.http, FIREBASE_PROJECT)))
    await log_out(bus)
    return left_subscribed(shop)


async def log_out(bus: EventBus) -> None:
    """Log the user out, and wait until the bus is quiet."""
    await AuthController(bus, Store(workshop().database)).log_out_mobile(USER, "any session")
    await bus.drain()


def log_in_again() -> None:
    """Put the user's devices and topics back as they were."""
    shop = workshop()
    shop.services.fcm.unsubscribed.clear()
    devices = shop.company.devices(USER)
    shop.database.fill((Device, [{"user_id": USER, "token": d.token, "is_logged_in": True} for d in devices]))


def left_subscribed(shop: Workshop) -> str:
    """Count what the logout should have ended."""
    subscribed = {(device.token, topic) for device in shop.company.devices(USER) for topic in device.topics}
    left = len(subscribed - shop.services.fcm.unsubscribed)
    return f"{left} topics stay subscribed" if left else ALL_GONE


LOGOUT_RACE = Experiment("logout-race", ALL_GONE, printed, ALL_GONE.__eq__, log_in_again)
LOGOUT = Experiment("logout", ALL_GONE, repaired, ALL_GONE.__eq__, log_in_again)
EXPERIMENTS = (LOGOUT, LOGOUT_RACE)
