"""Sums of money."""

from __future__ import annotations

import re

from topline.records import Amount

_CURRENCY = {
    "$": "USD", "US$": "USD", "USD": "USD", "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "¥": "JPY",
    "JPY": "JPY", "CHF": "CHF", "DKK": "DKK", "SEK": "SEK", "RMB": "CNY", "CNY": "CNY", "C$": "CAD", "CA$": "CAD",
    "A$": "AUD", "HK$": "HKD", "KRW": "KRW",
    "dollars": "USD", "euros": "EUR", "pounds": "GBP", "yen": "JPY", "kroner": "DKK", "yuan": "CNY", "francs": "CHF",
}  # fmt: skip
_SCALE = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "mm": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_SIGN = r"(?:US\$|CA\$|HK\$|C\$|A\$|\$|€|£|¥|(?:USD|EUR|GBP|JPY|CHF|DKK|SEK|RMB|CNY|KRW) ?)"
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<sign>{_SIGN}) ?(?P<figure>{_FIGURE})(?:[ -]?(?P<scale>thousand|million|billion|trillion|mln|bn"
    rf"|tn|[mMkKbB]{{1,2}})\b)?"
    rf"|(?P<figure2>{_FIGURE}) (?P<scale2>thousand|million|billion|trillion) (?P<word>dollars|euros|pounds"
    rf"|yen|kroner|yuan|francs|(?:Swiss francs))"
)
_PURPOSES = (
    ("upfront", r"up-?front|initial payment"),
    ("milestones", r"milestone"),
    ("royalties", r"royalt"),
    ("equity", r"equity|invest\w* in|shares"),
    ("total", r"up to|total (?:deal )?value|worth|valued at|in aggregate|acqui|deal value"),
    ("charge", r"charge|impairment|write-?(?:down|off)"),
    ("sales", r"sales|revenue"),
    ("financing", r"offering|financing|proceeds|raise|series [a-f]\b|loan|placement"),
)


def find_amounts(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, Amount]]:
    """The sums in ``text[start:end]`` with their spans; per-share prices are left out."""
    stop = len(text) if end is None else end
    found = []
    for match in _AMOUNT.finditer(text, start, stop):
        if re.match(
            r"(?: ?\w+)? (?:per|a) (?:common |ordinary )?(?:share|ADS|unit)", text[match.end() : match.end() + 30]
        ):
            continue
        figure = float((match["figure"] or match["figure2"]).replace(",", ""))
        scale = (match["scale"] or match["scale2"] or "").lower()
        currency = _CURRENCY[(match["sign"] or match["word"]).strip().removeprefix("Swiss ")]
        around = text[max(start, match.start() - 70) : min(stop, match.end() + 60)].lower()
        purpose = next((name for name, words in _PURPOSES if re.search(words, around)), None)
        amount = Amount(
            text=match.group().strip(), value=figure * _SCALE.get(scale, 1.0), currency=currency, purpose=purpose
        )
        found.append((match.start(), match.end(), amount))
    return found
