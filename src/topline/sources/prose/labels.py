"""Drugs as a fact names them: the nonproprietary name, and the brand or code by which the document knows it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from topline.records import OpinionStatement, ReadFact
from topline.sources.page import Page

F = TypeVar("F", bound=ReadFact)


def labelled(page: Page, facts: Iterable[F]) -> list[F]:
    """The facts with ``baricitinib (OLUMIANT)`` for a drug that the document calls by both names, or by the second."""
    labels = _labels(page)
    return [fact if isinstance(fact, OpinionStatement) else _relabelled(fact, labels) for fact in facts]


def _relabelled(fact: F, labels: dict[str, str]) -> F:
    drug = getattr(fact, "drug", None)
    if drug is None or not any(part in labels for part in drug.split(" + ")):
        return fact
    return msgspec.structs.replace(fact, drug=" + ".join(labels.get(part, part) for part in drug.split(" + ")))


def _labels(page: Page) -> dict[str, str]:
    """The label of each drug that has another name in the document: the one that the document uses most."""
    others: dict[str, Counter[str]] = {}
    for mention in page.mentions["drug"]:
        if mention.text.lower() != mention.name.lower():
            others.setdefault(mention.name, Counter())[mention.text] += 1
    return {name: f"{name} ({met.most_common(1)[0][0]})" for name, met in others.items()}
