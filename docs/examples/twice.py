"""One event that is delivered twice, and two events that look alike."""

from eventdemo import EventBus, Ledger
from eventdemo.backend.events import AuthLogin


def notify(event: AuthLogin) -> None:
    print(f"user {event.user_id} notified, event {seen.setdefault(event.id, f'number {len(seen) + 1}')}")


seen: dict[str, str] = {}
bus, ledger = EventBus(), Ledger()
bus.observe(ledger)
bus.on("auth.login", notify)
bus.on("auth.*", notify)

print("one event, two registrations:")
bus.emit(AuthLogin(user_id=7))

bus.remove_listener("auth.*", notify)
print("two events, one registration:")
bus.emit(AuthLogin(user_id=7))
bus.emit(AuthLogin(user_id=7))
print({str(fate): number for fate, number in ledger.counts().items()})
