"""Words cut from a sentence made into a name, and whether they name something that can be measured."""

from __future__ import annotations

import re

from topline.sources.page import Page

_STOP = re.compile(
    r",? (?:(?:as |when )?compared\b|as opposed\b|versus\b|vs\.?(?= )|against (?=placebo|\d)|relative to\b|than\b"
    r"|with(?= placebo| the placebo|out| a p\b| [\w-]+ing\b)|on(?= placebo\b)|for(?= (?:placebo|patients"
    r"|those|people|participants)\b)"
    r"|while\b|whereas\b|but\b|which\b|who\b|whose\b|according\b|as (?:measured|assessed|defined)\b|when\b"
    r"|after\b|before\b|through\b|over (?=\d|a |an |the |time|placebo|two|one)|within\b|during\b"
    r"|following\b|from(?= baseline| \d| a )"
    r"|at(?! least)\b|by\b|between\b|lay\b|in(?= (?:the|this|both|either|all|any|our|its|a|an|patients"
    r"|people|participants|adults|those"
    r"|children|women|men|subjects|part|addition|[A-Z]{3,}|\d)\b)|among\b|across\b|regardless\b|despite\b"
    r"|because\b|thanks\b"
    r"|is\b|was\b|were\b|are\b|had\b|has\b|have\b|did\b|do\b|does\b|to(?= (?:\d|placebo|less|below|above)))"
    r"|,? and (?=\d|no\b|those|the |in |on |had|was|were|did|it |also|has|by |for |showed|a |an )"
    r"|, (?!.* (?:or|and) )|, (?=and|the|a|an|with|including|who)"
    r"|\s\(|[;:]|\. | - | – |—|\.$"
)
_LEADING = re.compile(
    r"^(?:the|an?|its|their|his|her|and|with|in|that|mean|showed|was|were|had|has|also|results? of|overall,"
    r"|those|who|achieving|achieved|of|saw|nominal|only|any|both|such as|including|to|all|least[- ]squares"
    r"|(?:differences?|gains?|changes?|effects?|improvements?|reductions?|declines?|decreases?|increases?)"
    r" (?:from baseline )?(?:in|on|of(?! \d| at least| ≥|[^.]* by (?:half|\d))|between)|levels of(?= [a-z]+ )"
    r"|(?:median|average|numerical|numerically|significant|adjusted|placebo-adjusted)(?= (?:change"
    r"|reduction|improvement|decrease|increase|difference)))\s+",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[\s,;:(-]+(?:and|or|of|in|on|by|at|the|an?|with|for|to|from|was|were|than|that|as)?$")
_EMPTY = re.compile(
    r"(?:(?:the|an?|its|this|these|that|those|it|they|he|she|we|all|both|each|same|other|overall|key"
    r"|primary|secondary|new|positive"
    r"|negative|top-?line|full|latest|study|studies|trials?|results?|data|findings?|patients?|people"
    r"|participants?|adults"
    r"|children|women|men|subjects|treatments?|drugs?|doses?|arms?|groups?|cohorts?|companies|company"
    r"|ability|gains?|reductions?"
    r"|differences?|changes?|improvements?|rates?|effects?|benefits?|trends?|figures?|numbers?|cases?"
    r"|marks?|superiority"
    r"|non-?inferiority|statistical(?:ly)?|significan\w+|clinical(?:ly)?|meaningful|placebo|vaccines?"
    r"|therapy|high|low|middle|mid"
    r"|highest|lowest|dose|mg|analysis|analyses|population|efficacy|disease|outcomes?|measures?|respective"
    r"|corresponding"
    r"|response|sham|control|in|on|of|and|or|for|with|at|by|half|third|most|none|no|one|two|three|more|less"
    r"|versus|mean|median"
    r"|latter|former|which|there|what|only|also|combination|regimen|thirds?|quarter|score|scores"
    r"|decline)\b[\s,.'-]*)*"
)
_SOUND_ALONE = re.compile(
    r"^(?:(?:overall )?efficacy|(?:overall )?response(?: rate)?|disease progression|decline|progression|mortality)$",
    re.IGNORECASE,
)
_WRONG_START = re.compile(
    r"^(?:reported|meet|met|also|achieved|reached|missed|both|all|statistically|significantly|successfully"
    r"|which|or|on|gained|study|trial|said|says|announced|today|because|if|whether|when|how|it|they"
    r"|we|he|she|this|these|those|there|not|who|results|data|being|been|is|are|compared|versus|patients"
    r"|people|participants"
    r"|adults|children|women|men|subjects|placebo|one|two|three|researchers|investigators|analysts|shares"
    r"|company|among|in|at(?! least)|after|for|by|over|from|with|as|overall|during|across|of|according"
    r"|based|following|twenty|thirty|forty|fifty|once)\b",
    re.IGNORECASE,
)


_ITEM = (
    r"(?!(?:an?|the|which|as|while|with|in|on|at|compared|including|versus|and|or|who|that|no|those|had|has|was"
    r"|were|did|\d)\b)[\w' -]{2,40}"
)
_COMPOSITE = re.compile(
    rf"[\w' -]{{3,60}}(?:, {_ITEM}){{0,5}},? (?:(?:and|or) {_ITEM})(?=[ ,.;(]|$)"
    rf"|[\w' -]{{3,60}}(?:, {_ITEM})+ (?:and|or) {_ITEM}"
)
_SHORT = re.compile(r" \(\W?[A-Za-z][A-Za-z0-9/-]{0,10}\W?\)")


def trimmed(words: str) -> str:
    """The words up to where a time, an arm, a comparison or another clause begins, without articles before them."""
    words = _SHORT.sub("", words)
    composite = _COMPOSITE.match(words)
    kept = words.strip(" -•*,\"'")
    if composite:
        head, tail = words[: composite.end()], ""
        stop = re.search(
            r" (?:over|at|by|in|compared|versus|after|through|from|was|were|than|with)\b(?! least)", head[20:]
        )
        kept = (head[: 20 + stop.start()] if stop else head) + tail
    else:
        stop = _STOP.search(kept)
        kept = kept[: stop.start()] if stop and stop.start() > 0 else kept
    before = ""
    while before != kept:
        before, kept = kept, _LEADING.sub("", kept).strip(" -,\"'")
        kept = _TRAILING.sub("", kept) if _TRAILING.search(kept) else kept
    return kept[:110].strip()


def sound(name: str, page: Page, place: int) -> bool:
    """Whether a name says more than ``study``, ``ability`` or the name of a drug; ``place`` is where it begins."""
    if len(name) < 3 or len(name.split()) > 16 or _WRONG_START.match(name):
        return False
    bare = name
    for kind in ("drug", "trial", "company"):
        for mention in page.within(kind, place, place + len(name) + 30):
            bare = bare.replace(mention.text, " ")
    if _SOUND_ALONE.match(bare.strip()):
        return True
    if re.search(r"[$€£]|\bshares?\b|\bmillion\b|\bmg\b", bare):
        return False
    left = bare.strip(" ,.'-®™")
    match = _EMPTY.match(left)
    return bool(left) and (match is None or match.end() < len(left))
