"""`exit-loses-tasks`: after each deploy some devices stay subscribed, although everybody who logged out got an answer.

Cause: `emit` only starts the listeners; when the program ends, the loop cancels what still runs, and no error says so.
Repair: wait for the listeners before the program ends. Claim 22: Nest's `app.close()` does not wait for them either.
"""

from eventdemo.backend.patterns.auth import AuthController, NotificationAuthListener, UserAuthListener
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair
from eventdemo.pitfalls.logout_race import ALL_GONE, left_subscribed


async def broken(stage: Stage) -> str:
    """End the program after the last answer."""
    await stage.process.run(lambda: serve(stage))
    await stage.process.exit()
    return left_subscribed(stage)


async def repaired(stage: Stage) -> str:
    """Wait for the listeners first."""
    await stage.process.run(lambda: serve(stage))
    await stage.process.run(stage.bus.drain)
    await stage.process.exit()
    return left_subscribed(stage)


async def serve(stage: Stage) -> None:
    """Log everybody out."""
    stage.bus.subscribe(UserAuthListener(stage.store))
    stage.bus.subscribe(NotificationAuthListener(stage.store, stage.fcm))
    for user_id in stage.user_ids:
        await AuthController(stage.bus, stage.store).log_out_mobile(user_id, "any session")


PITFALL = pair("exit-loses-tasks", ALL_GONE, broken, repaired, users_explored=2)
