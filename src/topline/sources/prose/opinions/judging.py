"""What a sentence of direct speech does: it judges the data or the drug, it tells a feeling, or neither."""

from __future__ import annotations

import re

from topline.sources.page import Page
from topline.sources.prose.opinions.stance import Stance, stance_of

JUDGED_THING = re.compile(
    r"\b(?:data|results?|stud(?:y|ies)|trials?|findings?|outcomes?|efficacy|safety|tolerab\w+|profile|treatments?"
    r"|therap(?:y|ies)|medicines?|drugs?|vaccines?|candidate|compound|molecule|programs?|programmes?|inhibit(?:ion"
    r"|ors?)"
    r"|antibod(?:y|ies)|agonists?|antagonists?|pills?|tablets?|injections?|infusions?|treating|reduction|improvement|response|responses|remission|survival"
    r"|endpoints?|benefit|effects?|signals?|changes|readout|indication|approval|option|dose|doses|regimen|combination"
    r"|platform|approach|relief|decision|label|submission|letter)\b",
    re.IGNORECASE,
)
_CEREMONY = re.compile(
    r"\b(?:grateful|gratitude|thank(?:s|ful)?|look(?:s|ing)? forward|committed to|commitment|dedicated to"
    r"|honou?red|privileged|mission|hearts go out|condolences|welcome[sd]?|proud of our|appointment|joins?"
    r"|delighted to join|indebted)\b",
    re.IGNORECASE,
)
_OPENS = r"^[\"' ]*(?:(?:And|But|Overall|Today|Importantly|While|Together|Taken together|Collectively|Finally),? )?"
_TO_COME = re.compile(
    rf"{_OPENS}(?:We|It|The company|Our team) (?:will|plan|plans|intend|intends|expect|expects|aim"
    r"|continue to (?!believe|see|think)|are working|now plan|hope)\b"
)
_FEELING = re.compile(
    rf"{_OPENS}(?:(?:At [A-Z]\w+,? )?(?:[Ww]e|I|[Oo]ur team|The team|Everyone)(?: here)?(?: at [A-Z]\w+)?"
    r" (?:are|am|were|remain|feel|felt|is|have been)|(?:We|I)'(?:re|m)) (?:(?!not\b)[\w-]+ ){0,2}?"
    r"(?:confident|encouraged|excited|pleased|delighted|thrilled|disappointed|optimistic|proud|happy|enthusiastic"
    r"|saddened|gratified|heartened|energi[sz]ed|surprised)\b"
)
_NEWS = re.compile(
    rf"{_OPENS}(?:[^.;,]{{0,60}}(?:which is why|why) )?(?:[Tt]oday(?:'s|\b)|[Tt]his (?:approval|milestone"
    rf"|decision|filing"
    r"|submission|designation)|(?:[Tt]he|[Oo]ur) (?:[\w-]+ ){0,2}?(?:approval|acceptance|designation|filing|submission"
    r"|initiation)\b|[Ii]nitiating|[Ss]tarting|[Dd]osing)"
    r"|\bthe (?:approval|acceptance|submission|filing|initiation) of\b"
)
_ARRIVAL = re.compile(r"\b(?:joins?|joining|joined|to welcome|appointment|promotion|succeeds?|successor)\b")
_VIEW = re.compile(r"^[\"' ]*(?:We|I) (?:\w+ )?(?:see|view|regard|consider|find|think|believe)\b(?! we\b| that we\b)")
_PRACTICE = re.compile(
    r"\b(?:my|our) patients\b|\bin (?:my|our) (?:practice|clinic)\b|\bhow (?:we|I) (?:will )?treat\b"
)
_BURDEN = re.compile(
    r"\b(?:needs?|unmet|burden\w*|devastating|struggl\w+|suffer\w*|thank\w*|grateful)\b", re.IGNORECASE
)
_LED_IN = (
    r"(?:^[\"' ]*(?:[A-Z][\w ,'-]{0,60}?,? )?|(?:,|;|—| -) ?(?:and|but|so|yet|as|because|while)? ?|\band (?=these|the)"
    r"|\b[Ww]e (?:\w+ )?(?:believe|think)(?: that)? )"
)
_DATA = (
    r"(?:[Tt]hese|[Tt]he|[Tt]hose|[Oo]ur|[Tt]his|[Tt]oday's|[Ss]uch|[Dd]ata|[Rr]esults|[Ff]indings)(?: [\w.-]+){0,4}?"
    r"(?: (?:data|results?|findings?|outcomes?|evidence|readouts?|stud(?:y|ies)|trials?|analys[ie]s|reductions?"
    r"|improvements?|responses?|benefits?|durability|profile|magnitude)\b|(?<=[Dd]ata)|(?<=[Rr]esults)|(?<=[Ff]indings))"
)
_SAYS = (
    r"(?:shows?|showed|suggests?|suggested|demonstrate[sd]?|confirm(?:s|ed)?|establish(?:es|ed)?|supports?|supported"
    r"|reinforces?|reinforced|underscores?|underscored|underlines?|highlights?|highlighted|indicates?|validates?"
    r"|provides?|provided|represents?|offers?|offer|strengthens?|illustrates?|reveals?|revealed|points? to|proves?"
    r"|adds? to|builds? on|gives?|marks?|sets?|brings?|speaks?|tells? (?:us|me)|makes? (?:a|the|it|me|us)|exceed\w*"
    r"|clearly|could (?:change|become|transform|not|hardly)|(?:has|have) the potential|(?:is|are) the first)"
)
_OF_DATA = re.compile(rf"{_LED_IN}{_DATA}\b[^.;]{{0,220}}?\b{_SAYS}\b")
_FIRST = re.compile(rf"{_LED_IN}(?:[Tt]h(?:is|ese|ey)|[Ii]t) (?:is|are) the (?:first|only|largest|strongest|best)\b")
_OF_DRUG = re.compile(
    r"^[^.;,]{0,60}?\b(?:(?:is|are) (?:now )?(?:the|a) (?:first|only)\b|(?:can|could|may|will|would) (?:\w+ )?(?:spare"
    r"|help|change|transform|address|become|bring|fill|redefine|improve|make|be an?\b|provide|offer|reduce|give)\b"
    r"|ha(?:s|ve) (?:the|real|great|significant|clear|enormous)? ?potential\b|changes?\b|gives?\b|offers?\b"
    r"|represents?\b|fills?\b|addresses\b|delivers?\b|is delivering\b|works\b|stands\b|holds promise\b)"
)
_PLAN = re.compile(
    r"\b(?:we|our)\b[^.;,]{0,30}\b(?:plans?|plan to|intend|file|submit)\b|\bdesigned to\b|\bif approved\b"
)


def judges(page: Page, start: int, end: int, words: str, outside: bool) -> Stance | None:
    """The stance of a sentence at ``start:end`` that judges the data or the drug; None where it does something else.

    ``words`` are its words without names; ``outside`` says that a physician speaks, or that the words around the speech
    name what it judges: a strong judgement need not name it again. Thanks, plans, feelings and the hailing of a
    milestone are no judgement.
    """
    text = page.folded.text[start:end]
    if _FEELING.search(text) or _TO_COME.search(text) or _NEWS.search(text) or _ARRIVAL.search(text):
        return None
    stance = stance_of(words)
    if _OF_DATA.search(text) or _FIRST.search(text) or _of_drug(page, start, end):
        return stance or Stance("positive", False)
    if _VIEW.search(text) and _names_thing(page, start, end):
        return stance or Stance("positive", False)
    if outside and _PRACTICE.search(text) and not _BURDEN.search(text):
        return stance or Stance("positive", False)
    if stance is None or not (_names_thing(page, start, end) or (outside and stance.strong)):
        return None
    if not stance.strong and (stance.stance == "neutral" or _CEREMONY.search(text) or "need" in text.split()):
        return None
    return stance


def feels(page: Page, start: int, end: int, words: str) -> Stance | None:
    """The stance of a sentence that tells a feeling about the drug or its data, or hails a milestone."""
    text = page.folded.text[start:end]
    if not (_FEELING.search(text) or _NEWS.search(text)) or _TO_COME.search(text) or _ARRIVAL.search(text):
        return None
    if not _names_thing(page, start, end):
        return None
    stance = stance_of(words)
    if stance is None or (not stance.strong and "approval" not in text):
        return None
    return stance


def _of_drug(page: Page, start: int, end: int) -> bool:
    """Whether a sentence says of a drug or a trial, named first, what it is or could be worth."""
    text = page.folded.text
    named = [m for kind in ("drug", "trial") for m in page.within(kind, start, min(end, start + 90))]
    return any(
        not re.search(r"[.;]|\b(?:of|in|for|to|on|by|with)$", text[start : m.start].rstrip())
        and _OF_DRUG.search(text[m.end : end]) is not None
        and not _PLAN.search(text[start:end])
        for m in named
    )


def _names_thing(page: Page, start: int, end: int) -> bool:
    named = any(page.within(kind, start, end) for kind in ("drug", "trial", "target", "endpoint"))
    return named or JUDGED_THING.search(page.folded.text[start:end]) is not None
