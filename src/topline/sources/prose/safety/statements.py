"""What a clause says of the harms that it names: how often, more or less than what, how bad, or none at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from topline.sources.prose.safety.absences import absent, changed
from topline.sources.prose.safety.clauses import HARM, HARMS, Clause, Said
from topline.sources.prose.safety.harms import Harm
from topline.sources.prose.safety.rates import RATE, arm_values, compared

_OF = r"(?:rates?|incidences?|frequenc(?:y|ies)|numbers?|proportions?|occurrences?|levels?|risks?|percentages?)"
_MORE = (
    r"(?:higher|greater|increased|elevated|lower|reduced|decreased|fewer|more|less frequent|more frequent|less"
    r"|similar|comparable|low|numerically higher|numerically lower|lowest|highest)"
)
_THAN = r"(?:than|compared (?:to|with)|versus|vs\.?|relative to|over|against)"
_PARTY = r"(?P<than>[^.,;()]{2,60})"
_COMPARED_BEFORE = re.compile(
    rf"\b(?P<way>(?i:{_MORE}))(?: (?:overall|numerical))? (?:{_OF} (?:of|for|in) )?(?:both )?(?P<harms>{HARMS})(?!-)"
)
_COMPARED_AFTER = re.compile(
    rf"(?P<harms>{HARMS})(?: {_OF}| events)?(?: [^.,;«»]{{0,90}}?(?:«d\d+»[^.,;«»]{{0,60}}?){{0,2}})??"
    rf" (?:was|were|are|is|occurred|remained|appeared|being)(?: (?:also|generally|largely|broadly|numerically"
    rf"|slightly|significantly|reported|observed|seen|experienced|noted|found|well|at|with|a))*"
    rf" (?P<way>similar|comparable|in line(?= with (?:the )?(?:placebo|control|comparator))|balanced"
    rf"|evenly distributed|higher|lower|greater|fewer|(?:(?:more"
    rf"|less) )?(?:frequent|common)(?:ly)?|more often|less often|elevated|increased|reduced|rare|infrequent|uncommon"
    rf"|low|[\"']low[\"'])(?!\w)"
    rf"|(?P<harms2>{HARMS})(?: [^.;«»]{{0,60}})? (?P<way2>did not differ|was no different|were no different"
    rf"|were not different|was not different)\b"
)
_HOW_BAD = re.compile(
    rf"(?:(?P<most>[Mm]ost|[Aa]ll|[Tt]he (?:vast )?majority of"
    rf"|[Nn]early all)(?: of)?(?: the)?(?: reported)? )?(?P<harms>{HARMS})(?: (?:«d\d+»|[\w-]+)){{0,8}}?"
    r" (?:were|was|being|tended to be) (?P<way>(?:(?:mostly|generally|predominantly|primarily|mainly|largely"
    r"|typically|all|usually|either|of|only) ){0,2}(?:mild|moderate|low[- ]grade|transient|manageable|reversible"
    r"|self-limit(?:ing|ed)|[Gg]rade 1|non-serious)[^.;,]{0,40})"
)
_COUNT = re.compile(
    r"(?<![Gg]rade )(?<! or )(?<!-)\b(?P<count>[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even"
    r"|[Ee]ight|[Nn]ine|[Tt]en|\d{1,3}"
    r"|[Aa] single|[Ss]ingle|[Aa]n?) "
    r"(?:(?:fatal|serious|confirmed|possible|reported|isolated|additional|severe|suspected|non-fatal|other"
    r"|further) ){0,2}"
    rf"(?:(?:cases?|events?|reports?|instances?|episodes?|occurrences?) of (?:[Gg]rade \S+ )?|(?:patients?"
    rf"|participants?|subjects?"
    rf"|people|person|recipients?|individuals?)(?: [^.;,«»]{{0,60}}(?:«d\d+»[^.;,«»]{{0,30}})?)? (?:(?:experienced"
    rf"|had|developed|reported|suffered|died (?:of|from|due to|after)) (?:an? )?)?)?(?P<harms>{HARMS})(?: (?:of"
    rf"|consisting of) (?P<of>{HARMS}))?"
    rf"|\b(?P<had>(?:had |has )?(?:developed|experienced|suffered)(?: an?| from)?) (?P<harms3>{HARMS})"
)
_DIED = re.compile(
    r"\b(?P<count>[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|\d{1,3}|[Aa]) (?:[\w-]+ ){0,3}?(?:patients?"
    r"|participants?|subjects?|people|person|child|children|boy|girl|man|woman|men|women|infant|volunteer|recipient)\b[^.;]{0,260}?"
    r"\bdied(?: (?:due to|of|from|after|following|as a result of|because of) (?P<cause>(?:(?!\b(?:which|that|and|in"
    r"|on|during|while|at|last|this|earlier|within|about|after|before|following|weeks|days"
    r"|months)\b)[^.,;]){3,70}))?"
)
_SHARE_DIED = re.compile(rf"{RATE}(?: of [^.,;]{{3,60}}?)? (?:had )?died\b")
_LED_TO = re.compile(
    rf"\b(?:clinical hold|(?:dosing|enrol?lment|trial|study) (?:was |has been |were )?(?:paused|halted|suspended"
    rf"|stopped)|partial hold|paused|suspended|halted)\b[^.;]{{0,140}}?\b(?:after|following|due to|because of"
    rf"|based on|related to|over|citing|prompted by"
    rf"|in response to)\b[^.;]{{0,80}}?(?P<harms>{HARMS})(?: of (?P<of>{HARMS}))?"
)
_STOPPED_OVER = re.compile(
    rf"\b(?:discontinued|discontinuations?|withdrew|withdrawals?|quit|dropped out"
    rf"|stopped treatment)\b[^.;«»]{{0,40}}? (?:due to|because of|owing to"
    rf"|as a result of) (?:an? )?(?P<harms>{HARMS})"
)
_IN_SOME = re.compile(
    rf"(?P<harms>{HARMS})(?: of [^.;«»]{{3,60}}?)?(?: (?:was|were|has been|have been))? (?:occurred"
    rf"|reported|seen|observed|noted|developed|found|recorded|detected|turned up|arose) in"
    r" (?P<count>(?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})"
    r" (?:patients?|participants?|subjects?|people|recipients?|child(?:ren)?|adults?|women|men|infants?))\b"
)
_MADE_STOP = re.compile(
    rf"(?P<harms>{HARMS})[^.;«»]{{0,40}}? led (?:(?:[\w-]+ ){{0,3}}(?:patients?|participants?|people"
    rf"|subjects?) to (?:stop"
    r"|discontinue|withdraw)|to (?:(?:study|treatment|drug|dose) )?(?:discontinuations?|withdrawals?|interruptions?))"
)
_EXCESS = re.compile(
    rf"\b(?P<way>(?:(?:small|slight|clear|numerical) )?(?:excess|imbalance)) (?:of|in) (?P<harms>{HARMS})"
)
_TREATED = re.compile(
    r"\b(?:received|took|needed|required|were given|was given|were treated with) [^.;«»]{3,60}? (?:for"
    r"|because of|due to"
    rf"|to treat) (?:an? |the )?(?P<harms>{HARMS})"
)
_SIMPLY_SEEN = re.compile(
    rf"(?P<harms>{HARMS})(?: events?)? (?:(?:was|were|has been|have been) (?:also )?(?:reported|observed"
    rf"|seen|noted)|occurred|averaged)\b"
)
_NOTHING_OF = re.compile(
    r"\bNo (?!(?:[\w-]+ ){0,4}?(?:differences?|benefits?|improvements?|responses?|effects?|plateau|correlations?"
    r"|relationships?|interactions?|progression|relapses?|signals?|concerns?|data|results?|patients?|participants?"
    r"|trends?|impact|other|such)\b)"
    r"(?P<free>[a-z][a-z -]{3,50}?) (?:was|were|has been|have been) (?:observed|reported|seen|detected)\b"
)


def statements(clause: Clause, drug: str | None) -> list[Said]:
    """What a clause says of its harms; each harm is spoken for once, by the first pattern that fits."""
    found: list[Said] = []
    taken: set[Harm] = set()
    for read in _READERS:
        for said in read(clause, drug):
            fresh = tuple(h for h in said.harms if h not in taken)
            if not fresh and said.label is None:
                continue
            taken.update(fresh)
            found.append(Said(fresh, said.direction, said.arms, said.label, said.sure))
    return found


def _died(clause: Clause, drug: str | None) -> list[Said]:
    found = [Said((), "reported", arm_values(clause, m[0], drug), "death") for m in _SHARE_DIED.finditer(clause.text)]
    for match in _DIED.finditer(clause.text):
        cause = match["cause"]
        label = f"death ({clause.plain(cause).strip()})" if cause else "death"
        found.append(Said(tuple(clause.named(match)), f"{match['count'].lower()} died", label=label, sure=True))
    return found


def _stopped(clause: Clause, drug: str | None) -> list[Said]:
    """Treatment that was stopped because of an event, which is not that event's rate."""
    found = []
    for match in _STOPPED_OVER.finditer(clause.text):
        harms = tuple(h for h in clause.of(match["harms"]) if h.sort == "event")
        if harms:
            label = f"discontinuation due to {clause.plain(match['harms'])}"
            found.append(Said(harms, "reported", arm_values(clause, clause.text, drug), label, sure=True))
    return found


def _consequence(clause: Clause, drug: str | None) -> list[Said]:
    found = [
        Said(tuple(clause.of(m["of"] or m["harms"])), "led to a pause", sure=True)
        for m in _LED_TO.finditer(clause.text)
    ]
    found += [Said(tuple(clause.of(m["harms"])), m["way"], sure=True) for m in _EXCESS.finditer(clause.text)]
    for match in _MADE_STOP.finditer(clause.text):
        found.append(
            Said(tuple(clause.of(match["harms"])), "led to a stop", arm_values(clause, clause.text, drug), sure=True)
        )
    return found + [Said(tuple(clause.of(m["harms"])), "treated") for m in _TREATED.finditer(clause.text)]


def _rated(clause: Clause, drug: str | None) -> list[Said]:
    """Harms with figures: those of a list each have their own in brackets, others share the clause's."""
    if not re.search(RATE, clause.text):
        return []
    found: list[Said] = []
    names: list[str] = []
    rest = clause.text
    for match in re.finditer(
        (
            rf"(?P<harm>{HARM})(?P<between>[^«»()]{{0,30}}(?:«d\d+»)?[^«»()\d]{{0,20}})?(?:\((?P<inside>[^()]{{1,90}})\)|(?P<bare>{RATE}))"
        ),
        clause.text,
    ):
        words = match["inside"] or match["bare"]
        if not re.search(RATE, words) or (match["bare"] and match["between"].strip()):
            continue
        values = arm_values(clause, words, drug, names)
        if len(values) > 1 and not names:
            names = [v.arm for v in values]
        found.append(Said(tuple(clause.of(match["harm"])), compared(values) or "reported", values))
    if re.search(r"\b(?:similar|comparable|balanced)\b", rest):
        found = [replace(said, direction="similar") if len(said.arms) > 1 else said for said in found]
    if len(found) > 1 or (found and len(clause.of(rest)) == 1 and len(re.findall(RATE, rest)) == len(found[0].arms)):
        return found
    harms = clause.of(rest)
    if not harms:
        return []
    rates = [m.group() for m in re.finditer(RATE, rest)]
    if len(harms) > 1 and len(rates) == len(harms) and "respectively" in rest:
        return [Said((h,), "reported", arm_values(clause, r, drug)) for h, r in zip(harms, rates, strict=True)]
    values = (
        arm_values(clause, rest, drug) if len({h.text for h in harms}) == 1 else ()
    )  # one rate for several harms is that of none
    direction = compared(values)
    if direction and re.search(r"\b(?:similar|comparable|balanced)\b", rest):
        direction = "similar"
    return [Said(tuple(harms), direction or "reported", values)]


def _more_or_less(clause: Clause, drug: str | None) -> list[Said]:
    found = []
    for pattern in (_COMPARED_BEFORE, _COMPARED_AFTER):
        for match in pattern.finditer(clause.text):
            if match.groupdict().get("way2"):
                found.append(Said(tuple(clause.of(match["harms2"])), "similar", sure=True))
                continue
            than = re.search(
                rf"\b{_THAN} (?:the |those (?:on|in|receiving) (?:the )?|with (?:the )?)?{_PARTY}",
                clause.text[match.end("way") :],
            )
            between = re.search(r"\b(?:across|between|among)\b", clause.text[match.end("way") :])
            way = match["way"].strip("\"'").lower()
            if pattern is _COMPARED_BEFORE and than is None and between is None:
                continue
            if than is not None:
                way = f"{way} vs {_short(clause.plain(than['than']))}"
            found.append(Said(tuple(clause.of(match["harms"])), way, sure=True))
    return found


def _short(words: str) -> str:
    cut = re.split(
        r"\b(?:counterparts|arms?|groups?|patients|alone|in|for|over|during|at|was|were|and)\b", words.strip()
    )[0].strip(" -—")
    return re.sub(r"^(?:with|the|patients on|those on) ", "", cut or words.strip())


def _severity(clause: Clause, drug: str | None) -> list[Said]:
    found = []
    for match in _HOW_BAD.finditer(clause.text):
        way = clause.plain(match["way"]).strip()
        if match["most"] and not re.match(r"(?:mostly|generally|predominantly)", way):
            way = "mostly " + way if match["most"].lower() != "all" else "all " + way
        found.append(Said(tuple(clause.of(match["harms"])), way))
    return found


def _counted(clause: Clause, drug: str | None) -> list[Said]:
    found = [
        Said(tuple(clause.of(m["harms"])), f"in {m['count'].lower()}", sure=True)
        for m in _IN_SOME.finditer(clause.text)
    ]
    for match in _COUNT.finditer(clause.text):
        if match["had"]:
            found.append(Said(tuple(clause.of(match["harms3"])), "reported"))
            continue
        harms = tuple(clause.of(match["of"] or match["harms"]))
        if match["count"].lower() in {"a", "an"} and " of " not in match[0] and "experienced" not in match[0]:
            continue
        case = re.search(r"\bcases? of\b|\b(?:had|developed|experienced|suffered) (?:an? )?«", match[0]) is not None
        found.append(Said(harms, f"{match['count'].lower()} reported", sure=case))
    return found


def _seen(clause: Clause, drug: str | None) -> list[Said]:
    return [Said(tuple(clause.of(m["harms"])), "reported") for m in _SIMPLY_SEEN.finditer(clause.text)]


def _unknown(clause: Clause, drug: str | None) -> list[Said]:
    """``No pigment changes were observed``: a harm that no list has, named as what was not seen."""
    return [Said((), "none", label=match["free"]) for match in _NOTHING_OF.finditer(clause.text)]


_READERS: tuple[Callable[[Clause, str | None], Sequence[Said]], ...] = (
    absent, changed, _died, _consequence, _stopped, _rated, _more_or_less, _severity, _counted, _seen,
    _unknown,
)  # fmt: skip
