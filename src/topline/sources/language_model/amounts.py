"""A sum of money read from its words: the figure and the currency come from the text, not from a model."""

from __future__ import annotations

import re

from topline.records import Amount

_CURRENCIES = (
    ("AUD", r"A\$|AU\$|AUD|Australian dollars?"),
    ("CAD", r"C\$|CA\$|CAD|Canadian dollars?"),
    ("HKD", r"HK\$|HKD"),
    ("SGD", r"S\$|SGD"),
    ("EUR", r"€|EUR|euros?"),
    ("GBP", r"£|GBP|pounds?(?: sterling)?|pence"),
    ("CNY", r"CNY|RMB|yuan|renminbi"),
    ("JPY", r"¥|￥|JPY|yen"),
    ("CHF", r"CHF|Swiss francs?"),
    ("DKK", r"DKK|Danish (?:kroner?|crowns?)"),
    ("SEK", r"SEK|Swedish (?:kronor|krona|crowns?)"),
    ("NOK", r"NOK|Norwegian (?:kroner?|crowns?)"),
    ("KRW", r"₩|KRW|won"),
    ("INR", r"₹|INR|Rs\.?|rupees?"),
    ("USD", r"US\$|\$|USD|(?:U\.?S\.? )?dollars?"),
)
_CURRENCY = re.compile("|".join(rf"(?P<{code}>(?<![A-Za-z])(?:{words})(?![A-Za-z]))" for code, words in _CURRENCIES))
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "million": 1e6, "millions": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "billions": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_SUM = re.compile(
    r"(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[\s-]*(?P<scale>"
    + "|".join(sorted(_SCALES, key=len, reverse=True))
    + r")(?![A-Za-z]))?",
    re.IGNORECASE,
)


def amount_of(text: str, purpose: str | None) -> Amount | None:
    """The sum that ``text`` states ("up to $1.25 billion"), in units of its currency; None unless it is just one."""
    currencies = {match.lastgroup for match in _CURRENCY.finditer(text)}
    sums = list(_SUM.finditer(text))
    if len(currencies) != 1 or len(sums) != 1:
        return None
    figure = float(sums[0]["figure"].replace(",", "")) * _SCALES.get((sums[0]["scale"] or "").lower(), 1.0)
    return Amount(text=text, value=figure, currency=str(currencies.pop()), purpose=purpose)
