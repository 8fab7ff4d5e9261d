"""For your tests: a ledger with assertions, a record of what a bus emitted, and tests that run under every schedule.

The pytest plugin is `pytest_eventdemo`. It imports this package when a test needs it.
"""

from eventdemo.testing.asserting_ledger import AssertingLedger
from eventdemo.testing.recorded import Recorded, recorded

__all__ = ["AssertingLedger", "Recorded", "recorded"]
