"""`boot-race`: users who log in while the backend starts are not welcomed, and nothing reports an error.

Cause: requests are served before the module that listens is ready, and an event without a listener is not an error.
Fix: let every module subscribe before the first request. In Nest (8 to 12) an event that a constructor or
`onModuleInit` emits is lost, because listeners are attached in `onApplicationBootstrap` (claims 56 to 58).
"""

import asyncio

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.patterns.auth import AuthController
from eventdemo.backend.push import push
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

ALL_WELCOMED = "every user who logged in was welcomed"


async def broken(stage: Stage) -> str:
    """Serve the first requests while the module is still starting."""
    welcomed: list[int] = []
    await asyncio.gather(start_notifications(stage, welcomed), serve_logins(stage))
    return outcome(stage, welcomed)


async def repaired(stage: Stage) -> str:
    """Serve the first requests after the module has started."""
    welcomed: list[int] = []
    await start_notifications(stage, welcomed)
    await serve_logins(stage)
    return outcome(stage, welcomed)


async def start_notifications(stage: Stage, welcomed: list[int]) -> None:
    """Start the module in the usual way: read the settings, and then subscribe."""
    await stage.store.account(stage.user_ids[0], ORACLE_FUSION)

    @stage.bus.on(AuthLogin)
    async def welcome(event: AuthLogin) -> None:
        await push(stage.store, stage.fcm, event.user_id, "Welcome back", "Your tasks are waiting for you.")
        welcomed.append(event.user_id)


async def serve_logins(stage: Stage) -> None:
    """Log all users in at once, as after a restart, and wait for the listeners."""
    auth = AuthController(stage.bus, stage.store)
    await asyncio.gather(*(auth.log_in(user_id, f"morning-of-user-{user_id}") for user_id in stage.user_ids))
    await stage.bus.drain()


def outcome(stage: Stage, welcomed: list[int]) -> str:
    missed = len(stage.user_ids) - len(welcomed)
    return f"{missed} of {len(stage.user_ids)} users who logged in were not welcomed" if missed else ALL_WELCOMED


PITFALL = pair("boot-race", ALL_WELCOMED, broken, repaired)
