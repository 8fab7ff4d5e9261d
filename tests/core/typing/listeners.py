"""Read by mypy, never run: each line that must be an error says which one."""

from eventdemo import EventBus, on_event
from eventdemo.backend.events import AuthLogout, UserCreated

bus = EventBus()


def on_logout(event: AuthLogout) -> None:
    assert event.user_id


async def on_logout_async(event: AuthLogout) -> int:
    return event.user_id


def on_created(event: UserCreated) -> None:
    assert event.user_id


def anything(*args: object) -> None:
    assert args


bus.on(AuthLogout, on_logout)
bus.on(AuthLogout, on_logout_async)
bus.on("auth.logout", anything)
bus.on(AuthLogout, on_created)  # error: arg-type


@bus.on(AuthLogout)
def decorated(event: AuthLogout) -> None:
    assert event.user_id


@bus.on(AuthLogout)  # error: arg-type
def decorated_wrongly(event: UserCreated) -> None:
    assert event.user_id


class Listener:
    @on_event(AuthLogout)
    async def fits(self, event: AuthLogout) -> None:
        assert event.user_id

    @on_event(AuthLogout)  # error: arg-type
    async def does_not_fit(self, event: UserCreated) -> None:
        assert event.user_id


AuthLogout(userid=7)  # error: call-arg
