"""Companies, research houses and regulators: from lists, from legal forms, from tickers, and their short names."""

from __future__ import annotations

import re
from functools import cache

from topline.sources.mentions.mention import Mention
from topline.sources.vocabulary import listed, rows

_NAME = r"(?<![\w-])[A-Z][\w&'’.-]*(?: (?:[A-Z0-9&][\w&'’-]*|&|and(?= [A-Z][a-z]+,? (?:Inc|Co)\b)|of(?= [A-Z]))){0,4}"
_LEGAL = (
    r"(?:Inc|Incorporated|Ltd|Limited|plc|PLC|Plc|AG|SE|S\.E|A/S|ASA|AB|AS|N\.V|NV|B\.V|BV|S\.A|SA"
    r"|S\.p\.A|SpA|Corp|Corporation|Co\., Ltd|Co|Company|LLC|LP|GmbH|KGaA|Oyj|K\.K|Pty)"
)
_FIELD = (
    r"(?:Pharmaceuticals?|Pharma|Therapeutics|Biosciences?|Biotherapeutics|Biopharma(?:ceuticals?)?"
    r"|Biotech(?:nology|nologies)?|Biologics"
    r"|Biosystems|BioSciences|BioPharma|Laborator(?:ies|y)|Oncology|Medicines?|Genetics|Genomics"
    r"|Immunotherapeutics|Immunotherapies|Vaccines"
    r"|Healthcare|Bio|Biomedical|Neurosciences?|Neuroscience|Ophthalmics|Dermatology|Cardiovascular"
    r"|Sciences|RNA|Labs|Immunology|Diagnostics)"
)
_WITH_FORM = re.compile(rf"(?P<name>{_NAME}?),? (?P<form>{_LEGAL})\b\.?")
_WITH_FIELD = re.compile(rf"(?<![\w-])(?P<name>(?:[A-Z][\w&'’-]* ){{1,3}}?{_FIELD})(?![\w-])")
_TICKER = re.compile(
    rf"(?P<name>{_NAME})(?:,? {_LEGAL}\.?)? ?\((?:[^()]{{0,60}}?)(?:NASDAQ|Nasdaq|NYSE|TSE|TSX|LSE|ASX"
    rf"|HKEX|SIX|Euronext|OTC|TYO|SEHK|AIM|TASE|AMEX|Tokyo|Xetra|Bovespa)\b[^()]{{0,60}}\)"
)
_ANNOUNCER = re.compile(
    r"(?:--+ ?|— ?|[.;:] |^|\n)(?P<name>[A-Z][\w&’'-]+(?: [A-Z][\w&’'-]+){0,2})(?: ?,[^.;]{3,90},)?"
    r" (?:today announced|announced today|announced that|today reported|reported today|today said|said today)\b"
)
_FORM_TAIL = re.compile(rf"(?:,? {_LEGAL}\b\.?)+$")
_ROW_TAIL = re.compile(
    rf"(?:,? (?:(?:&|and) (?:Co|Company)|{_LEGAL})\b\.?|,? Holdings?|,? Group)+(?:,? (?:{_LEGAL})\.?)*$"
)
_NOT_A_NAME = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "Of",
        "And",
        "But",
        "For",
        "From",
        "With",
        "By",
        "This",
        "That",
        "These",
        "Those",
        "Its",
        "Our",
        "Their",
        "His",
        "Her",
        "U.S",
        "US",
        "EU",
        "UK",
        "FDA",
        "Phase",
        "Study",
        "Trial",
        "Board",
        "Company",
        "Committee",
        "University",
        "Hospital",
        "Institute",
        "Center",
        "Centre",
        "School",
        "College",
        "Department",
        "Clinic",
        "Medical",
        "National",
        "American",
        "European",
        "Today",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Clinical",
        "Real-Time",
        "Separately",
        "Gynecologic",
        "Thoracic",
        "Society",
        "Company",
        "Results",
        "Data",
        "New",
        "Drug",
        "Biologics",
        "Good",
        "Human",
        "Global",
        "Research",
        "Patients",
        "Source",
        "SOURCE",
        "Contact",
        "Media",
        "Investor",
        "About",
        "Forward",
        "Cautionary",
        "Annual Real-Time Separately Gynecologic Thoracic Society Thus Additionally Meanwhile",
        "Data",
        "Monitoring",
        "Chief",
        "Executive",
        "Officer",
        "President",
        "Vice",
        "Senior",
        "Professor",
        "Director",
        "Head",
        "Dr",
        "Mr",
        "Ms",
        "Securities",
        "Exchange",
    ]
)
_NO_COMPANY = re.compile(
    r"\b(?:University|Hospital|Institute|School|College|Society|Congress|Meeting|Conference|Committee"
    r"|Department|Act|Center|Centre|Association|Foundation|Study|Trial|Research Center)\b"
)
_REGULATOR_WORDS = {
    "FDA": (
        "U.S. Food and Drug Administration",
        "US Food and Drug Administration",
        "Food and Drug Administration",
        "FDA",
    ),
    "EMA": ("European Medicines Agency", "EMA"),
    "CHMP": ("Committee for Medicinal Products for Human Use", "CHMP"),
    "European Commission": ("European Commission",),
    "MHRA": ("Medicines and Healthcare products Regulatory Agency", "MHRA"),
    "PMDA": ("Pharmaceuticals and Medical Devices Agency", "PMDA"),
    "MHLW": ("Ministry of Health, Labour and Welfare", "MHLW"),
    "NMPA": ("National Medical Products Administration", "NMPA"),
    "Health Canada": ("Health Canada",),
    "NICE": ("National Institute for Health and Care Excellence",),
    "PRAC": ("Pharmacovigilance Risk Assessment Committee", "PRAC"),
    "advisory committee": ("Advisory Committee", "advisory committee", "adcomm", "advisory panel"),
}


def _pattern(names: dict[str, str]) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(n) for n in ordered) + r")(?![\w])")


@cache
def _listed_companies() -> tuple[dict[str, str], dict[str, str]]:
    """Ways of writing a company's name, to its usual short name: the sure ones, and those that are everyday words."""
    sure: dict[str, str] = {}
    unsure: dict[str, str] = {}
    for row in rows("companies"):
        ambiguous = set(listed(row["ambiguous_short_names"]))
        full = _ROW_TAIL.sub("", row["name"]).strip(" ,.&")
        usual = full
        for name in (full, *listed(row["short_names"]), *listed(row["aliases"])):
            if len(name) < 3 or name.islower():
                continue
            (unsure if name in ambiguous or (len(name) < 4 and not name.isupper()) else sure)[name] = usual
    return sure, unsure


@cache
def _brokers() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows("brokers"):
        for name in (row["name"], *listed(row["aliases"])):
            if not name.startswith("now ") and len(name) > 2:
                names.setdefault(name, row["name"])
    return names


@cache
def _regulators() -> dict[str, str]:
    names = {form: usual for usual, forms in _REGULATOR_WORDS.items() for form in forms}
    for row in rows("regulators"):
        for name in (row["abbreviation"], row["name"]):
            if len(name) > 3:
                names.setdefault(name, row["abbreviation"] or row["name"])
    return names


@cache
def _compiled(kind: str) -> re.Pattern[str]:
    if kind == "broker":
        return _pattern(_brokers())
    return _pattern(_regulators() if kind == "regulator" else _listed_companies()[0])


def find_regulators(text: str) -> list[Mention]:
    """The agencies and committees that a folded text names."""
    names = _regulators()
    return [
        Mention("regulator", m.start(), m.end(), m.group(), names[m.group()])
        for m in _compiled("regulator").finditer(text)
    ]


def find_brokers(text: str) -> list[Mention]:
    """The banks and research houses that a folded text names."""
    names = _brokers()
    return [
        Mention("broker", m.start(), m.end(), m.group(), names[m.group()]) for m in _compiled("broker").finditer(text)
    ]


def find_companies(text: str) -> list[Mention]:
    """The companies that a folded text names: listed ones, and those introduced with a legal form or a ticker."""
    names: dict[str, str] = dict(_matches_of_list(text))
    for pattern in (_TICKER, _WITH_FORM, _WITH_FIELD, _ANNOUNCER):
        for match in pattern.finditer(text):
            name = _trim(match.group("name"))
            if name is None:
                continue
            usual = names.get(name, name)
            names.setdefault(name, usual)
            short = _short(name)
            if short is not None:
                names.setdefault(short, usual)
    if not names:
        return []
    return [Mention("company", m.start(), m.end(), m.group(), names[m.group()]) for m in _pattern(names).finditer(text)]


def _matches_of_list(text: str) -> dict[str, str]:
    sure, unsure = _listed_companies()
    found = {m.group(): sure[m.group()] for m in _compiled("company").finditer(text)}
    usual = set(found.values())
    return found | {name: full for name, full in unsure.items() if full in usual and name in text}


def _trim(name: str) -> str | None:
    """The name without words that belong to the sentence around it; None if nothing of a name is left."""
    words = re.sub(r"^.*-based ", "", _FORM_TAIL.sub("", name)).strip(" ,.-").split(" ")
    while words and (
        words[0].strip(".,") in _NOT_A_NAME or (words[0].isupper() and len(words[0]) > 5 and len(words) > 2)
    ):
        words = words[1:]
    trimmed = " ".join(words).removesuffix("'s").removesuffix("’s")
    if len(trimmed) < 3 or not trimmed[0].isupper() or _NO_COMPANY.search(trimmed) or re.fullmatch(_FIELD, trimmed):
        return None
    return None if words[-1] in _NOT_A_NAME or re.search(r"[a-zA-Z]{2}\. ", trimmed) else trimmed


def _short(name: str) -> str | None:
    """The first word of a name, where it is one that stands for the company: ``Vir`` of ``Vir Biotechnology``."""
    words = name.split(" ")
    if len(words) < 2 or not re.fullmatch(rf"{_FIELD}|Group|Holdings?", words[-1]):
        return None
    short = " ".join(words[:-1])
    return short if len(short) >= 3 and short not in _NOT_A_NAME else None
