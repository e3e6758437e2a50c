"""Units of relative changes in the words of a sentence, and whether a number is a difference between arms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from topline.sources.page import Sentence
from topline.sources.prose.readouts.quantities import Quantity

_RELATIVE = re.compile(
    r"^ ?(?:\w+ )??(?P<kind>reductions?|slowing(?: of (?:\w+ )?decline)?|less(?: [a-z]+)?|lower"
    r"|fewer|efficacy|greater|higher|improvement|increase|decrease|relative risk reduction|longer"
    r"|decline)\b(?P<risk>(?: in)?(?: the)? (?:relative )?risk| relative risk)?"
)
_REDUCED = re.compile(
    r"\b(?:reduc(?:ed|es|ing)|cuts?|cutting)\b[^.;]{0,90}? by (?:an? (?:mean|median"
    r"|average) of )?(?:approximately |about |nearly "
    r"|up to |almost )?$|\breductions? (?:of|was|were)[^.;]{0,30}?$"
)
_EFFICACY = re.compile(
    r"\befficacy\b(?! (?:estimand|population|analys|set|data|end ?point|evaluable"
    r"|outcome))[^.;]{0,90}$",
    re.IGNORECASE,
)
_DIFFERENT = re.compile(
    r"\b(?:difference|placebo-(?:adjusted|corrected|subtracted)|relative risk|over placebo"
    r"|versus placebo|compared (?:with|to) (?:placebo|control)|than (?:with )?placebo"
    r"|relative to placebo)\b"
)


def unit_of(text: str, sentence: Sentence, value: Quantity, compared: bool) -> tuple[str, bool]:
    """A value's unit in the words of the sentence, and whether it is a difference between arms."""
    before = text[max(sentence.start, value.start - 120) : value.start]
    after = text[value.stop : min(sentence.end, value.stop + 70)]
    between = not compared and _DIFFERENT.search(before + after) is not None
    if value.unit != "%" or value.share:
        return value.unit, between
    relative = _RELATIVE.match(after)
    if relative:
        kind = relative["kind"]
        if kind.startswith(("reduction", "relative")):
            return "% reduction", not compared
        if kind.startswith(("slowing", "less", "lower", "fewer", "efficacy")):
            return f"% {kind}", not compared
        return "%", between
    if _REDUCED.search(before):
        return "% reduction", not compared and (
            between or re.search(r"\brisk|rate|events|composite|deaths\b", before) is not None
        )
    if _EFFICACY.search(before):
        return "% efficacy", not compared
    return "%", between


def pair_of(text: str, value: Quantity, before: Sequence[str]) -> str | None:
    """``A vs B`` for a relative change that follows the values of two arms."""
    named = list(dict.fromkeys(before))
    if len(named) == 2 and value.unit == "%" and _RELATIVE.match(text[value.stop : value.stop + 60]):
        return f"{named[0]} vs {named[1]}"
    return None


_RELATIVE_AFTER = re.compile(
    r"(?:,|\(|corresponding to|representing|a|which is) (?:an? )?(?:relative )?(?:reduction|decrease"
    r"|improvement|slowing) of (?:about )?#$"
    r"|(?:,|\(|corresponding to|representing)[^#]{0,20}#,? ?(?:relative |risk )?(?:reduction|lower|slowing"
    r"|decrease|less)\b"
    r"|(?:reduction|decrease|slowing) of #"
)


def beside_rates(text: str, sentence: Sentence, values: Sequence[Quantity], names: Sequence[str]) -> Quantity | None:
    """The relative change between two arms whose shares the sentence tells: an effect and no arm's value."""
    if len(values) < 3:
        return None
    last, before = values[-1], values[:-1]
    if (
        last.unit == "%"
        and len({n for v, n in zip(before, names, strict=False) if v.unit == before[0].unit}) > 1
        and before[0].unit != "%"
        and _RELATIVE_AFTER.search(text[before[-1].stop : last.start] + "#" + text[last.stop : last.stop + 40])
    ):
        return last
    if len({n for v, n in zip(values, names, strict=True) if v.unit == "%"}) < 2:
        return None
    for value in values:
        if (
            value.unit == "%"
            and not value.share
            and re.match(
                r" (?:\w+ )?(?:lower|less|higher|reduction in (?:the )?risk|relative|risk reduction|greater)\b",
                text[value.stop : value.stop + 40],
            )
        ):
            return value
    return None
