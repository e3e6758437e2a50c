"""The part of a document that a sentence stands in, by the headings before it: results, safety, background."""

from __future__ import annotations

import re

from topline.sources.page import Page

_ABOUT = re.compile(r"^\W*About (?!half|a (?:third|quarter)|one\b|two\b|\d)[\w\"'(]")
_ABOUT_TRIAL = re.compile(
    r"^\W*About (?:the )?.{0,80}\b(?:[Ss]tudy|[Ss]tudies|[Tt]rials?|[Pp]rogramme?)\b|^\W*(?:Trial"
    r"|Study) [Dd]esign|^\W*About [A-Z0-9-]{4,}(?:[ -]\w{1,4})?\W*$"
)
_SAFETY = re.compile(r"^\W*(?:Overview of |Summary of )?(?:[Kk]ey )?(?:Safety|Tolerability|Adverse)\b")
_INDICATED = re.compile(
    r"^\W*(?:Important Safety Information|Indications?(?: and Usage)?|What is\b|WARNINGS?"
    r"|Important (?:Information|Facts)|Forward|Cautionary|Conference [Cc]all|Financial"
    r"|Selected Safety|Boxed Warning|U\.S\. Prescribing|Prescribing Information)",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^\W*(?:RELATED|Related|MORE ON|More on|READ MORE|Read more|See also|You may also like"
    r"|Most [Rr]ead|Recommended|Also in the news|More from)\b"
)


def sections(page: Page) -> list[str]:
    """For each sentence of a page its part: ``results``, ``safety``, ``about``, ``trial`` or ``related``."""
    parts: list[str] = []
    part = "results"
    text = page.folded.text
    for sentence in page.sentences:
        words = sentence.text
        heading = len(words) < 110 and words[-1:] not in ".;,!?" and _alone(text, sentence.start, sentence.end)
        inline = (
            re.match(r"\W*About (?:the )?[A-Z][\w-]*(?: [\w-]+){0,6}(?: (?:Study|Trial|Program))?\W*$", words)
            is not None
        )
        if heading or inline:
            if _RELATED.match(words):
                part = "related"
            elif _INDICATED.match(words):
                part = "about"
            elif _ABOUT_TRIAL.match(words):
                part = "trial"
            elif _ABOUT.match(words):
                part = "about"
            elif _SAFETY.match(words):
                part = "safety"
            elif part != "related" or not re.search(r"[A-Z]\w+ [A-Z]", words):
                part = "results" if part != "related" else part
        parts.append(part)
    return parts


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a sentence has its line for itself."""
    before = text[max(0, start - 4) : start].rstrip(" *-•")
    after = text[end : end + 4].lstrip(" *:")
    return (not before or before.endswith("\n")) and (not after or after.startswith("\n"))
