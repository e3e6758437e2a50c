"""The numbers of a sentence that measure no result: doses, times, ages, criteria, margins, baselines, money."""

from __future__ import annotations

import re
from collections.abc import Iterator

from topline.sources.page import Page
from topline.sources.prose.readouts.statistics import NUMBER

_N = rf"(?:{NUMBER})"
DOSE = (
    rf"{_N}(?:(?:, ?| and | or |, and |, or |/| to |-){_N}){{0,5}}[ -]?(?:mg|mcg|µg|μg|ug|milligrams?"
    rf"|micrograms?|g(?=\b)(?!/)|IU|units|vg|x ?10\^?\d+ ?vg)(?:/(?:kg|m2|m²|day|mL))?(?![\w/])"
)
_TIME_UNIT = r"(?:weeks?|months?|days?|years?|hours?|minutes?|wks?|yrs?)"
_MASKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w.]){DOSE}",
        (
            r"\b(?:[Ww]eeks?|[Mm]onths?|[Dd]ays?|[Yy]ears?|[Cc]ycles?|[Vv]isits?|[Gg]rades?|[Tt]ype"
            r"|[Pp]art|[Ss]tages?|[Cc]lass|[Ll]evels?|[Cc]ohorts?|[Gg]roups?|[Pp]hase|[Tt]ables?"
            r"|[Ff]igures?|[Ss]tudy|[Aa]rms?|[Rr]ule|[Ss]ection|[Ff]orm|No\.|[Tt]rials?"
            r"|[Pp]age) \d+[ab]?(?:(?:,| and| through| to| or|-|/|, and) ?\d+)*(?![\d.]*%)"
        ),
        (
            r"\b(?:ages?d?|between the ages of|ages of) (?:from )?\d+(?: ?(?:to|and|-"
            r"|through) ?\d+)?(?: (?:years?|months?))?"
        ),
        (
            rf"\b{_N}(?: ?(?:to|-|and|through) ?{_N})?[ -]years?[ -](?:of age|old|and (?:older|above"
            rf"|over)|or (?:older|above))"
        ),
        rf"(?<![\w.])\d+(?:\.\d+)?-{_TIME_UNIT}\b",
        (
            rf"(?<!from )(?<!from the )(?<!versus )(?<!over )\b[Bb]aseline (?:(?!to\b)\w+ ){{0,3}}(?:of"
            rf"|was|were|:|=)?\s?(?:approximately |about )?{_N}(?: ?(?:to|-) ?{_N})?\s?%?"
        ),
        (
            rf"(?<!ranged )(?<!ranging )(?<!range )\bfrom (?:a )?(?:mean "
            rf"|median )?(?:baseline )?(?:\w+ ){{0,3}}(?:of )?{_N} ?(?:%"
            rf"|[a-zA-Z/]+)?(?= (?:at baseline )?to (?:approximately |about |just )?{_N})"
        ),
        (
            rf"\b(?:margins?|thresholds?|boundary|cut-?offs?|limits?|alpha(?: level)?"
            rf"|significance level|power) (?:\w+ )?(?:(?:of|was|at|=|:) ?)?-?{_N} ?%?(?: (?:to"
            rf"|and) -?{_N} ?%?)?"
        ),
        rf"\b{_N} ?% (?:power|confidence|significance)",
        (
            rf"(?:\bat least|≥ ?|>= ?|\bminimum of|\bminimum|\bgreater than or equal to|\bno more than"
            rf"|≤ ?|<= ?) ?(?:an? )?{_N}(?:[ -]?%|[ -]?percent|[ -]points?|-fold"
            rf"|[ -][a-z]+)?(?! ?(?:(?:of|in) (?:the |all )?(?:[a-z-]+ ){{0,2}})?(?:patients|people"
            rf"|participants|adults|those))(?: (?:reduction|improvement|decrease|increase|drop"
            rf"|change)[^.,;]{{0,10}})?"
        ),
        rf"(?:\bat least|≥ ?) ?(?:an? )?{_N}(?:[ -]?%|[ -]?percent)? (?:and|or) {_N}(?:[ -]?%|[ -]?percent)",
        rf"\b(?:sustained|confirmed|persistent) (?:an? |decline of |reduction of )?{_N} ?%",
        rf"(?<![\w.])[<>] ?{_N} ?%?",
        (
            rf"\b(?:above|below|at or above|at or below|(?:less|fewer|more|greater|higher|lower) than"
            rf"|under) {_N} ?(?:copies/mL"
            rf"|mmol/L|mg/dL|[mnµu]?g/[dm]?L|cells/\S+|U/L|°)"
        ),
        (
            rf"\b(?:to|at|of|score|fraction|levels?) (?:above|below|under) {_N} ?%(?! of (?:patients"
            rf"|participants|people))"
        ),
        rf"\b(?:HIV-1 RNA|viral load|RNA)[^.;,]{{0,20}} of {_N} copies/mL",
        rf"(?<![\w.]){_N} ?% (?:responders?|responder rate|improvement responder)\b",
        (
            rf"\b(?:cream|gel|ointment|solution|drops|foam|lotion|spray|suspension|formulation"
            rf"|emulsion),? {_N} ?%|{_N} ?% (?:cream|gel|ointment|solution|drops|foam|lotion|spray"
            rf"|ophthalmic|suspension|emulsion|topical)"
        ),
        (
            rf"(?<![\w.-]){_N}(?:[ -]?%|[ -]?percent|[ -]?points?| [a-zA-Z/]+)? or (?:more|greater"
            rf"|better|less|fewer|higher|lower|above|below)\b"
        ),
        (
            rf"(?<![\w.-]){_N}-(?:points?|percent|letters?|fold|log|step)(?= (?:or"
            rf"|improvement in [A-Z]\w+ (?:response|responders)))"
        ),
        rf"(?<!per )\b(?:[Aa] |an )?(?<!per ){_N}[ -](?:patient|participant|subject|person|adult|people)\b",
        (
            rf"(?<![\w.]){_N} (?:clinical |Phase \d |phase \d |randomi[sz]ed |pivotal )?(?:sites"
            rf"|cent(?:er|re)s|countries|trials|studies|analysts|employees|shares|hospitals|states"
            rf"|programs|clinics)\b"
        ),
        (
            rf"(?:[$€£¥]|\b(?:US\$|USD|EUR|CHF|RMB|GBP|JPY|DKK|SEK|HK\$|C\$|A\$)) ?{_N}(?: ?(?:million"
            rf"|billion|trillion|thousand|bn|m|M|B)\b)?(?: ?(?:to|-) ?[$€£¥]?{_N})?(?: ?(?:million"
            rf"|billion))?"
        ),
        rf"(?<![\w.]){_N} (?:million|billion|trillion|thousand)\b(?: \w+)?",
        r"\b\d+:\d+(?::\d+)*\b",
        r"\b(?:19|20)\d{2}\b(?!\.\d| ?%)(?= (?:and|or|to|edition)|[,.;)]| [A-Z(]|$)",
        r"\b(?:IL|GLP|CD|PD|CDK|HER|TYK|JAK|OX)-?\d+\w*",
        (
            rf"\b(?:median|mean|average) (?:duration of )?(?:follow[- ]up|treatment duration|exposure"
            rf"|age|duration of (?:treatment|exposure|follow-up))[^.;%]{{0,50}}?{_N}(?: (?:to"
            rf"|-) {_N})? ?{_TIME_UNIT}"
        ),
        (
            rf"\b(?:followed|treated|follow[- ]up) (?:for|of|over) (?:a |up to |at least )?(?:median "
            rf"|mean |average )?(?:of )?{_N} ?{_TIME_UNIT}"
        ),
        rf"\bover (?:a )?(?:median|mean|average) (?:\w+[- ]){{0,3}}of {_N} ?{_TIME_UNIT}",
        rf"\(?\brange[:,]? {_N} ?(?:to|-) ?{_N}\+? ?\w*\)?",
        rf"(?:\b|\()(?:IQR|interquartile range|SD|SE|standard (?:deviation|error))[ :,=]*{_N}(?: ?(?:to|-|,) ?{_N})?",
        rf"\bwithin (?:the )?(?:first )?(?:{_N}|{_N} to {_N}) {_TIME_UNIT}",
        rf"\bonce every \w+ \w+|\bevery {_N} {_TIME_UNIT}",
        rf"\bgrades? ?(?:{_N})(?: ?(?:or|and|/|-) ?{_N})*",
    )
)
_KINDS = ("endpoint", "trial", "date", "phase", "target")


def masks(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of ``start:end`` of the folded text whose numbers are no results."""
    text = page.folded.text
    for kind in _KINDS:
        for mention in page.within(kind, start, end):
            yield mention.start, mention.end
    for mention in page.within("drug", start, end):
        yield mention.start, mention.end
    for pattern in _MASKS:
        for match in pattern.finditer(text, start, end):
            yield match.span()
