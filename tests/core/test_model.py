"""The bus agrees with a list, whatever program drives it."""

from hypothesis import settings

from tests.core.machine import BusMachine

TestBusAgainstModel = BusMachine.TestCase
TestBusAgainstModel.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
