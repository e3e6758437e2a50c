"""Which drug an event is about."""

from __future__ import annotations

import re

from topline.sources.page import Page, Sentence
from topline.sources.prose.events.finding import blotted

_JOIN = re.compile(
    r"^[®™]?(?: \([^)]*\))?(?: injection)?,?(?: and| plus| in combination with| combined with| with| \+|/"
    r"|,)? ?(?:the |an? )?(?:[\w-]+ ){0,2}$"
)
_COMPARED = re.compile(
    r"\b(?:versus|vs·?|compared (?:to|with)|over|than|superior to|against|biosimilar to"
    r"|comparator)\b[^;]{0,40}$"
)


def drug_in(page: Page, sentence: Sentence, at: int) -> str | None:
    """The drug named in a sentence, with what it is combined with; what it is compared with does not count."""
    text = blotted(sentence.text)
    drugs = [d for d in page.of("drug", sentence) if not _COMPARED.search(text, 0, d.start - sentence.start)]
    if not drugs:
        return None
    main = [d for d in drugs if d.name == page.subject.drug]
    after = [d for d in drugs if d.start >= at]
    first = (main or after or drugs)[0]
    names = [first.name]
    last = first
    for drug in drugs[drugs.index(first) + 1 :]:
        between = page.folded.text[last.end : drug.start]
        if len(between) > 60 or not _JOIN.match(between):
            break
        if drug.name not in names:
            names.append(drug.name)
        last = drug
    return " + ".join(names)


def drug_of(page: Page, sentence: Sentence, at: int) -> str | None:
    """The drug of an event: named in its sentence, or the one that the document is about.

    A sentence about other companies than the document's is not taken to speak of the document's drug.
    """
    named = drug_in(page, sentence, at)
    companies = {m.name for m in page.of("company", sentence)}
    if named is None and companies and not companies & _at_the_top(page) and _far(page, sentence):
        return None
    return named or page.subject.drug


def _at_the_top(page: Page) -> set[str]:
    """The companies of the title and of the first sentences: those that the document is about."""
    body = [s.end for s in page.sentences if s.role == "body"]
    end = body[min(2, len(body) - 1)] if body else 0
    return {m.name for m in page.within("company", 0, end)}


def _far(page: Page, sentence: Sentence) -> bool:
    """Whether the document's drug has not been named for two sentences."""
    first = page.sentences[max(0, sentence.index - 2)].start
    return all(d.name != page.subject.drug for d in page.within("drug", first, sentence.start))
