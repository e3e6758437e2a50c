"""Where a sentence names a harm: an adverse event, a kind of adverse event, a discontinuation, a death."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from topline.sources.page import Page, Sentence
from topline.sources.prose.safety.guesses import guessed
from topline.sources.prose.safety.signs import moved, watched

_GRADE = (
    r"(?:CTCAE )?[Gg]rades?[ -](?:≥ ?)?(?:\d|I{1,3}V?|IV|V)(?: ?(?:-|/|or|and|to) ?\d)?"
    r"(?:(?: or|,? and) (?:higher|greater|above|worse|more)| ?\+)?"
)
_OF_KIND = (
    r"(?i:serious|severe|fatal|life-threatening|non-serious|treatment[- ]?emergent|treatment[- ]related|drug[- ]related"
    r"|vaccine[- ]related|device[- ]related|procedure[- ]related|related|immune[- ]related|immune[- ]mediated"
    r"|immune-mediated|infusion[- ]related|infusion[- ]site|injection[- ]related|injection[- ]site|application[- ]site"
    r"|administration[- ]site|gastrointestinal|GI|gastrointestinal-related|cardiac|cardiovascular|hepatic|renal|ocular"
    r"|neurologic(?:al)?|neuropsychiatric|psychiatric|hematologic(?:al)?|haematologic(?:al)?|respiratory|skin"
    r"|dermatologic(?:al)?|opportunistic|bacterial|viral|fungal|thromboembolic|thrombotic|bleeding|hypersensitivity"
    r"|allergic|anaphylactic|local|systemic|solicited|unsolicited|sexual|cutaneous|ophthalmic|upper|lower|tract|urinary"
    r"|hypogly[c]a?emic|hypoglycaemic|metabolic|acute|major|unexpected|retinal|intraocular|autoimmune|hepatobiliary"
    r"|herpes|dose-limiting|common|reported|overall)"
)
_WHOLE = (
    r"[Aa]dverse (?:drug |clinical )?(?:events?|reactions?|effects?|experiences?)(?: of special interest)?(?: \((?:TE"
    r"|S|TR)?AEs?\))?(?: of [Gg]rade ≥? ?\d(?: ?[-/] ?\d| or (?:higher|greater|above|more)| ?\+)?)?"
    r"|(?:TE|TR|S|ir|IR)?AEs?(?:SIs?)?|[Ss]ide[- ]effects?|[Tt]oxicit(?:y|ies)"
)
_CLASS = re.compile(
    rf"(?<![\w-])(?:{_GRADE} )?(?:(?:{_OF_KIND}(?:, | or | and |/| )){{0,4}})(?:{_WHOLE})(?![\w-]| profile)"
    rf"|(?<![\w-]){_GRADE} (?:events?|reactions?)(?![\w-])"
)
_BY_SORT = re.compile(
    rf"(?<![\w-])(?:{_OF_KIND}(?: or | and |/| )){{1,3}}(?:infections?|reactions?)(?![\w-])"
    rf"|(?<![\w-])(?:[A-Z][a-z]{{6,}} [a-z]{{5,}} infections?|[Ii]nfections)(?![\w-])"
    r"|(?<![\w-])(?i:hypogly[c]a?emic|hypoglycaemic|thromboembolic|thrombotic|bleeding|haemorrhagic|hemorrhagic"
    r"|hypersensitivity) events?(?![\w-])"
)
_STOPPED_OVER = (
    r"(?: (?:due to|because of|owing to|resulting from|attributed to|related to|caused by|for|from)"
    rf" (?:an? |any )?(?:(?:{_OF_KIND}(?: or | and |/| )){{0,3}}(?:{_WHOLE})|tolerability|safety)(?![\w-]))"
)
_STOPPED = re.compile(
    rf"(?<![\w-])(?:{_OF_KIND} )?(?:{_WHOLE}) (?:leading to|that led to|resulting in|requiring|causing|led to)"
    r" (?:(?:study|treatment|drug|permanent|dose|premature|early)[- ]?){0,3}"
    r"(?:discontinuations?|withdrawals?|interruptions?|reductions?)(?: of (?:the )?(?:study )?(?:drug|treatment"
    r"|therapy))?"
    rf"|(?<![\w-])(?:[Tt]reatment |[Ss]tudy |[Dd]rug |[Dd]ose |[Pp]ermanent )?(?:[Dd]iscontinuations?"
    rf"|[Ww]ithdrawals?|[Dd]ropouts?|[Dd]rop-outs?)(?: rates?{_STOPPED_OVER}|(?= rates?)|{_STOPPED_OVER}"
    rf"|(?: of (?:treatment|therapy|study drug)){_STOPPED_OVER}?)"
    rf"|(?<![\w-])discontinu(?:ed|ing)(?: (?:the )?(?:treatment|therapy|study drug|drug|study|dosing)"
    rf"| [\w/-]{{3,30}})?{_STOPPED_OVER}"
    r"|(?<![\w-])(?:[Dd]ropout|[Dd]rop-out)(?= rate)"
)
_DEATHS = re.compile(
    r"(?<![\w-])(?:(?:treatment-related|drug-related|on-treatment|on-study|fatal|sudden) )?"
    r"(?:deaths?(?! (?:certificate|worldwide))|fatalities)"
    r"(?: (?:during|while on) (?:study )?(?:treatment|the study))?(?![\w-])"
)
_STOPPED_NAMES = re.compile(r"^discontinu(?:ed|ing)(?: [\w/-]+){0,3}?(?= (?:due|because|owing|resulting|from|for)\b|$)")
_ROSE = (
    (re.compile(r"^rises?(?= (?:in|of) )"), "increase"),
    (re.compile(r"^(?:falls?|drops?)(?= (?:in|of) )"), "decrease"),
)
# Endings that medical words of harm share; used beside the word list.
_ENDINGS = (
    "itis", "penia", "aemia", "emia", "algia", "rrhoea", "rrhea", "nychia", "uria", "cytosis", "paresis",
    "oedema", "edema", "plegia", "pnoea", "pnea", "pathy", "sthesia", "opsia", "ospasm", "kinesia", "rhythmia",
)  # fmt: skip
_LONG_WORD = re.compile(r"(?<![\w-])[A-Za-z]{6,}(?![\w-])")
_BY_FORM = re.compile(
    r"(?<![\w-])(?i:QTc?F? (?:interval )?prolongation|(?:liver|hepatic) (?:enzymes?"
    r"|transaminases?)(?: (?:elevations?|increases?))?"
    r"|(?:ALT|AST|transaminase|lipase|creatinine|liver enzyme|bilirubin|CPK) (?:elevations?|increases?)"
    r"|(?:elevated|raised|increased) (?:liver enzymes|transaminases|ALT|AST|lipase|creatinine|bilirubin"
    r"|blood pressure)|attempted suicide|suicide attempts?|suicides?"
    r"|(?:elevations?|increases?|rises?) in "
    r"(?:liver enzymes|transaminases|alanine aminotransferase|ALT|AST|lipase|creatinine)|suicidal ideation(?: (?:or"
    r"|and) behaviou?r)?"
    r"|major (?:adverse )?(?:cardiovascular|cardiac) events?|MACE|malignanc(?:y|ies)|venous thromboembolism|VTE"
    r"|cytokine release syndrome|CRS|ICANS|interstitial lung disease|ILD|hepatotoxicity"
    r"|cardiotoxicity|nephrotoxicity|neurotoxicity|ototoxicity|drug-induced liver injury|muscle pain|new-onset diabetes"
    r"|anti-drug antibodies|tumou?r lysis syndrome|MDS/AML|secondary malignancies)(?![\w-])"
    r"|(?<![\w-])[A-Z]\w+-[A-Z]\w+ syndrome"
)
_AT_ENTRY = re.compile(
    r"\b(?:[Aa]mong|[Ii]n|[Oo]f|for) (?:\w+ ){0,3}?(?:patients|people|participants|adults|children"
    r"|those) with (?:\w+ )?$"
    r"|\b(?:[Hh]ospitali[sz]ations? for|[Ff]reedom from|[Rr]elief (?:of|from)|[Rr]esolution of|[Tt]ime to) (?:\w+ )?$"
)
_NOT_HARMS = frozenset(
    ["academia", "pandemia", "empathy", "sympathy", "pathy", "therapy", "homeopathy", "inflammation", "anesthesia"]
)

LONGEST = 2500
"""Characters of a sentence that are read; what is longer is no sentence."""


@dataclass(frozen=True)
class Harm:
    """A harm at ``start:end`` of the folded text. ``sort``: ``event``, ``class``, ``stopped``, ``death``,
    ``sign`` (a vital sign or a laboratory value) or ``guess`` (called a harm by the grammar alone).

    ``disease`` says that it is one of the diseases that trials are about, too.
    """

    start: int
    end: int
    text: str
    sort: str
    disease: bool = False


def find_harms(page: Page, sentence: Sentence) -> list[Harm]:
    """The harms that a sentence names, in its order, none overlapping another."""
    found: list[Harm] = []
    for harm in sorted(_whole(list(_proposed(page, sentence))), key=lambda h: (-_RANK[h.sort], h.start - h.end)):
        if all(harm.end <= other.start or other.end <= harm.start for other in found):
            found.append(harm)
    return list(_joined(page.folded.text, sorted(found, key=lambda h: h.start)))


def _whole(proposed: list[Harm]) -> list[Harm]:
    """A guess that ends with a known harm is that harm by its full name."""
    known = {h.end: h for h in proposed if h.sort == "event"}
    return [
        replace(h, sort="event", disease=known[h.end].disease)
        if h.sort == "guess" and h.end in known and h.start < known[h.end].start
        else h
        for h in proposed
    ]


def _joined(text: str, harms: list[Harm]) -> Iterator[Harm]:
    """``X with Y (XY-Y)`` is one harm, called by its abbreviation; an abbreviation in brackets is no second one."""
    i = 0
    while i < len(harms):
        harm, i = harms[i], i + 1
        joined = False
        while i < len(harms) and harm.sort == "event" == harms[i].sort:
            following = harms[i]
            between = text[harm.end : following.start]
            if between == " with ":
                harm, joined = replace(harm, end=following.end, text=text[harm.start : following.end]), True
            elif between == " (" and text[following.end : following.end + 1] == ")" and following.text[:2].isupper():
                joined = joined or bool(re.search(r"[a-z] with [a-z]", harm.text))
                harm = replace(harm, end=following.end + 1, text=following.text if joined else harm.text)
            else:
                break
            i += 1
        yield harm


_RANK = {"guess": -2, "sign": -1, "event": 0, "death": 1, "class": 2, "stopped": 3}


def _proposed(page: Page, sentence: Sentence) -> Iterator[Harm]:
    text = sentence.text[:LONGEST]
    for sort, pattern in (("stopped", _STOPPED), ("class", _CLASS), ("death", _DEATHS)):
        for match in pattern.finditer(text):
            yield _harm(sentence, match.start(), match.end(), sort)
    last = sentence.start + len(text)
    drugs = [(m.start, m.end) for m in page.within("drug", sentence.start, last)]
    diseases = page.within("indication", sentence.start, last)
    events = page.within("adverse event", sentence.start, last)
    spans = [(m.start - sentence.start, m.end - sentence.start) for m in events if m.end <= last]
    spans += [m.span() for pattern in (_BY_SORT, _BY_FORM) for m in pattern.finditer(text)]
    spans += [m.span() for m in _LONG_WORD.finditer(text) if m.group().lower().endswith(_ENDINGS)]
    told = [(m.start - sentence.start, m.end - sentence.start) for m in diseases]
    spans += [
        (a, b) for a, b in told if text[max(0, a - 9) : a].endswith(("case of ", "cases of ")) or _with_rate(text, b)
    ]
    spans += list(moved(text))
    for sort, places in (("sign", watched(text)), ("guess", guessed(text))):
        for start, end in places:
            first, final = start + sentence.start, end + sentence.start
            barred = [(m.start, m.end) for m in diseases if m.name == page.subject.indication] + drugs
            if not any(a < final and first < b for a, b in barred):
                yield _harm(sentence, start, end, sort)
    for start, end in spans:
        first, final = start + sentence.start, end + sentence.start
        if text[start:end].lower() in _NOT_HARMS or any(a <= first and final <= b for a, b in drugs):
            continue
        if _AT_ENTRY.search(text[max(0, start - 40) : start]) or text[end:].startswith(" at baseline"):
            continue
        around = [m for m in diseases if m.start <= first and final <= m.end]
        if any(m.name == page.subject.indication for m in around) and not _with_rate(text, end):
            continue
        yield _harm(sentence, start, end, "event", bool(around))


def _harm(sentence: Sentence, start: int, end: int, sort: str, disease: bool = False) -> Harm:
    return Harm(sentence.start + start, sentence.start + end, sentence.text[start:end], sort, disease)


def _with_rate(text: str, end: int) -> bool:
    """Whether a rate in brackets follows, which makes the name of a disease a harm: ``anemia (24.8%)``."""
    return bool(re.match(r"s? \(\d", text[end : end + 4]))


def as_written(text: str, opens: bool) -> str:
    """The name of a harm as the document has it; small at the start of a sentence unless it is an abbreviation."""
    text = _STOPPED_NAMES.sub("discontinuation", text).replace("attempted suicide", "suicide attempt")
    for pattern, usual in _ROSE:
        text = pattern.sub(usual, text)
    first = text.split(" ")[0]
    if opens and first[:1].isupper() and not any(c.isupper() for c in first[1:]):
        return text[0].lower() + text[1:]
    return text
