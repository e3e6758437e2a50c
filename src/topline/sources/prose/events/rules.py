"""What words tell what event: the rules of ``rules.toml``, ready for use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Rule:
    """A way of telling an event. ``status`` is its status where no cue in the sentence speaks.

    A ``weak`` way gives way to another telling of the same event.
    """

    type: str
    pattern: re.Pattern[str]
    detail: str | None = None
    status: str = "happened"
    without_drug: bool = False
    weak: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they are tried."""
    text = resources.files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    words: dict[str, str] = table["words"]
    return tuple(
        Rule(
            **{name: value for name, value in entry.items() if name not in {"pattern", "example"}},
            pattern=_compiled(entry["pattern"], words),
        )
        for entry in table["rules"]
    )


def _compiled(pattern: str, words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>(?!=)", lambda m: words.get(m[1], m[0]), pattern))


SAFETY_SIGNAL: tuple[re.Pattern[str], ...] = tuple(
    re.compile(p)
    for p in (
        (
            r"\b(?:one|two|three|four|five|\d+|a|another|an?) (?:patients?|participants?|subjects?|child(?:ren)?"
            r"|people|person|boy"
            r"|girl|man|woman)\b[^.;]{0,240}\b(?:died|death|fatal)\b"
        ),
        (
            r"\b(?:patient|participant) deaths?\b|\bdied (?:after|due|from|of"
            r"|following|while)\b"
        ),
        r"\b(?:fatal|fatality)\b",
        r"\b(?:new|added|adds|adding|require[sd]?) (?:a |an )?(?:new )?(?:boxed warning|black box warning)\b",
        r"\b(?:safety warning|safety alert)\b",
        r"\bserious adverse events? of [^.;]{3,70} in (?:one|two|an?|\d+) (?:patients?|participants?|subjects?)\b",
        r"\b(?:new|potential|serious|emerging) safety (?:signal|concern)s?\b",
    )
)
"""Words that tell a safety signal by themselves."""

WITH_EVENT = re.compile(r"\b[Hh]igher (?:rates?|incidences?|frequenc\w+|risk) of (?:both )?")
"""Words that tell a safety signal where an adverse event follows."""
