"""The events of a page: what the rules find, each once, with its drug, date, status, parties and amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from topline.records import OpinionStatement, Party, ReadEvent
from topline.sources.mentions.mention import Mention
from topline.sources.mentions.money import find_amounts
from topline.sources.page import Page, Sentence
from topline.sources.prose.events.parties import parties_of
from topline.sources.prose.events.rules import RULES, SAFETY_SIGNAL, WITH_EVENT, Rule
from topline.sources.prose.status import is_background, status_of

_REASON = re.compile(
    r"\b(?:due to|because of|based on|as a result of|following|citing|owing to|on the basis of|after|is"
    r" the result of|in order to|to) "
    r"(?P<reason>[^.;\"]{8,160})"
)
_WITH_REASON = {"deal_terminated", "rights_returned", "trial_stopped", "rejection", "layoff"}
_JOIN = re.compile(
    r"^[®™]?(?: \([^)]*\))?(?: injection)?,?(?: and| plus| in combination with| combined with| with| \+|/"
    r"|,)? ?(?:the |an? )?(?:[\w-]+ ){0,2}$"
)


@dataclass(frozen=True)
class _Found:
    """An event told at ``start:end`` of a sentence."""

    rule: Rule
    sentence: Sentence
    start: int
    end: int


def read_events(page: Page) -> list[ReadEvent]:
    """The events that a page tells, each once, in the order of the text.

    What the headline and the summary say is left out where the body says it again.
    """
    told = [_event(page, found) for found in _found(page)]
    kept: list[tuple[ReadEvent, _Found]] = []
    for event, found in sorted(told, key=lambda pair: _rank(pair[1])):
        if event.detail in _ONLY_DONE and event.status not in {"happened", "background"}:
            continue
        if not any(_same(event, other, _both_in_body(found, first)) for other, first in kept):
            kept.append((event, found))
    return sorted((event for event, _ in kept), key=lambda e: e.start or 0)


_ONLY_DONE = {"filing accepted", "clinical hold lifted", "designation", "application withdrawn"}


def _both_in_body(found: _Found, other: _Found) -> bool:
    return found.sentence.role == other.sentence.role == "body"


def _rank(found: _Found) -> tuple[bool, bool, bool, int]:
    """Which of several tellings of one event to keep: the plainest, in the body, the first."""
    role = found.sentence.role
    return role == "headline", found.rule.weak, role != "body", found.sentence.index


def blotted(text: str) -> str:
    """A sentence without the full stops inside it, as long as before."""
    return text[:-1].replace(".", "·") + text[-1:]


def _found(page: Page) -> Iterator[_Found]:
    for sentence in page.sentences:
        if sentence.role == "boilerplate" or sentence.text.endswith("?"):
            continue
        houses = page.of("broker", sentence)
        told_by = houses[0].start - sentence.start if houses else len(sentence.text)
        text = blotted(sentence.text)
        taken: set[str] = set()
        spans: list[tuple[int, int]] = []
        for rule in RULES:
            if rule.type in taken and rule.type != "other":
                continue
            if rule.type == "trial_stopped" and "other" in taken and re.search(r"\b(?:resum|lift)", text):
                continue
            match = rule.pattern.search(text)
            if (
                match is None
                or match.start() > told_by
                or any(a < match.end() and match.start() < b for a, b in spans if rule.type in {"other", "readout"})
            ):
                continue
            if not _plausible(page, sentence, rule, match):
                continue
            taken.add(rule.type)
            spans.append(match.span())
            yield _Found(rule, sentence, match.start(), match.end())
        signal = _safety_signal(page, sentence)
        if signal is not None:
            yield signal


_SIGNAL_RULE = Rule("safety_signal", re.compile(""))
_SIGNALS: tuple[tuple[re.Pattern[str], str | None], ...] = (
    *((pattern, None) for pattern in SAFETY_SIGNAL),
    (WITH_EVENT[0], "adverse event"),
    (WITH_EVENT[1], "grave event"),
)


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


def _safety_signal(page: Page, sentence: Sentence) -> _Found | None:
    if sentence.role == "headline" or (page.subject.drug is None and not page.of("drug", sentence)):
        return None
    text = blotted(sentence.text)
    for pattern, kind in _SIGNALS:
        match = pattern.search(text)
        if match is None:
            continue
        at = sentence.start + match.start()
        if kind is not None and not page.within(kind, at, sentence.start + match.end() + 60):
            continue
        if status_of(text, match.start(), match.end()) == "happened" and not re.search(
            r"\b[Nn]o\b", text[: match.start()]
        ):
            return _Found(_SIGNAL_RULE, sentence, match.start(), match.end())
    return None


def _plausible(page: Page, sentence: Sentence, rule: Rule, match: re.Match[str]) -> bool:
    """Whether a match can be an event of its type at all."""
    text = sentence.text
    if sentence.speech and rule.type not in {"other", "filing_planned"}:
        return False
    if (
        rule.of_drug
        and page.subject.drug is None
        and not page.of("drug", sentence)
        and rule.type
        not in {
            "deal_signed",
            "deal_terminated",
            "deal_terms",
            "payment",
            "trial_started",
            "trial_stopped",
            "rights_returned",
            "readout",
            "other",
        }
    ):
        return False
    if rule.type == "readout" and not _tells_results(page, sentence, text):
        return False
    if rule.type == "approval" and re.search(
        r"\bno [\w ,-]{0,60}approved|\bFDA-approved|not (?:yet )?(?:been )?approved|approved by (?:its|the)"
        r" board|Board of Directors",
        text,
    ):
        return False
    return not (
        rule.type == "trial_stopped"
        and re.search(r"\bdiscontinu\w+\b[^.;]{0,30}\b(?:due to|because of) (?:an? )?(?:adverse|AE)", text)
    )


_RESULTS = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|endpoints?|clinical|safety data|patients|readout"
    r"|(?:mixed|positive|negative|topline|top-line|disappointing|interim|encouraging) (?:data|results))\b"
)


def _tells_results(page: Page, sentence: Sentence, text: str) -> bool:
    """A sentence on results names a trial, a phase, a study or an endpoint; quarterly figures do not."""
    if re.search(r"\b(?:financial results|quarter(?:ly)? results|full[- ]year results|earnings)\b", text):
        return False
    return bool(page.of("trial", sentence) or page.of("phase", sentence) or _RESULTS.search(text))


def _event(page: Page, found: _Found) -> tuple[ReadEvent, _Found]:
    sentence, rule = found.sentence, found.rule
    at = sentence.start + found.start
    quote, start, end = page.place(sentence.start, sentence.end)
    date = _date_of(page, found)
    status = rule.default
    if rule.default != "background":
        status = status_of(sentence.text, found.start, found.end, rule.default)
    if status == "happened" and is_background(sentence.text, found.start, found.end, date, page.document.info.date):
        status = "background"
    if (
        date is None
        and status in {"happened", "denied"}
        and sentence.index <= _lead(page)
        and rule.type not in {"deal_terms"}
    ):
        date = page.document.info.date
    phases = page.of("phase", sentence)
    trials = page.of("trial", sentence)
    if not trials and rule.type == "readout" and sentence.role == "body":
        last = page.before("trial", sentence.start)  # "this trial" is the one named before
        trials = [] if last is None else [last]
    indications = page.of("indication", sentence)
    targets = page.of("target", sentence)
    drug = _drug_of(page, sentence, at) if rule.of_drug else _drug_in(page, sentence, at)
    type_, detail = rule.type, rule.detail
    if type_ in _DONE and status in {"planned", "expected", "possible"}:
        type_, detail = _DONE[type_], f"{type_.replace('_', ' ')}, {status}"
    event = ReadEvent(
        id="",
        quote=quote,
        start=start,
        end=end,
        type=type_,
        status=status,
        date=date,
        parties=parties_of(page, sentence, rule.type, at),
        drug=drug,
        target=targets[0].name if targets else (page.subject.target if drug == page.subject.drug else None),
        indication=indications[0].text if indications else (page.subject.indication if drug is not None else None),
        phase=_nearest(phases, at).name if phases else None,
        trial="; ".join(dict.fromkeys(m.name for m in trials)) or None,
        reason=_reason(sentence.text, found.end) if rule.type in _WITH_REASON else None,
        amounts=tuple(amount for _, _, amount in find_amounts(sentence.text)),
        detail=detail,
    )
    return event, found


def _lead(page: Page) -> int:
    """The index of the last sentence that counts as the lead: the first two of the body."""
    body = [s.index for s in page.sentences if s.role == "body"]
    return body[min(2, len(body) - 1)] if body else 0


def _nearest(mentions: list[Mention], at: int) -> Mention:
    return min(mentions, key=lambda m: abs(m.start - at))


_DONE = {
    "rejection": "other",
    "approval": "other",
    "trial_started": "other",
    "filing_submitted": "filing_planned",
    "payment": "deal_terms",
}
"""What an event that is not done yet counts as: these types name what has been done."""
_COMPARED = re.compile(
    r"\b(?:versus|vs·?|compared (?:to|with)|over|than|superior to|against|biosimilar to"
    r"|comparator)\b[^;]{0,40}$"
)


def _drug_in(page: Page, sentence: Sentence, at: int) -> str | None:
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


def _drug_of(page: Page, sentence: Sentence, at: int) -> str | None:
    """The drug of an event: named in its sentence, or the one that the document is about."""
    return _drug_in(page, sentence, at) or page.subject.drug


def _date_of(page: Page, found: _Found) -> str | None:
    """The date nearest to the words that tell the event, in their sentence."""
    sentence = found.sentence
    dates = [d for d in page.of("date", sentence) if d.text not in {"this year", "that year"}]
    if not dates:
        return None
    at = sentence.start + found.start
    return _nearest(dates, at).name


def _reason(text: str, end: int) -> str | None:
    match = _REASON.search(text, max(0, end - 10)) or _REASON.search(text)
    return match["reason"].strip(" ,") if match else None


def _same(event: ReadEvent, other: ReadEvent, both_in_body: bool) -> bool:
    """Whether two statements tell one event: same type and drug, no trial, date or status that tells them apart."""
    if event.type != other.type or event.detail != other.detail:
        return False
    if event.type == "deal_terms":
        return event.quote == other.quote
    if not _overlap(event.drug, other.drug, " + "):
        return False
    if event.type in {"trial_stopped", "trial_started", "readout"}:
        if event.trial and other.trial and not _overlap(event.trial, other.trial, "; "):
            return False
        if event.type == "trial_stopped" and both_in_body and bool(event.trial) != bool(other.trial):
            return False
    return not (both_in_body and event.date and other.date and event.date[:7] != other.date[:7])


def _overlap(first: str | None, second: str | None, mark: str) -> bool:
    if first is None or second is None:
        return first == second
    return bool(set(first.split(mark)) & set(second.split(mark)))
