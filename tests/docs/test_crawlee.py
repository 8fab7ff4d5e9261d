"""explore-fastapi.md says what crawlee's event manager does; its output shows the rest."""

import asyncio

from eventdemo.simulate.virtual_time import run


def test_the_event_manager_emits_once_a_minute_for_as_long_as_it_is_open():
    from crawlee.events import Event, EventManager  # takes a third of a second, in each process of the run

    emitted = []

    async def main():
        async with EventManager() as events:
            events.on(event=Event.PERSIST_STATE, listener=note)
            await asyncio.sleep(150)
            return len(emitted)

    async def note(_):
        emitted.append(asyncio.get_running_loop().time())

    assert run(main()) == 3
    assert emitted == [0, 60, 120, 150]
