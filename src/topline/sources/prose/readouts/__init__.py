"""Results of trials in prose and in tables: values by arm, effects, outcomes of endpoints, sizes.

A number is a result only where the sentence says so: what speaks of money, plans, definitions, patients before the
treatment, how common a disease is, or of harm that is no endpoint, is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace

from topline.records import Readout
from topline.sources.page import Page, Sentence
from topline.sources.prose.readouts import evidence
from topline.sources.prose.readouts.about import Memory
from topline.sources.prose.readouts.repeats import Told, without_repeats
from topline.sources.prose.readouts.sections import sections
from topline.sources.prose.readouts.statements import read_statement
from topline.sources.prose.readouts.tables import read_tables, table_spans

_LONGEST = 2500  # a longer run of words without a full stop is no sentence


def read_readouts(page: Page) -> list[Readout]:
    """The readouts that a page states, each with the sentence or the rows of a table that say so as its quote."""
    spans = table_spans(page)
    told = [Told(readout, "table") for readout in read_tables(page, spans)]
    parts = sections(page)
    endpoints = evidence.harm_endpoints(page)
    memory = Memory()
    for sentence, part in zip(page.sentences, parts, strict=True):
        if sentence.role == "boilerplate" or part in {"about", "related"} or len(sentence.text) > _LONGEST:
            continue
        if any(start < sentence.end and sentence.start < end for start, end in spans):
            continue
        role = "speech" if sentence.speech or _said(page, sentence) else sentence.role
        told += [Told(readout, role) for readout in _read(page, sentence, part, endpoints, memory)]
    return without_repeats(told)


def _read(page: Page, sentence: Sentence, part: str, endpoints: frozenset[str], memory: Memory) -> list[Readout]:
    words = sentence.text
    if len(words) < 20:
        return []
    if evidence.defines(words):
        return [r for r in read_statement(page, sentence, memory, only_sizes=True) if r.endpoint == "enrolment"]
    harm = evidence.tells_harm(page, sentence, endpoints) or (
        part == "safety" and not re.search(r"\bend ?point|efficacy", words)
    )
    if harm:
        head = _before_harm(page, sentence)
        if head is not None and not evidence.tells_harm(page, head, endpoints):
            return read_statement(page, head, memory)
        clauses = [c for c in _clauses(page, sentence) if not evidence.tells_harm(page, c, endpoints)]
        told = [r for clause in clauses for r in read_statement(page, clause, memory)]
        if told:
            return told
        told = [r for r in read_statement(page, sentence, memory, only_outcomes=True) if _outside_harm(words, r)]
        return told or [r for r in read_statement(page, sentence, memory, only_sizes=True) if r.endpoint == "enrolment"]
    return read_statement(page, sentence, memory)


_HARM_CLAUSE = re.compile(
    r"(?:, and |; |, with |, while |, but )(?=[^;]{0,60}\b(?:adverse|AEs?|safety|tolerated|side effects?"
    r"|discontinu\w+)\b)"
)


def _before_harm(page: Page, sentence: Sentence) -> Sentence | None:
    """The part of a sentence before a clause on harm, as in ``..., and there were no serious adverse events``."""
    clause = _HARM_CLAUSE.search(page.folded.text, sentence.start + 40, sentence.end)
    if clause is None:
        return None
    return replace(sentence, end=clause.start(), text=page.folded.text[sentence.start : clause.start()])


def _clauses(page: Page, sentence: Sentence) -> list[Sentence]:
    """The clauses between semicolons that tell a change by a number, up to a clause on harm."""
    text, found, first = page.folded.text, [], sentence.start
    for stop in [*(m.start() for m in re.finditer("; ", text[sentence.start : sentence.end])), None]:
        last = sentence.end if stop is None else sentence.start + stop
        end = re.search(r", and (?=[\w -]{3,40}(?:,| had| were| was))", text[first:last])
        last = first + end.start() if end else last
        if evidence.changed_by_a_number(text[first:last]) and (first, last) != (sentence.start, sentence.end):
            found.append(replace(sentence, start=first, end=last, text=text[first:last]))
        first = (sentence.end if stop is None else sentence.start + stop) + 2
    return found


_HARM = re.compile(r"safety|adverse|tolerat|AEs?\b|serious|discontinu|reaction|signal|toxicit")


def _outside_harm(words: str, readout: Readout) -> bool:
    """Whether an outcome stands in a part of the sentence that does not speak of harm."""
    if readout.outcome not in {"inferior", "not met", "futility", "met"}:
        return False
    parts = re.split(r"[,;]| but ", words)
    telling = [p for p in parts if re.search(r"inferior|superior|\bmet\b|not |fail|miss|futil|achiev", p)]
    return bool(telling) and not any(_HARM.search(p) for p in telling)


def _said(page: Page, sentence: Sentence) -> bool:
    """Whether half of a sentence or more is direct speech."""
    return sum(
        max(0, min(sentence.end, b) - max(sentence.start, a))
        for a, b in page.speech
        if b > sentence.start and a < sentence.end
    ) > 0.4 * (sentence.end - sentence.start)
