"""Candidates on the screen: each beside the sentence that it comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from topline.cli.screen import say
from topline.exhibits.reading_words import in_quotes
from topline.records import CandidateList, CandidateRow, Change, Support

_WIDTH = 100


def show_candidates(found: CandidateList) -> None:
    """Every candidate with its columns and its quotations, then what contradicts what."""
    for row in found.candidates:
        show_candidate(row)
        say()
    for contradiction in found.contradictions:
        place = f"{contradiction.trial}, {contradiction.arm}, {contradiction.outcome}, week {contradiction.week}"
        say(f"contradiction: {place}")
        for value in contradiction.values:
            named = f"{value.state}, {value.id}" if value.id else value.state
            say(f"  {value.value} ({named}): {value.source}")
    say(f"{found.n_candidates} candidates of {found.case}")


def show_candidate(row: CandidateRow) -> None:
    """One candidate: what it says, where it says it, what is missing and what was decided."""
    say(f"{row.id}  {row.kind}, {row.state}, known from {row.known_from}, read by {row.proposed_by}")
    _write("  ", ", ".join(f"{name} {value}" for name, value in row.fields.items() if value))
    if row.missing and row.state not in {"accepted", "mended"}:
        _write("  missing: ", ", ".join(row.missing))
    show_supports(row.supports)
    for decision in row.decisions:
        why = f": {decision.reason}" if decision.reason else ""
        mended = ", ".join(f"{name} {value}" for name, value in decision.mended.items())
        _write(
            "  ",
            f"{decision.decision} by {decision.reviewer}, {decision.at[:16]}{why}" + (f" ({mended})" * bool(mended)),
        )


def show_supports(supports: Iterable[Support]) -> None:
    """Each quotation with its document."""
    for support in supports:
        passage = support.passage
        said = in_quotes(passage.quote) if passage.quote else f"at {passage.path}"
        named = support.title or f"document {passage.document[:12]}"
        _write("  | ", f"{said} ({', '.join(part for part in (named, support.publisher, support.date) if part)})")


def show_change(change: Change, case_name: str) -> None:
    """What was decided, where and by whom; the case goes by the user's name for it, since a copy keeps its own."""
    if change.candidate is not None:
        show_candidate(change.candidate)
    say(f"{change.done} in {case_name} (reviewer: {change.reviewer})")


def _write(prefix: str, text: str) -> None:
    indent = prefix if prefix.strip() == "|" else " " * len(prefix)
    lines = textwrap.wrap(text, _WIDTH, initial_indent=prefix, subsequent_indent=indent, break_long_words=False)
    for line in lines:
        say(line)
