"""What did not happen, and what did not move: harms that were not seen, vital signs and laboratory values."""

from __future__ import annotations

import re

from topline.sources.prose.safety.clauses import HARM, HARMS, Clause, Said

_OF = r"(?:rates?|incidences?|frequenc(?:y|ies)|numbers?|proportions?|occurrences?|levels?|risks?|percentages?)"
_SEEN = (
    r"(?:observed|reported|seen|identified|noted|recorded|detected|documented|experienced|found|confirmed|apparent"
    r"|evident)"
)
_SUCH = (
    r"(?:(?:reported|new|other|clinically|relevant|meaningful|significant|important|consistent|notable|confirmed"
    r"|observed|treatment-related|drug-related|such|known|unexpected|adjudicated|worrying|or|clear|additional|further"
    r"|[Gg]rade \d(?: ?(?:or|-) ?\d)?(?: or higher)?) ){0,4}"
)
_MOVE = r"(?:increases?|rises?|differences?|changes?|elevation|excess|effects?|imbalances?|abnormalities|variation)"
_PEOPLE = r"(?:patients?|participants?|subjects?|people|infants|women|recipients|one|child(?:ren)?)"
_NOBODY = (
    rf"\b(?:[Nn]o|[Nn]one of the|[Zz]ero) (?:\w+ ){{0,2}}?{_PEOPLE}"
    r"(?: (?:in|on|receiving|treated with|with) [^.,;]{2,50}?)?"
)
_NONE = re.compile(
    rf"\b(?:[Nn]o|[Zz]ero|[Ww]ithout(?: any)?|[Nn]or any)\b {_SUCH}"
    rf"(?P<more>{_MOVE}(?: (?:in|of|on|from baseline in))? (?:the )?(?:{_OF} of )?)?{_SUCH}"
    rf"(?:(?:cases?|instances?|(?:adverse )?events?|reports?|occurrences?|incidences?|signs?|evidence|episodes?) of )?"
    rf"(?P<harms>{HARMS})"
    rf"|{_NOBODY} (?:experienced|had|reported|developed|died|discontinued|withdrew|suffered|required)"
    rf"(?: from| due to| because of)? ?(?:an? |any )?(?P<had>{HARMS})?"
    rf"|{_NOBODY} (?P<left>{HARM})"
    rf"|\b[Nn]one (?:of (?:these|those|them|the [a-z]+) )?(?:met|had|developed|experienced) (?:the )?(?P<met>{HARMS})"
)
_NOT_SEEN = re.compile(
    rf"(?P<harms>{HARMS})(?: events?)? (?:(?:was|were|has been|have been) (?:not {_SEEN}|absent)|did not occur)"
    r"(?P<above> above (?:the )?[\w ]{0,20}?(?:placebo|control|background)[\w ]{0,12})?"
)
_NOT_TIED = re.compile(
    r"\bnot (?:been )?(?:associated with|linked to|lead to|cause) (?:an? |any )?"
    rf"(?:(?:increased? |higher |greater )?(?:{_OF}|increase)(?: of| in)? )?(?P<harms>{HARMS})"
)
_THEN_NONE = re.compile(
    rf"(?P<harms>{HARMS})[^.«»]{{0,80}}?(?:;|,|—|-|\bbut) ?(?:and |but )?none (?:did\b|was|were|occurred|have|has)"
)
_CHANGED = re.compile(
    rf"(?P<harms>{HARMS})(?: levels?)? (?:(?P<same>did not (?:increase|rise)|(?:was|were) not (?:increased|elevated))"
    r"|(?P<not>did not (?:change|differ)|(?:was|were|remained) (?:\w+ )?"
    r"(?:unchanged|stable|unaffected|not affected|normal|within normal (?:limits|ranges?)))"
    r"|(?P<way>rose|fell|increased|decreased|dropped|declined)\b)"
)


def absent(clause: Clause, drug: str | None) -> list[Said]:
    """The harms that a clause says were not seen, or no more often than before or elsewhere."""
    found = []
    for match in _NONE.finditer(clause.text):
        words = match["harms"] or match["had"] or match["left"] or match["met"]
        if words is None:
            if "died" in match[0]:
                found.append(Said((), "none", label="deaths", sure=True))
            continue
        direction = "none" if not match["more"] else "no " + match["more"].split(" ")[0]
        harms = tuple(clause.of(words, signs=match["more"] is not None))
        stopped = re.search(r"\b(?:discontinued|withdrew)\b", match[0])
        if stopped is not None and harms and harms[0].sort != "stopped":
            label = f"discontinuation due to {clause.plain(match['had'])}"
            found.append(Said(harms, direction, label=label, sure=True))
        else:
            found.append(Said(harms, direction, sure=True))
    for match in _NOT_SEEN.finditer(clause.text):
        direction = f"not{match['above']}" if match["above"] else "none"
        found.append(Said(tuple(clause.of(match["harms"])), direction, sure=True))
    found += [Said(tuple(clause.of(m["harms"])), "not associated", sure=True) for m in _NOT_TIED.finditer(clause.text)]
    found += [Said(tuple(clause.of(m["harms"])), "none", sure=True) for m in _THEN_NONE.finditer(clause.text)]
    return found


def changed(clause: Clause, drug: str | None) -> list[Said]:
    """Vital signs and laboratory values that moved, or did not; harms that did not grow more frequent."""
    found = []
    for match in _CHANGED.finditer(clause.text):
        harms = clause.of(match["harms"], signs=True)
        way = "not increased" if match["same"] else match["way"] or "no change"
        found.append(Said(tuple(h for h in harms if match["same"] or h.sort == "sign"), way, sure=True))
    return found
