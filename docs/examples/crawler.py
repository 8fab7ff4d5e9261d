"""A crawler on crawlee's event manager. When it has to move to another machine, it saves its state and reports that."""

import asyncio

from crawlee.events import Event, EventCrawlerStatusData, EventManager, EventMigratingData


async def crawl(*, waits: bool) -> None:
    reported: list[str] = []

    async with EventManager() as events:

        async def save(_: EventMigratingData) -> None:
            await asyncio.sleep(0.1)  # the storage
            events.emit(event=Event.CRAWLER_STATUS, event_data=EventCrawlerStatusData(crawler_id=1, message="saved"))

        async def report(status: EventCrawlerStatusData) -> None:
            await asyncio.sleep(0.1)  # the dashboard
            reported.append(status.message)

        events.on(event=Event.MIGRATING, listener=save)
        events.on(event=Event.CRAWLER_STATUS, listener=report)
        events.emit(event=Event.MIGRATING, event_data=EventMigratingData())
        await asyncio.sleep(0.5)  # the current page
        if waits:
            await events.wait_for_all_listeners_to_complete()
    assert reported == ["saved"], f"reported {reported}"


async def leaves() -> None:
    await crawl(waits=False)


async def waits_first() -> None:
    await crawl(waits=True)
