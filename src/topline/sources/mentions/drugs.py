"""Drugs: by the stems of nonproprietary names, by the codes of laboratories, by ``BRAND® (name)``, by a dictionary if there.

A stem finds names that no dictionary has yet; a code is letters and a number that names no trial, gene or score.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from topline.sources.mentions.mention import Mention
from topline.sources.vocabulary import rows

_WORD = re.compile(r"(?<![\w-])[A-Za-z][a-z]{5,}(?:-[a-z]{4})?(?![\w@])")
_CODE = re.compile(
    r"(?<![\w.-])(?:[A-Z]{1,5}[a-z]?-?[A-Z]{0,2}\d{3,7}[A-Za-z]?|[A-Z]{2,5}-\d{2,7}[A-Za-z]?|[A-Z]{2,5}-[A-Z]{1,3}\d{2,6})(?![\w-]|\.\d)"
)
_NO_CODE = re.compile(
    r"^(?:COVID|SARS|HIV|HPV|NCT|EASI|PASI|ACR|SCORAD|IL|CD|PD|CDK|BRCA|ISO|ICD|DSM|SVR|H\d|CO|PHQ|GAD|EQ|SF|SNOT|SRI|MADRS|DAS|ASAS"
    r"|HAM|CAPS|ADHD|SLEDAI|VASI|IGA|PGA|SALT|UAS|IHS|HB|LP|APOE|CYP|KRAS|EGFR|HER|FGFR|VEGF|TNF|JAK|TYK|S1P|GLP|GIP|NF|TP|P\d"
    r"|Q\d|FY|USD|EUR|US|EU|UK|ANDA|NDA|BLA|IND|RFC|HTTP|ZIP|CA|CAGE|PM|AM|GMT|EST|Rule|Form|SP|NYSE|ASX|WKN|ISIN|CIK|SEC|MSCI"
    r"|COX|IGF|IGG|NT|BCL|BTK|CTLA|LAG|TIM|TIGIT|OX|STAT|NLRP|PCSK|ANGPTL|KLK|ROS|RET|MET|ALK|BRAF|IDH|FLT|CFTR|DMD|SMN|HTT|SOD)"
    r"-?\d"
)
_TRIAL_FOLLOWS = re.compile(r"\s*(?:®|\))?\s*(?:[Ss]tud(?:y|ies)|[Tt]rials?|[Pp]hase|[Pp]rogram)\b")
_TRIAL_BEFORE = re.compile(r"(?:[Ss]tudy|[Tt]rial|[Pp]rotocol)\s+\(?$")
_BRAND = re.compile(
    r"(?<![\w@])(?P<brand>[A-Za-z][A-Za-z]{2,20}(?: [A-Z][A-Za-z]{2,15})?) ?(?:\((?:R|TM)\)|®|™)(?!\s*-?(?:\w+ ){0,2}(?:[Pp]latform|[Tt]echnolog|[Tt]est\b|assay|device|engine|software|[Ii]ndex|[Ss]cale))"
)
_PAIR = re.compile(
    r"(?<![\w-])(?P<outer>[A-Za-z][\w-]{2,24})\s*(?:®|™|\(R\)|\(TM\))?\s*"
    r"\((?:also known as |formerly(?: known as)? |previously(?: known as)? |known as |or |brand name |marketed as )?\"?"
    r"(?P<inner>[A-Za-z][A-Za-z0-9/+ -]{2,40}?)(?:®|™)?\"?(?:[,;][^)]{0,60})?\)"
)
_KNOWN_AS = re.compile(
    r"(?<![\w-])(?P<outer>[A-Za-z][\w-]{2,24}),? (?:is |was |has been )?(?:(?:approved|marketed|sold|available|commercialized)[^.]{0,30} )?"
    r"(?:also known as|formerly(?: known as)?|previously(?: known as)?|under the (?:brand|trade) name|as the brand name|known as)"
    r" \"?(?P<inner>[A-Z][\w-]{2,24})"
)
_LEAST = 7
_WEAK = {  # stems that end everyday words too: they need a dictionary or a bracket to count
    "-ac", "-ase", "-ast", "-ment", "-gene", "-cog", "-cel", "-tide", "-stat", "-vec", "-mig", "-tug", "-olone", "-arol",
    "-arit", "-orphan", "-sulfa", "-cycline", "-vir", "-alox", "-curium", "-aldrate", "-imus", "-imod", "-grel-",
}  # fmt: skip
_STRONG_ENDINGS = (
    "mab", "nib", "lisib", "ciclib", "parib", "gliptin", "gliflozin", "glutide", "natide", "sartan", "statin", "prazole", "oxacin",
    "tinib", "zomib", "rasib", "degib", "clax", "gepant", "lukast", "milast", "xaban", "gatran", "sentan", "siran", "nersen", "rsen",
    "leucel", "parvovec", "vorinostat", "bart", "tansine", "vedotin", "deruxtecan", "tecan", "ciguat", "orexant", "orexton", "citinib",
    "rafenib", "metinib", "sidenib", "fungin", "conazole", "mycin", "cillin", "floxacin", "bactam", "penem", "tegravir", "gravir",
    "previr", "buvir", "asvir", "amivir", "tecavir", "ciclovir", "capavir", "navir", "lutamide", "estrant", "relix", "trexate", "platin",
    "rubicin", "taxel", "abine", "uracil", "gabalin", "oxetine", "peridone", "piprazole", "pidem", "azepam", "triptan", "dipine", "olol",
    "pril", "thiazide", "fibrate", "formin", "glinide", "glitazone", "setron", "vaptan", "tolvaptan", "cort", "asone", "olone",
    "predniso", "terol", "tropium", "phylline", "kinra", "cept", "ermin", "grastim", "poetin", "plase", "parin", "grel", "grelor",
    "limus", "rolimus", "zumab", "tocilizumab", "imod", "fimod", "catib", "dralazine", "orlistat", "betaxel", "stat", "tirom", "etirom",
    "afil", "ciclovir", "vudine", "tide", "apant", "lumab", "ximab", "omab", "umab", "tamab", "fusp", "kin", "leukin", "ecogene", "gene",
    "autoleucel", "cabtagene", "vec", "mig", "tug", "ment", "oxan", "azine", "idone", "ipine", "alol", "actant", "pitant", "glumide",
    "vastatin", "ezetimibe", "dustat", "bempedoic", "quant", "nercept", "zepatide", "duglutide", "tirzepatide", "cagrilintide", "relin",
    "fenacin", "begron", "trigine", "racetam", "bamate", "flurane", "caine", "nidazole", "oxazole", "azolid", "cycline",
    "caftor", "diplam", "loxolone", "camten", "copan", "coplan", "prazan", "meline", "anolone", "ketamine", "tinetant", "zanetant",
    "linetant", "golix", "glipron", "dutide", "rutide", "cetrapib", "trapib", "laplin", "renone", "drostat", "panor", "delpar",
    "fibranor", "xibat", "fentrine", "pixant", "resib", "temadlin", "menib", "sertib", "tifan", "perone", "pertin", "clidine",
    "taront", "nicline", "melteon", "axolone", "tiquinone", "riluzole", "dilast", "nephrine", "naloxone", "orphine", "telstat",
    "sostat", "restat", "zolac", "nemab", "cogene", "trogene", "resgene", "tagene", "paxel", "sudostat", "bresib", "cimab",
)  # fmt: skip
_EVERYDAY = frozenset(
    ["treatment", "development", "statement", "assessment", "improvement", "investment", "department", "management", "announcement", "agreement", "requirement", "enrollment", "enrolment", "commitment", "achievement", "endorsement", "element", "moment", "comment", "document", "payment", "settlement", "supplement", "advancement", "replacement", "placement", "involvement", "adjustment", "reimbursement", "peptide", "polypeptide", "nucleotide", "oligonucleotide", "lipopeptide", "dinucleotide", "neuropeptide", "riptide", "eventide", "aptide", "disease", "increase", "decrease", "release", "purchase", "database", "breast", "contrast", "forecast", "broadcast", "podcast", "gene", "hygiene", "transgene", "oncogene", "pathogene", "skin", "begin", "origin", "akin", "margin", "within", "napkin", "pumpkin", "protein", "marketing", "kin", "redskin", "buckskin", "moleskin", "lambskin", "medicine", "magazine", "limousine", "routine", "guidance", "thermostat", "rheostat", "photostat", "hemostat", "concept", "accept", "except", "intercept", "precept", "accord", "effort", "comfort", "cohort", "escort", "resort", "report", "support", "export", "import", "transport", "passport", "thousand", "april", "crib", "inhibitor", "prescribe", "nothing", "fragment", "segment", "pigment", "ligament", "filament", "sacrament", "testament", "tournament", "ornament", "parliament", "temperament", "experiment", "implement", "complement", "compliment", "sediment", "regiment", "impairment", "refinement", "confinement", "retirement", "measurement", "environment", "government", "amendment", "abatement", "allotment", "appointment", "disappointment", "employment", "deployment", "fulfillment", "fulfilment", "inducement", "installment", "equipment", "shipment", "alignment", "assignment", "cell", "excel", "cancel", "parcel", "microcell", "cytokine", "lymphokine", "vaccine", "intestine", "determine", "examine", "combine", "decline", "baseline", "pipeline", "guideline", "headline", "deadline", "timeline", "online", "discipline", "medline", "airline", "outline", "frontline", "underline", "streamline", "alpine", "saltine", "indolent", "prominent", "mystic", "perspective", "interleukin", "nonstatin", "statin", "statins", "tropin", "monokine", "chemokine", "adipokine", "myokine", "dimension", "benzodiazepine", "sulfonylurea", "thiazolidinedione", "quadrant", "covenant", "quant", "deterrent", "corticosteroid", "glucocorticoid", "antibody", "antibodies", "trustworthy", "alongside", "platelet", "fourfold", "threefold", "sport", "airport", "comport", "deport", "rapport", "purport"]
)


@cache
def _endings() -> tuple[str, ...]:
    listed = {r["stem"].strip("-") for r in rows("name_stems") if r["position"] == "suffix" and r["stem"] not in _WEAK}
    endings = {s for s in listed if len(s) >= 4} | {s for s in _STRONG_ENDINGS if len(s) >= 3}
    return tuple(sorted(endings - {"gene", "stat", "kin", "tide", "ment", "vec", "mig", "tug", "cort", "cept"}))


@cache
def _brands() -> dict[str, str]:
    return {row["brand"].lower(): row["name"] for row in rows("brands")}


_CAPITAL = re.compile(r"(?<![\w-])[A-Z][A-Za-z]{3,}(?![\w])")
_SHORT_ENDINGS = re.compile(
    r"(?:[aeiou]tide|[aeiou]stat|[iou]gene|[bcdfglmnprstvz]avec|[oi]vec|tamig|[aeiou]tug"
    r"|[bdfghjklmnoprstuvxz]cept|[aeiou]cel)$"
)
_STRICT = re.compile(
    r"(?:[aeiou]mab|[aeiou]nib|[aeiou]lib|tide|gene|leucel|siran|nersen|parib|ciclib|gliptin|gliflozin|imod|stat|cept|prazole|sartan)$"
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
    r"(?:[gtxpz]an|[dlnt]or|vir|done|zole|zine|[mn]ide|[lr]one|trel|[lrmp]ine|[dtr]il|[lnt]ol|[cldrt]in|fen|[pl]am|[cnr]ate|stat|tide|mab|nib|gene"
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
    if len(base) < _LEAST or base in _EVERYDAY or base.rstrip("s") in _EVERYDAY:
        return False
    return base.endswith(_endings()) or _SHORT_ENDINGS.search(base) is not None


_ENGLISH = re.compile(
    r"(?:tion|sion|ment|ness|ity|ing|ed|ly|ous|ive|able|ible|ful|less|ship|ance|ence|ism|ist|ists|ics|ical|ology|ological|ory|ary|ings|ies|ers|ors|ants|ents"
    r"|patients|disease|syndrome|cancer|therapies|ally|wide|based|term|line|level|study|trials?|company|developer|maker|placebo|program(?:me)?|approach|platform"
    r"|standard|current|another|without|because|although|through|between|against|towards?|whether|however|infusion|vaccine|antibody|protein|candidate|insulin)$"
)


def _may_be_a_name(word: str, text: str) -> bool:
    """Whether a word that stands where a drug's name does is none of the language's own."""
    low = word.lower()
    return not (low in _EVERYDAY or _ENGLISH.search(low) or (not word.islower() and low not in text))


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
    for match in _CODE.finditer(text):
        code = match.group()
        if _NO_CODE.match(code) or len(code) < 4:
            continue
        if _TRIAL_BEFORE.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        if _TRIAL_FOLLOWS.match(text, match.end()) and not code[0:1].isdigit() and _names_a_trial(code):
            continue
        found.setdefault(code, code)
    for match in _BRAND.finditer(text):
        brand = match.group("brand").split(" ")[-1]
        if brand.lower() not in _EVERYDAY and len(brand) > 2:
            found.setdefault(brand, brand)
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
        first, second = _key(outer, found), _key(inner, found)
        if first is None and second is None:
            continue
        if first is None and not _may_be_a_brand(outer):
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
        and name.lower() not in _EVERYDAY
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
