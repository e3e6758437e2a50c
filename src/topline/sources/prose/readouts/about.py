"""What a sentence is about, by the sentence itself and those before it: its drug, its trial, the drug's usual name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from topline.sources.page import Page, Sentence

_NO_TRIAL = re.compile(r"^(?:I{1,3}|IV)[abc]?$")


@dataclass
class Memory:
    """What earlier sentences said that a later one refers to."""

    arms: list[str] = field(default_factory=list)
    endpoint: str | None = None
    primary: str | None = None
    trial: str | None = None
    trials: list[str] = field(default_factory=list)
    comparator: str | None = None


def wording(page: Page, name: str | None, end: int) -> str | None:
    """A drug's name as the document says it before a place: the brand where it hardly says the other."""
    forms = Counter(m.text for m in page.mentions.get("drug", ()) if m.name == name and m.start < end)
    most = forms.most_common(1)
    return most[0][0] if most and name and most[0][1] > 2 * forms[name] and most[0][0].lower() != name.lower() else name


def subject_of(page: Page, sentence: Sentence) -> str | None:
    """The drug that a sentence is about: the document's, unless it names another one alone."""
    mentions = page.of("drug", sentence)
    text = page.folded.text
    named = [m.name for m in mentions if not _AGAINST.search(text[max(sentence.start, m.start - 25) : m.start])]
    if page.subject.drug in {m.name for m in mentions}:
        return page.subject.drug
    if named:
        return named[0]
    earlier = page.before("drug", sentence.start)
    if earlier is not None and all(
        m.name != page.subject.drug for m in page.within("drug", page.sentences[0].start, sentence.start)
    ):
        return earlier.name  # the document's drug is not yet named
    return page.subject.drug


_AGAINST = re.compile(
    r"\b(?:against|versus|vs\.?|compared (?:with|to)|relative to|than|over|or|plus|and|in combination with|added to"
    r"|placebo (?:plus|and)) (?:placebo (?:plus|and) )?(?:the )?$"
)


def trial_of(page: Page, sentence: Sentence, memory: Memory) -> str | None:
    """The trials that a sentence names, else the one named last, unless that was for comparison only."""
    named = list(dict.fromkeys(m.name for m in page.of("trial", sentence) if not _NO_TRIAL.match(m.name)))
    if named:
        memory.trial = "; ".join(named[:3])
        memory.trials = [*(t for t in memory.trials if t not in named), *named]
        return memory.trial
    if len(memory.trials) > 1 and _BOTH.search(sentence.text):
        return "; ".join(memory.trials[-2:])
    whole = page.subject.trial if page.subject.trial and not _NO_TRIAL.match(page.subject.trial) else None
    return whole if whole and _compared_only(page, memory.trial) else memory.trial or whole


_BOTH = re.compile(r"\b(?:[Bb]oth|[Ee]ither|[Nn]either|the two|two) (?:of the )?(?:study|studies|trials?)\b")


def _compared_only(page: Page, trial: str | None) -> bool:
    """Whether a trial is named once or twice, for comparison, in a document on another one."""
    if trial is None or page.subject.trial is None:
        return True
    counts = Counter(m.name for m in page.mentions.get("trial", ()))
    return counts[trial] <= 2 and counts[page.subject.trial] >= 2 * counts[trial]
