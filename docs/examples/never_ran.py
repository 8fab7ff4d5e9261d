"""An event whose name is misspelt, on a bus with a ledger and on a strict bus."""

from eventdemo import EventBus, Ledger
from eventdemo.backend.events import AuthLogout


def clear_device_token(event: AuthLogout) -> None:
    print(f"user {event.user_id}: device token cleared")


bus, ledger = EventBus(), Ledger()
bus.observe(ledger)
bus.on("auth.logout", clear_device_token)
print("emit returned", bus.emit("auth.logot", AuthLogout(user_id=7)))
print({str(fate): number for fate, number in ledger.counts().items()})

strict = EventBus(strict=True)
strict.on("auth.logout", clear_device_token)
try:
    strict.emit("auth.logot", AuthLogout(user_id=7))
except LookupError as error:
    print("strict:", error)
