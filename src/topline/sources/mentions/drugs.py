"""Drugs: by the stems of nonproprietary names, the codes of laboratories, ``BRAND® (name)``, and where drugs are told.

A stem finds names that no dictionary has yet; a code is letters and a number that names no trial, gene or score.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from topline.sources.mentions.dictionaries import drug_names
from topline.sources.mentions.mention import Mention
from topline.sources.vocabulary import rows

_WORD = re.compile(r"(?<![\w-])[A-Za-z][a-z]{5,}(?:-[a-z]{4})?(?![\w@])")
_CODE = re.compile(
    r"(?<![\w.-])(?:[A-Z]{1,5}[a-z]?-?[A-Z]{0,2}\d{3,7}[A-Za-z]?|[A-Z]{2,5}-\d{2,7}[A-Za-z]?"
    r"|[A-Z]{2,5}-[A-Z]{1,3}\d{2,6})(?![\w-]|\.\d)"
)
_NO_CODE = re.compile(
    r"^(?:COVID|SARS|HIV|HPV|NCT|EASI|PASI|ACR|SCORAD|IL|CD|PD|CDK|BRCA|ISO|ICD|DSM|SVR|H\d|CO|PHQ|GAD|EQ"
    r"|SF|SNOT|SRI|MADRS|DAS|ASAS"
    r"|HAM|CAPS|ADHD|SLEDAI|VASI|IGA|PGA|SALT|UAS|IHS|HB|LP|APOE|CYP|KRAS|EGFR|HER|FGFR|VEGF|TNF|JAK|TYK"
    r"|S1P|GLP|GIP|NF|TP|P\d"
    r"|Q\d|FY|USD|EUR|US|EU|UK|ANDA|NDA|BLA|IND|RFC|HTTP|ZIP|CA|CAGE|PM|AM|GMT|EST|Rule|Form|SP|NYSE|ASX"
    r"|WKN|ISIN|CIK|SEC|MSCI"
    r"|COX|IGF|IGG|NT|BCL|BTK|CTLA|LAG|TIM|TIGIT|OX|STAT|NLRP|PCSK|ANGPTL|KLK|ROS|RET|MET|ALK|BRAF|IDH"
    r"|FLT|CFTR|DMD|SMN|HTT|SOD)"
    r"-?\d"
)
_TRIAL_FOLLOWS = re.compile(r"\s*(?:®|\))?\s*(?:[Ss]tud(?:y|ies)|[Tt]rials?|[Pp]hase|[Pp]rogram)\b")
_TRIAL_CODE = re.compile(
    r"\b([A-Z]{4,}[A-Za-z]*)-\d+[A-Z]?(?: and [A-Z][\w-]+| or [A-Z][\w-]+)? (?:[Tt]rials?|[Ss]tud(?:y|ies))\b"
)
_TRIAL_BEFORE = re.compile(r"(?:[Ss]tudy|[Tt]rial|[Pp]rotocol)\s+\(?$")
_BRAND = re.compile(
    r"(?<![\w@])(?P<brand>[A-Za-z][A-Za-z]{2,20}(?: [A-Z][A-Za-z]{2,15})?) ?(?:\((?:R|TM)\)|®"
    r"|™)(?!\s*-?(?:\w+ ){0,2}(?:[Pp]latform|[Tt]echnolog|[Tt]est\b|assay|device|engine|software|[Ii]ndex"
    r"|[Ss]cale))"
)
_PAIR = re.compile(
    r"(?<![\w-])(?P<outer>[A-Za-z][\w-]{2,24})\s*(?:®|™|\(R\)|\(TM\))?\s*"
    r"\((?:also known as |formerly(?: known as)? |previously(?: known as)? |known as |or |brand name |marketed as )?\"?"
    r"(?P<inner>[A-Za-z][A-Za-z0-9/+ -]{2,40}?)(?:®|™)?\"?(?:[,;][^)]{0,60})?\)"
)
_KNOWN_AS = re.compile(
    r"(?<![\w-])(?P<outer>[A-Za-z][\w-]{2,24}),? (?:is |was |has been )?(?:(?:approved|marketed|sold"
    r"|available|commercialized)[^.]{0,30} )?"
    r"(?:also known as|formerly(?: known as)?|previously(?: known as)?|under the (?:brand|trade) name|as"
    r" the brand name|known as)"
    r" \"?(?P<inner>[A-Z][\w-]{2,24})"
)
_LEAST = 7


@cache
def _endings() -> tuple[str, ...]:
    """The endings that only nonproprietary names have."""
    return tuple(sorted({row["stem"].strip("-") for row in rows("name_stems") if row["sure"]}))


@cache
def _everyday() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("everyday_words"))


@cache
def _brands() -> dict[str, str]:
    return {row["brand"].lower(): row["name"] for row in rows("brands")}


_DICTIONARY_WORD = re.compile(r"(?<![\w-])[A-Za-z][a-z-]{5,}(?![\w-])|(?<![\w-])[A-Z]{6,}(?![\w-])")
_SHORT_CODE = re.compile(
    r"\b(?:of|for|with|candidate|evaluating|receiv\w+|develop\w+|called|named|on|to"
    r"|anti\w+|mg|therapy|inhibitor|agonist|antibody),? "
    r"(?P<code>[A-Z]{2,5}-\d{1,2})(?![\w-]|\.\d)(?! (?:trial|study|receptor|inhibitor"
    r"|positive|mutation|expression|virus))"
)
_GIVEN = re.compile(
    r"\b(?:treated with|treatment with|receiving|received|taking|took|randomi[sz]ed to"
    r"|doses? of|mg of|application for|NDA\)? for"
    r"|BLA\)? for|MAA\)? for|date for|approval of|approved|approval for|trial of|study of"
    r"|evaluating|data show|adding|added) "
    r"(?P<name>[a-z]{7,20})(?= (?:to|in|for|is|was|were|had|or|and|plus|at|on|as|once"
    r"|twice|every|alone|compared|versus|\d)|[,.;)]| \()"
)
_GIVEN_ALIKE = re.compile(
    r"(?:therapy|chemo\w*|placebo|standard|surgery|dosing|radio\w*|steroids?|insulin"
    r"|control|patients|adults|safety|efficacy"
    r"|subjects|either|vehicle|training|support|approval|follow|accelerated|another"
    r"|several|multiple|various|investigator"
    r"|background|existing|current|previous|optimal|maximal|usual|routine|enzyme|plasma|oxygen|dialysis|antibiotics?)"
)
_CAPITAL = re.compile(r"(?<![\w-])[A-Z][A-Za-z]{3,}(?![\w])")
_SHORT_ENDINGS = re.compile(
    r"(?:[aeiou]tide|[aeiou]stat|[iou]gene|[bcdfglmnprstvz]avec|[oi]vec|tamig|[aeiou]tug"
    r"|[bdfghjklmnoprstuvxz]cept|[aeiou]cel)$"
)
_STRICT = re.compile(
    r"(?:[aeiou]mab|[aeiou]nib|[aeiou]lib|tide|gene|leucel|siran|nersen|parib|ciclib|gliptin|gliflozin"
    r"|imod|stat|cept|prazole|sartan)$"
)
_KIND = (
    r"(?:inhibitor|agonist|antagonist|antibody|opener|blocker|modulator|degrader|activator|vaccine|therapy|therapeutic"
    r"|treatment|drug|medicine|pill|tablet|conjugate|oligonucleotide|siRNA|peptide|molecule|analog(?:ue)?|enzyme"
    r"|corrector|potentiator|agent|compound|candidate|psychedelic|steroid|fusion protein)"
)
_APPOSED = re.compile(
    rf"(?<![\w-])(?P<name>[a-z]{{7,20}}|[A-Z][a-z]{{6,20}}),? (?:\([^)]{{2,40}}\),? )?,? ?"
    rf"(?:an?|the company's|its|our) (?:[\w/-]+,? ){{0,7}}?{_KIND}\b"
)
_NAMEISH = re.compile(
    r"(?:[gtxpz]an|[dlnt]or|vir|done|zole|zine|[mn]ide|[lr]one|trel|[lrmp]ine|[dtr]il|[lnt]ol|[cldrt]in"
    r"|fen|[pl]am|[cnr]ate|stat|tide|mab|nib|gene"
    r"|vec|cel|sen|ran|cept|mod|pib|xib|[ls]ib|dol|[sptnxd]ant|bart|tug|mig|prost|grel|last|kinra|alfa|dase|lase)$"
)
_CALLED = re.compile(rf"\b{_KIND}(?: candidate)?,? (?P<name>[a-z]{{7,20}})(?![\w-])")
_OWNED = re.compile(
    rf"\b(?:investigational|experimental|oral|injectable|anti-[\w-]+|lead|gene|antisense|inhaled|topical|antibody) "
    rf"(?:[\w-]+ ){{0,2}}?{_KIND}(?: candidate)?,? (?P<name>[a-z]{{7,20}})(?![\w-])"
)


def looks_like_a_name(word: str) -> bool:
    """Whether a word ends as nonproprietary names do and is no everyday word; a four-letter suffix does not count."""
    base = word.lower()
    if len(base) > 5 and base[-5] == "-":
        base = base[:-5]
    if len(base) < _LEAST or base in _everyday() or (base.endswith("s") and not base.endswith("us")):
        return False
    return base.endswith(_endings()) or _SHORT_ENDINGS.search(base) is not None


_ENGLISH = re.compile(
    r"(?:tion|sion|ment|ness|ity|ing|ed|ly|ous|ive|able|ible|ful|less|ship|ance|ence|ism|ist|ists|ics"
    r"|ical|ology|ological|ory|ary|ings|ies|ers|ors|ants|ents"
    r"|patients|disease|syndrome|cancer|therapies|ally|wide|based|term|line|level|study|trials?|company"
    r"|developer|maker|placebo|program(?:me)?|approach|platform"
    r"|standard|current|another|without|because|although|through|between|against|towards?|whether|however"
    r"|infusion|vaccine|antibody|protein|candidate|insulin)$"
)


def _may_be_a_name(word: str, text: str) -> bool:
    """Whether a word that stands where a drug's name does is none of the language's own."""
    low = word.lower()
    return not (
        low in _everyday() or low.endswith("s") or _ENGLISH.search(low) or (not word.islower() and low not in text)
    )


def find_drugs(text: str, known: Iterable[str] = ()) -> list[Mention]:
    """The drugs that a folded text names; brands and codes take the nonproprietary name that stands beside them.

    ``known`` are names to look for besides. A name met once is looked for in the whole text.
    """
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        if looks_like_a_name(word) and (word.islower() or _STRICT.search(word.lower()) or word.lower() in text):
            found.setdefault(word.lower(), word.lower())
    for pattern in (_APPOSED, _OWNED, _CALLED):
        for match in pattern.finditer(text):
            word = match.group("name")
            if _may_be_a_name(word, text) and (pattern is not _CALLED or _NAMEISH.search(word)):
                found.setdefault(word.lower(), word.lower())
    trials = {match[1] for match in _TRIAL_CODE.finditer(text)}
    for match in _CODE.finditer(text):
        code = match.group()
        if _NO_CODE.match(code) or len(code) < 4 or code.rpartition("-")[0] in trials:
            continue
        if _TRIAL_BEFORE.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        if _TRIAL_FOLLOWS.match(text, match.end()) and not code[0:1].isdigit() and _names_a_trial(code):
            continue
        found.setdefault(code, code)
    for match in _BRAND.finditer(text):
        brand = match.group("brand").split(" ")[-1]
        if brand.lower() not in _everyday() and len(brand) > 2:
            found.setdefault(brand, brand)
    dictionary = drug_names()
    for match in _DICTIONARY_WORD.finditer(text) if dictionary else ():
        usual = dictionary.get(match.group().lower())
        if usual is not None and match.group().lower() not in _everyday():
            found.setdefault(match.group(), usual)
    for match in _SHORT_CODE.finditer(text):
        if not _NO_CODE.match(match["code"]) and match["code"].rpartition("-")[0] not in trials:
            found.setdefault(match["code"], match["code"])
    for match in _GIVEN.finditer(text):
        word = match["name"]
        if _may_be_a_name(word, text) and not _GIVEN_ALIKE.search(word) and len(re.findall(rf"\b{word}\b", text)) > 1:
            found.setdefault(word, word)
    brands = _brands()
    for match in _CAPITAL.finditer(text):
        if match.group().lower() in brands:
            found[match.group()] = brands[match.group().lower()]
    for name in known:
        found.setdefault(name, name)
    _join(text, found)
    return _everywhere(text, found)


def _names_a_trial(code: str) -> bool:
    letters = re.match(r"[A-Z]+", code)
    return letters is not None and len(letters.group()) >= 4


def _join(text: str, found: dict[str, str]) -> None:
    """Give the two names of a pair (``BRAND® (name)``, ``code, also known as name``) one usual name."""
    for match in (*_PAIR.finditer(text), *_KNOWN_AS.finditer(text)):
        outer, inner = match.group("outer"), match.group("inner").strip()
        word = inner.split(" ")[0]
        if (
            _key(inner, found) is None
            and (looks_like_a_name(word) or _NAMEISH.search(word))
            and _may_be_a_name(word, text)
        ):
            inner = word.lower()
            found.setdefault(inner, inner)
        first, second = _key(outer, found), _key(inner, found)
        if first is None and (second is None or not _may_be_a_brand(outer)):
            continue
        if second is None and not _may_be_a_brand(inner):
            continue
        if (
            first is not None
            and second is not None
            and found[first].islower()
            and found[second].islower()
            and found[first] != found[second]
        ):
            continue  # two nonproprietary names are two drugs
        for name in (outer if first is None else first, inner if second is None else second):
            found.setdefault(name, name)
        first, second = first or outer, second or inner
        usual = min((found[first], found[second]), key=_rank)  # of two equal ones the one that stands outside
        old = {found[first], found[second]}
        for name, now in found.items():
            if now in old:
                found[name] = usual


def _key(name: str, found: dict[str, str]) -> str | None:
    if name in found:
        return name
    return name.lower() if name.lower() in found else None


def _may_be_a_brand(name: str) -> bool:
    return (
        bool(re.fullmatch(r"[A-Z][a-z]{3,14}|[A-Z]{5,14}", name))
        and name.lower() not in _everyday()
        and not name.endswith("ing")
    )


def _rank(name: str) -> int:
    """A nonproprietary name is the usual one, then a code, then a brand."""
    if name.islower():
        return 0
    return 1 if any(c.isdigit() for c in name) else 2


def _everywhere(text: str, found: dict[str, str]) -> list[Mention]:
    if not found:
        return []
    ordered = sorted(found, key=len, reverse=True)
    pattern = re.compile(
        r"(?<![\w-])(?:"
        + "|".join(
            f"(?i:{re.escape(n)})" if n.islower() or (len(n) > 5 and n.isalpha()) else re.escape(n) for n in ordered
        )
        + r")(?![A-Za-z0-9])"
    )
    by_lower = {name.lower(): usual for name, usual in found.items()}
    return [Mention("drug", m.start(), m.end(), m.group(), by_lower[m.group().lower()]) for m in pattern.finditer(text)]
