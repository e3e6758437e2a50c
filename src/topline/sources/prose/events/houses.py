"""The opinions of banks and research houses as dated events."""

from __future__ import annotations

from collections.abc import Iterable

from topline.records import OpinionStatement, Party, ReadEvent
from topline.sources.page import Page


def house_opinions(page: Page, opinions: Iterable[OpinionStatement]) -> list[ReadEvent]:
    """The opinions of banks and research houses as dated events, one for each house: the first that has a date."""
    houses = {m.name for m in page.mentions["broker"]}
    events: dict[str, ReadEvent] = {}
    for opinion in opinions:
        if opinion.who not in houses or opinion.start is None or opinion.end is None:
            continue
        sentence = next((s for s in page.sentences if page.folded.span(s.start, s.end)[1] >= opinion.end), None)
        dates = page.of("date", sentence) if sentence is not None else []
        event = ReadEvent(
            id="",
            quote=opinion.quote,
            start=opinion.start,
            end=opinion.end,
            type="opinion",
            status="happened",
            date=dates[0].name if dates else None,
            parties=(Party(name=opinion.who, role="analyst"),),
            drug=page.subject.drug,
            detail=opinion.stance,
        )
        if opinion.who not in events or (events[opinion.who].date is None and event.date is not None):
            events[opinion.who] = event
    return list(events.values())
