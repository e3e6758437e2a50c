"""Vital signs and laboratory values: harms where they move the wrong way, facts of safety where they stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COUNT = r"(?:(?:total |absolute |mean )?(?:lymphocyte|neutrophil|platelet|eosinophil|leukocyte|white blood cell)"
_HARMFUL = (
    r"(?:(?:left ventricular )?ejection fraction|LVEF|QTc?F?(?: intervals?)?|PR intervals?"
    rf"|{_COUNT} counts?|lymphocytes|neutrophils|platelets|h[a]?emoglobin"
    r"|(?:serum )?(?:creatinine|bilirubin|lipase|amylase|creatine (?:phospho)?kinase|CPK|potassium|sodium|prolactin"
    r"|urate|uric acid|phosphate|alkaline phosphatase|creatine kinase)|bone mineral density"
    r"|(?:liver|hepatic) (?:enzymes?|transaminases?|function tests?)|(?:amino)?transaminases?"
    r"|(?:alanine|aspartate) (?:amino)?transferases?|ALT|AST|alanine aminotransferase|aspartate aminotransferase)"
    r"(?: levels?| concentrations?)?(?: \((?:ALT|AST|LVEF|CK|CPK|ANC)\))?)"
)
_WATCHED = (
    r"(?:blood pressure|heart rate|pulse(?: rate)?|(?:body )?weight|body temperature|vital signs|electrocardiograms?"
    r"|electrocardiographic (?:findings|parameters)|ECGs?(?: (?:findings|parameters))?"
    r"|(?:clinical )?(?:laboratory|lab|h[a]?ematology|h[a]?ematological|chemistry) (?:values|parameters|tests|results"
    r"|assessments|measures|findings|abnormalities)|laboratory|lipids?(?: levels)?|cholesterol|triglycerides"
    r"|(?:blood |fasting )?glucose|kidney function|renal function|liver function|cardiac function)"
)
_MOVES = r"(?:increases?|decreases?|rises?|falls?|elevations?|reductions?|drops?|declines?|prolongations?)"
_BEYOND = r"(?:of )?(?:above|over|exceeding|more than|greater than|at least|below)"
_MOVED = re.compile(
    rf"(?<![\w-])(?:[Aa]symptomatic |[Tt]ransient )?(?i:{_MOVES}) (?:in|of) (?:the |mean )?{_HARMFUL}(?![\w-])"
    rf"|(?<![\w-])(?i:{_MOVES}) (?:in|of) heart rate(?![\w-])"
    rf"|(?<![\w-])(?:[Ss]erum )?{_HARMFUL}(?: {_MOVES})? {_BEYOND}(?: [\w.]+){{1,2}}?(?:-fold| times| ?[x×])?"
    r"(?: (?:the )?(?:upper limit of normal|ULN|[a-zµ]+/[a-zA-Z]+))?(?![\w-])"
    rf"|(?<![\w-]){_HARMFUL} {_MOVES}(?![\w-])"
    rf"|(?<![\w-])(?i:increased|elevated|raised|decreased|reduced|low|abnormal|prolonged) {_HARMFUL}(?![\w-])"
)
_TOLD = re.compile(
    r"\b(?:[Nn]o|not|[Ww]ithout|[Ff]ew)\b[^.;]{0,60}?\b(?:changes?|changed|effects?|differences?|abnormalit\w+|affected?)"
    r"|\b(?:unchanged|stable|rose|fell|increased|decreased|changes in|normal)\b"
)
_BARE = re.compile(rf"(?<![\w-])(?:(?i:{_WATCHED})|{_HARMFUL})(?![\w-])")


def moved(text: str) -> Iterator[tuple[int, int]]:
    """Where a text names a value that moved the wrong way: ``a decrease in ejection fraction``."""
    for match in _MOVED.finditer(text):
        yield match.span()


def watched(text: str) -> Iterator[tuple[int, int]]:
    """Where a text that tells of a change, or of none, names a vital sign or a laboratory value."""
    if _TOLD.search(text):
        for match in _BARE.finditer(text):
            yield match.span()
