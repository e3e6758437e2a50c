"""A result that no sentence announces as news is an event all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from topline.records import ReadEvent, Readout
from topline.sources.page import Page
from topline.sources.prose.events.dating import lead_end
from topline.sources.prose.status import is_background

_NEWS = {
    "readout", "publication", "approval", "rejection", "deal_signed", "deal_terminated", "rights_returned",
    "filing_submitted", "trial_stopped", "trial_started",
}  # fmt: skip
"""What a document may be about, its results told in passing."""


def told_by_results(page: Page, events: Iterable[ReadEvent], readouts: Sequence[Readout]) -> list[ReadEvent]:
    """The readout of a document that tells results and no other news; dated by its own sentence."""
    if any(event.type in _NEWS and event.status in {"happened", "background"} for event in events):
        return []
    first = next((r for r in readouts if r.values and r.start is not None and r.end is not None), None)
    if first is None:
        return []
    assert first.start is not None
    sentence = next((s for s in page.sentences if page.folded.span(s.start, s.end)[1] > first.start), None)
    dates = page.of("date", sentence) if sentence is not None else []
    known = page.document.info.date
    date = dates[0].name if dates else (known if sentence is not None and sentence.index <= lead_end(page) else None)
    old = sentence is not None and is_background(sentence.text, 0, len(sentence.text), date, known)
    return [
        ReadEvent(
            id="",
            quote=first.quote,
            start=first.start,
            end=first.end,
            type="readout",
            status="background" if old else "happened",
            date=date,
            drug=first.drug,
            trial=first.trial,
            phase=first.phase,
        )
    ]
