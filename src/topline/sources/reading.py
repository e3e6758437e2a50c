"""From a document to a reading: the readers propose, the gate admits."""

from __future__ import annotations

from topline.records import OpinionStatement, ReadEvent, Reading, Readout, Rejected, SafetyStatement, identify, made_by
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.page import make_page
from topline.sources.prose.events import house_opinions, read_events
from topline.sources.prose.opinions import read_opinions
from topline.sources.prose.readouts import read_readouts
from topline.sources.prose.safety import read_safety

READER = "rules/1"


def read_prose(document: Document) -> Reading:
    """The facts that the rules find in a document's prose."""
    page = make_page(document)
    rejected: list[Rejected] = []
    events: list[ReadEvent]
    readouts: list[Readout]
    safety: list[SafetyStatement]
    opinions: list[OpinionStatement]
    opinions, refused = admit(page.folded, read_opinions(page))
    rejected += refused
    events, refused = admit(page.folded, [*read_events(page), *house_opinions(page, opinions)])
    rejected += refused
    readouts, refused = admit(page.folded, read_readouts(page))
    rejected += refused
    safety, refused = admit(page.folded, read_safety(page))
    rejected += refused
    spec = {"reader": READER}
    return Reading(
        id=identify("reading", "reading/1", spec, document.info.sha256),
        made_by=made_by(spec),
        caveats=document.caveats,
        document=document.info,
        events=tuple(events),
        readouts=tuple(readouts),
        safety=tuple(safety),
        opinions=tuple(opinions),
        rejected=tuple(rejected),
    )
