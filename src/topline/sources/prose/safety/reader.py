"""The reader of safety: sentence by sentence, each fact once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from topline.records import ArmValue, SafetyStatement
from topline.sources.page import Page, Sentence
from topline.sources.prose.safety.clauses import Clause, Said, clauses
from topline.sources.prose.safety.harms import LONGEST, Harm, as_written, find_harms
from topline.sources.prose.safety.lists import Listing, listings
from topline.sources.prose.safety.overall import overall_statement
from topline.sources.prose.safety.rates import arm_values, compared
from topline.sources.prose.safety.statements import statements

_CUE = re.compile(
    r"\b(?:adverse|[Ss]ide[- ]effects?|[Ss]afety(?! and efficacy)|tolerab\w+|[Tt]olerated|(?:TE|TR|S)?AEs?"
    r"|[Tt]oxicit\w+|safety profile|reactogenicity"
    r"|[Dd]iscontinu(?:ed|ations?) (?:rates?|due)|[Dd]ropout|solicited|died|(?<!or )deaths? (?:occurred|during|were))\b"
)
_HEADING = re.compile(r"^(?:[\w ,&/-]{0,40}\b)?(?:[Ss]afety|SAFETY|[Tt]olerability)\b[\w ,&/-]{0,40}:?$")
_EFFECT = re.compile(
    r"\b(?:hazard ratio|HR|odds ratio|relative risk|primary endpoint|co-primary|secondary endpoints?"
    r"|efficacy|improve(?:d|ment"
    r"|ments)|response rate|responders?|remission"
    r"|risk reduction|reduc(?:ed|tion) (?:in|of|the)|prevent(?:ed|ion|s)?|met (?:the|its|both)|free survival"
    r"|overall survival|relapse|progression|confidence interval|CI)\b"
)
_NOT_HERE = re.compile(
    r"\b(?:could|may|might|would|should|worldwide|each year|every year|annually|affects|leading cause"
    r"|is characteri[sz]ed by|symptoms (?:include|of)|prevalence"
    r"|designed to|to (?:evaluate|assess|investigate)|will (?:evaluate|assess|be)|eligib\w+|inclusion|exclusion"
    r"|labell?ing|[Ww]arnings and|[Cc]ontraindicat\w+|hypothesi[sz]ed|estimated \d|endpoints? (?:include|is|are|was"
    r"|were)|history of)\b"
)
_BOXED = re.compile(
    r"\b(?:[Bb]oxed|[Bb]lack[- ]box) [Ww]arning\b[^.;]{0,40}?\b(?:for|about|on|regarding|of|describing|concerning)\b"
    r"(?: the)?(?: risks? of)? (?P<what>[^.;]{3,200}?)(?= (?:observed|seen|reported|in patients|based"
    r"|with|that)\b|[.;]|$)"
)
_CONTROLS = re.compile(r"\b(?:than|compared (?:to|with)|versus|vs\.?|over|against)\b")
_REACH = 4
"""Sentences after one on safety that are read as being on safety too."""


def read_safety(page: Page) -> list[SafetyStatement]:
    """The safety facts of a page: one for each harm named, one for what a sentence says of safety as a whole."""
    found: dict[tuple[str, str, bool], SafetyStatement] = {}
    for index, facts in sorted(_by_sentence(page).items()):
        for fact in facts:
            key = (_known(fact.event), fact.drug or "", bool(fact.arms))
            twin = next((k for k in found if _same(k, key)), None)
            listed = found.get((key[0], key[1], False))
            if listed is not None and fact.arms and listed.direction in {"most common", "among most common"}:
                del found[(key[0], key[1], False)]  # the rates of a harm say more than its place in a list
            if twin is None:
                found[key] = fact
            elif fact.arms and fact.arms != found[twin].arms:
                found[(key[0] + str(index), key[1], key[2])] = fact
    return list(found.values())


def _by_sentence(page: Page) -> dict[int, list[SafetyStatement]]:
    """The facts of each sentence; one beside a sentence that tells of harms is read as being on safety itself."""
    told: dict[int, list[SafetyStatement]] = {}
    apart: list[Sentence] = []
    last_cue = -_REACH - 1
    for sentence in page.sentences:
        if _HEADING.match(sentence.text) and len(sentence.text) < 90:
            last_cue = sentence.index
            continue
        if sentence.role != "body" or sentence.speech:
            continue
        on_safety = _CUE.search(sentence.text[:LONGEST]) is not None
        if on_safety:
            last_cue = sentence.index
        near = sentence.index - last_cue <= _REACH
        if not near:
            apart.append(sentence)
        facts = list(_of_sentence(page, sentence, near, on_safety))
        if facts:
            told[sentence.index] = facts
    beside = [
        s for s in apart if any(_in_one_paragraph(page, s, i) for i in range(s.index - 2, s.index + 2) if i in told)
    ]
    told.update({s.index: list(_of_sentence(page, s, True, False)) for s in beside})
    return told


def _in_one_paragraph(page: Page, sentence: Sentence, index: int) -> bool:
    other = page.sentences[index]
    return "\n" not in page.folded.text[min(sentence.end, other.end) : max(sentence.start, other.start)]


def _known(event: str) -> str:
    plain = re.sub(r"\btract |s\b|\([^)]*\)", "", event.lower().replace("-", " ")).strip()
    return (
        "safety profile"
        if re.fullmatch(r"(?:overall )?(?:safety|tolerability)(?: (?:profile|finding|result|data))?", plain)
        else plain
    )


def _same(known: tuple[str, str, bool], key: tuple[str, str, bool]) -> bool:
    return known[0] == key[0] and known[1] == key[1] and known[2] >= key[2]


def _of_sentence(page: Page, sentence: Sentence, near: bool, on_safety: bool) -> Iterator[SafetyStatement]:
    text = sentence.text[:LONGEST]
    drug = _drug(page, sentence)
    overall = overall_statement(text)
    if overall is not None and not page.in_speech(sentence.start + overall.start):
        start, end = sentence.start + overall.start, sentence.start + overall.end
        about = [m.name for m in page.within("drug", max(sentence.start, start - 120), end)]
        yield _fact(page, start, end, overall.event, overall.direction, (), about[0] if about else page.subject.drug)
    boxed = _BOXED.search(text)
    if boxed is not None and not page.in_speech(sentence.start + boxed.start()):
        start, end = sentence.start + boxed.start(), sentence.start + boxed.end()
        yield _fact(page, start, end, f"boxed warning: {boxed['what']}", "boxed warning", (), drug)
        return
    if _NOT_HERE.search(text):
        return
    harms = [h for h in find_harms(page, sentence) if not page.in_speech(h.start)]
    spoken: list[tuple[int, int]] = []
    for listing in listings(text, near):
        if not _is_of_harms(listing, harms, sentence):
            continue
        yield from _of_listing(page, sentence, listing, drug)
        spoken.append((sentence.start + listing.start, sentence.start + listing.items[-1].end))
    if not harms and not re.search(r"\bdied\b|\bNo [a-z]", text):
        return
    for clause in clauses(page, sentence, harms):
        if any(clause.start < end and start < clause.end for start, end in spoken):
            continue  # the head of a list is no fact of its own
        for said in statements(clause, drug):
            yield from _of_clause(page, sentence, clause, said, drug, near, on_safety)


def _is_of_harms(listing: Listing, harms: list[Harm], sentence: Sentence) -> bool:
    """Whether one entry of a list is known to be a harm, or the list calls itself one of adverse events."""
    if (
        re.search(r"\b(?:adverse|AEs?|TEAEs?|TRAEs?|[Ss]ide[- ]effects?|reactions?|toxicit\w+)\b", listing.what)
        and listing.common
    ):
        return True
    spans = [(sentence.start + i.start, sentence.start + i.end) for i in listing.items]
    return any(a <= h.start < b for h in harms for a, b in spans if h.sort == "event")


def _of_listing(page: Page, sentence: Sentence, listing: Listing, drug: str | None) -> Iterator[SafetyStatement]:
    whole = Clause(sentence.text, sentence.start, sentence.end, (), ())
    names: list[str] = []
    start = sentence.start + listing.start
    for item in listing.items:
        arms = arm_values(whole, item.rates, drug, names)
        if len(arms) > 1 and not names:
            names = [a.arm for a in arms]
        event = as_written(item.name, item.start == 0)
        if listing.grade and "rade" not in event:
            event = f"{event} ({listing.grade.lower()})"
        direction = compared(arms) or listing.common or "reported"
        end = max(sentence.start + listing.items[-1].end, start + 1)
        yield _fact(page, start, end, event, direction, arms, drug)


def _of_clause(
    page: Page, sentence: Sentence, clause: Clause, said: Said, drug: str | None, near: bool, on_safety: bool
) -> Iterator[SafetyStatement]:
    start, end = clause.start, clause.end
    if said.label is not None and not said.harms:
        if not said.sure and not near:
            return
        yield _fact(page, start, end, said.label, said.direction, said.arms, drug)
        return
    for harm in said.harms:
        if not _counts(page, sentence, harm, said, near, on_safety):
            continue
        event = said.label or as_written(harm.text, harm.start == sentence.start)
        yield _fact(page, start, end, event, said.direction, said.arms, drug)
        if said.label is not None:
            return


def _counts(page: Page, sentence: Sentence, harm: Harm, said: Said, near: bool, on_safety: bool) -> bool:
    """Whether a harm is one of the treatment here, not an endpoint of its efficacy or its disease."""
    text = sentence.text
    if harm.disease and not said.arms and not said.sure:
        return False
    if harm.sort in {"sign", "guess"}:
        return near and _EFFECT.search(text) is None
    if harm.sort in {"class", "stopped"}:
        return bool(near or said.sure or said.arms)
    efficacy = _EFFECT.search(text) is not None and not on_safety
    incidence = re.search(rf"\b(?:incidence|frequency|rates?) of {re.escape(harm.text)}", text) is not None
    if harm.sort == "death":
        return (
            near and not efficacy and not re.search(r"\b(?:any cause|all-cause|cardiovascular death|risk of)\b", text)
        )
    if (
        said.sure
        and not efficacy
        and (re.match(r"no", said.direction or "") or re.search(r"(?:[Ii]nfections?|[Rr]eactions?)$", harm.text))
    ):
        return True
    if (
        said.direction
        and re.search(
            r"not increased|no increase|no change|frequent|common|did not differ|led to a stop", said.direction
        )
        and said.sure
        and not efficacy
    ):
        return True
    seen = re.search(
        rf"{re.escape(harm.text)}[^.;]{{0,80}}? (?:occurr|seen|reported|found|observed|noted|develop|affected)", text
    )
    had = re.search(rf"\b(?:had|experienced|developed|suffered) (?:an? )?{re.escape(harm.text)}", text)
    seen = seen or had
    counted = said.label is not None or re.match(
        r"in |\w+ reported|led to|.*(?:excess|imbalance)", said.direction or ""
    )
    if not efficacy and ((seen is not None and said.arms) or (said.sure and counted and harm.sort == "event")):
        return True
    if incidence and said.arms and "hazard ratio" not in text and not re.search(r"\bHR\b|\breduced\b", text):
        return True
    return near and not efficacy


def _fact(
    page: Page, start: int, end: int, event: str, direction: str | None, arms: tuple[ArmValue, ...], drug: str | None
) -> SafetyStatement:
    text = page.folded.text
    while start < end and text[start] in " ;,-—":
        start += 1
    while end > start + 1 and text[end - 1] in " ;,":
        end -= 1
    quote, first, last = page.place(start, end)
    return SafetyStatement(
        id="", quote=quote, start=first, end=last, event=event, direction=direction, arms=arms, drug=drug
    )


def _drug(page: Page, sentence: Sentence) -> str | None:
    """The drug that a sentence on safety is about: the first that it names, unless it is only compared with."""
    for mention in page.of("drug", sentence):
        before = page.folded.text[max(sentence.start, mention.start - 40) : mention.start]
        if not re.search(r"\b(?:than|compared (?:to|with)|versus|vs\.?|against)(?: \w+){0,4} $", before):
            return mention.name
    return page.subject.drug
