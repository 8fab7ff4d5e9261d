"""`exit-loses-tasks`: after each deploy some devices stay subscribed, although every logout was answered.

Cause: `emit` only starts the listeners. When the program exits, the event loop cancels the running ones silently.
Fix: wait for the listeners before the program exits. Claim 22: Nest's `app.close()` does not wait for them either.
"""

from eventdemo.backend.patterns.auth import AuthController, NotificationAuthListener, UserAuthListener
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from eventdemo.pitfalls.logout_race import ALL_GONE, left_subscribed


async def broken(stage: Stage) -> str:
    """Exit after the last answer."""
    await stage.process.run(lambda: serve(stage))
    await stage.process.exit()
    return left_subscribed(stage)


async def repaired(stage: Stage) -> str:
    """Wait for the listeners, then exit."""
    await stage.process.run(lambda: serve(stage))
    await stage.process.run(stage.bus.drain)
    await stage.process.exit()
    return left_subscribed(stage)


async def serve(stage: Stage) -> None:
    stage.bus.subscribe(UserAuthListener(stage.store))
    stage.bus.subscribe(NotificationAuthListener(stage.store, stage.fcm))
    for user_id in stage.user_ids:
        await AuthController(stage.bus, stage.store).log_out_mobile(user_id, "any session")


PITFALL = pair("exit-loses-tasks", ALL_GONE, broken, repaired, users_explored=2)
