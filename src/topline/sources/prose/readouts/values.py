"""Which numbers of a sentence are results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from topline.sources.mentions.mention import Mention
from topline.sources.prose.readouts import evidence
from topline.sources.prose.readouts.arms import Arm
from topline.sources.prose.readouts.assignment import VERSUS
from topline.sources.prose.readouts.criteria import endpoint_types
from topline.sources.prose.readouts.quantities import Quantity

DURATIONS = frozenset({"days", "weeks", "months", "years", "hours", "minutes", "seconds"})
_CLAUSE = re.compile(
    r";|, (?:and|but|while|after|as|sending|which|in wh(?:om|ich)|a)\b| (?:after|as|while|but|because"
    r"|despite) (?!compared|measured|opposed|assessed)| - "
)
_TIMED = re.compile(
    r"\b(?:[Mm]edian|[Mm]ean|[Aa]verage|(?i:PFS|OS|DOR|DFS|EFS|survival|duration of|time to"
    r"|prolong\w*|extend\w*|improv\w*|delay\w*|shorten\w*|short|reduc\w*|longer|shorter|gain\w*"
    r"|lived|decreas\w*|declin\w*|fell|fewer))\b"
)
_CLOCK = re.compile(
    r"\b(?i:at|after|over|through|within|during|until|for|every|follow-?up(?: was| of)?|up to|first"
    r"|last|past|next|in|(?<!ranged )(?<!ranging )from) (?:the |an? |approximately |about |up to "
    r"|at least |more than |over |nearly |almost |median of |median follow-up of )*$"
)
_AFTER_CLOCK = re.compile(
    r" ?(?:of follow|later(?! than)|earlier(?! than)|ago|after|before|prior|old|of age"
    r"|of treatment|of therapy|or longer|and older|follow|into|from now|to come|period)"
)
_IMPROVED = re.compile(
    r"(?:longer|shorter|improvement|gain|reduction|more|less|later than|sooner|faster|earlier|quicker)"
)
_COUNTED = re.compile(
    r"(?:events|relapses|attacks|exacerbations|seizures|bleeds|episodes|cases|infections"
    r"|headache days|migraine days|hospitali[sz]ations|crises|spells|falls|lesions)"
)
_BEFORE_BARE = re.compile(
    r"(?:\b(?:was|were|of|by|to|at|averaged|averaging|is|versus|vs\.?|v|and|with|against"
    r"|compared (?:with|to)|reached|fell|rose|from|or|between)|[:=(,/])\s?(?:approximately |about "
    r"|only |just |a mean of |an average of )?$"
)
_SCORE = re.compile(
    r"\b(?:scores?|rates?|slope|titre|titer|GMTs?|ratio|scale|index|annuali[sz]ed|per[- ]year"
    r"|mean change|change from baseline|count|EDSS|units?)\b",
    re.IGNORECASE,
)
_NOT_BARE = re.compile(
    r"(?:st|nd|rd|th)\b|[- ]?(?:patients|people|participants|adults|trials?|studies|sites"
    r"|countries|mg|arms?|doses?|of|in|years?|weeks?|months?|days?|p\.m|a\.m|more|other|new"
    r"|additional|endpoints?|groups?|subjects?|companies|to \d|x|times|other|out|or|genes?"
    r"|programs?|products?|medicines|drugs|clinical|Phase|phase|secondary|primary|key|centers"
    r"|ongoing|beats|breaths|different|dosing|lines?|prior|cycles?|infusions|injections)\b|[-/]\d|-[A-Za-z]"
)
_CRITERION_BEFORE = re.compile(
    r"\b(?:achiev\w*|reach\w*|hit(?:ting)?|attain\w*|had|having|experienc\w*|show\w*|with|los(?:t"
    r"|e|ing)|saw|met|demonstrat\w*|maintain\w*|of|sustained|confirmed|minimum|least) (?:an? |the "
    r"|at least |their |a sustained |a confirmed )?(?:\w+ ){0,2}$"
)
_CRITERION_AFTER = re.compile(
    r"^(?:[- ](?:or (?:more|greater)|improvement|reduction|decrease|decline|weight|response"
    r"|of their|skin|drop|increase|loss|confirmed|clearance|responder|fewer))"
)
_BRACKETED = re.compile(
    r"\) (?:needed|required|returned|remained|switched|resumed|stopped needing|had no|were (?:free|in))\b"
)
_DID_TOO = re.compile(r" (?:completed|had|achieved|reached|were|remained|maintained|stayed)\b")
_SEEN_IN = re.compile(r"\b(?:was|were|been) (?:seen|observed|reported|found|noted|detected|recorded) (?:in|by)\b")
_JUST_COMPARED = re.compile(rf"{VERSUS.pattern}[^,;]{{0,40}}$")
_NEXT = re.compile(r"(?:,? (?:and|versus|vs\.?|v\.?|or|compared (?:with|to))|,) (?:by )?")


def choose(
    text: str, start: int, end: int, quantities: Sequence[Quantity], arms: Sequence[Arm], endpoints: Sequence[Mention]
) -> list[Quantity]:
    """The quantities of the sentence ``start:end`` that are results."""
    sentence = text[start:end]
    listed = re.search(r": (?:\w+ ){0,3}[-+]?\d", sentence) is not None and len(quantities) > 1
    telling = evidence.tells_result(sentence, listed or (len(arms) > 1 and len(quantities) > 1), bool(endpoints))
    chosen: list[Quantity] = []
    for i, quantity in enumerate(quantities):
        following = _following(text, quantities, i)
        if _excluded(text, start, end, quantity):
            continue
        if not quantity.unit:
            named = _named(text, start, end, quantity, chosen[-1] if chosen else None, arms, endpoints, following)
            if named is not None:
                chosen.append(named)
            continue
        if _counts(text, start, end, quantity, telling, arms, chosen):
            chosen.append(quantity)
    return _without_criteria(text, start, chosen)


def _following(text: str, quantities: Sequence[Quantity], at: int) -> Quantity | None:
    """The next number, with the unit of its list: the ``letters`` of ``4.1, 5.0 and 5.2 letters``."""
    if at + 1 >= len(quantities):
        return None
    last = at + 1
    while (
        not quantities[last].unit
        and last + 1 < len(quantities)
        and _NEXT.fullmatch(text[quantities[last].stop : quantities[last + 1].start])
    ):
        last += 1
    return replace(quantities[at + 1], unit=quantities[last].unit)


def clause_of(text: str, start: int, end: int, place: int) -> tuple[int, int]:
    """The clause of ``start:end`` that a place lies in."""
    first, last = start, end
    for match in _CLAUSE.finditer(text, start, end):
        if match.end() <= place:
            first = match.start()
        elif match.start() > place:
            last = match.start()
            break
    return first, last


def _excluded(text: str, start: int, end: int, quantity: Quantity) -> bool:
    first, last = clause_of(text, start, end, quantity.start)
    clause = text[first:last]
    return (
        evidence.about_money(clause)
        or evidence.not_yet(text[first : quantity.start])
        or evidence.background(clause)
        or evidence.at_baseline(clause)
        or evidence.about_a_person(clause)
        or evidence.expected_number(text[max(start, quantity.start - 80) : quantity.start])
        or (
            quantity.unit == "%"
            and not quantity.share
            and re.match(
                r" ?(?:stake|interest|premium|discount|chance|probability|confidence|power|CI)\b",
                text[quantity.stop : quantity.stop + 14],
            )
            is not None
        )
    )


def _counts(
    text: str, start: int, end: int, quantity: Quantity, telling: bool, arms: Sequence[Arm], chosen: Sequence[Quantity]
) -> bool:
    """Whether a quantity with a unit is a result."""
    before, after = (
        text[max(start, quantity.start - 130) : quantity.start],
        text[quantity.stop : min(end, quantity.stop + 40)],
    )
    compared = any(
        q.unit == quantity.unit and VERSUS.search(text, q.stop, quantity.start) and quantity.start - q.stop < 90
        for q in chosen
    )
    if compared:
        return True
    if quantity.unit in DURATIONS:
        if _AFTER_CLOCK.match(after):
            return False
        if _CLOCK.search(before):
            return False
        return telling and (_TIMED.search(before) is not None or _IMPROVED.match(after.strip()) is not None)
    if _COUNTED.search(quantity.unit) and not re.search(r" (?:per|a|each|every) |/", quantity.unit):
        return telling and len(arms) > 1 and not quantity.unit.startswith("lesions")
    if quantity.share and _BRACKETED.match(after):
        return True
    if not telling and _SEEN_IN.search(before):
        return False
    if quantity.word:
        return (telling and (quantity.share or bool(arms))) or (quantity.share and bool(arms))
    if quantity.unit != "%" and " " not in quantity.unit and evidence.has_result_verb(text[start:end]):
        return True
    if quantity.share:
        return telling or bool(arms)
    return telling or (bool(chosen) and chosen[-1].share and _DID_TOO.match(after) is not None)


def _named(
    text: str,
    start: int,
    end: int,
    quantity: Quantity,
    previous: Quantity | None,
    arms: Sequence[Arm],
    endpoints: Sequence[Mention],
    following: Quantity | None,
) -> Quantity | None:
    """A number without a unit, with the unit that it takes from its neighbour or its endpoint; None for no result."""
    before, after = (
        text[max(start, quantity.start - 110) : quantity.start],
        text[quantity.stop : min(end, quantity.stop + 40)],
    )
    if not _BEFORE_BARE.search(before):
        return None
    another = _NOT_BARE.match(after.lstrip()) or _NOT_BARE.match(after)
    if previous is not None and quantity.start - previous.stop < 90:
        between = text[previous.stop : quantity.start]
        beside = any(0 <= a.start - quantity.stop < 16 for a in arms)
        if (_JUST_COMPARED.search(between) and (beside or not another)) or (
            re.search(r"\band (?:by )?$|, $", between) and beside
        ):
            return replace(quantity, unit=previous.unit)
    figure = text[quantity.start : quantity.end]
    precise = "." in figure or figure[0] in "-+"
    if another and not (precise and re.match(r" (?:in|of) the\b", after)):
        return None
    if following is not None and following.unit and following.start - quantity.stop < 30:
        between = text[quantity.stop : following.start]
        timed = following.unit not in DURATIONS or (_TIMED.search(before) is not None and _CLOCK.search(before) is None)
        if _NEXT.fullmatch(between) and timed:
            return replace(quantity, unit=following.unit)
    score = _SCORE.search(text, max(start, quantity.start - 110), quantity.start)
    beside = len(arms) > 1 and any(0 <= a.start - quantity.stop < 16 for a in arms)
    if not (precise or (beside and score)) or not (score or any(m.end <= quantity.start for m in endpoints)):
        return None
    if re.search(r"\brate|annuali[sz]ed", before, re.IGNORECASE):
        return replace(quantity, unit="per year" if re.search(r"annual", before, re.IGNORECASE) else "rate")
    if re.search(r"\bratio\b", before):
        return replace(quantity, unit="ratio")
    scale = score is not None or any(endpoint_types().get(m.name, "score") == "score" for m in endpoints)
    return replace(quantity, unit="points" if scale else "")


def _without_criteria(text: str, start: int, chosen: Sequence[Quantity]) -> list[Quantity]:
    """Without ``75% improvement`` where shares of patients who reached it are told."""
    shares = [q for q in chosen if q.share or q.word]
    if not shares:
        return list(chosen)
    kept: list[Quantity] = []
    for quantity in chosen:
        before, after = text[max(start, quantity.start - 50) : quantity.start], text[quantity.stop : quantity.stop + 30]
        criterion = (
            not quantity.share
            and not quantity.word
            and _CRITERION_AFTER.match(after) is not None
            and (_CRITERION_BEFORE.search(before) is not None or re.search(r"\b[Aa]n? $", before) is not None)
        )
        if not criterion:
            kept.append(quantity)
    return kept
