"""What became of the facts of a document in a case, on the screen: what was mapped, then what was not, by reason."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from topline.cli.screen import say

if TYPE_CHECKING:
    from topline.pipeline import MappedRow, Proposed

_WIDTH = 100
_LONGEST = 90


def show_proposed(proposed: Proposed, case_name: str) -> None:
    """Each fact with the candidate that it became and the rule that said so, or with why it became none."""
    say(proposed.document or "(no title)", bold=True)
    _show_mapped([row for row in proposed.shown if not row.reason])
    _show_others([row for row in proposed.shown if row.reason])
    counts = proposed.counts
    case = shlex.quote(case_name)
    say(
        f"{counts['new']} new candidates in {case_name}, {counts['supported']} with one more passage, "
        f"{counts['known']} there already"
    )
    for caveat in proposed.caveats:
        say(f"caveat ({caveat.severity}): {caveat.text}")
    if sum(counts.values()):
        say("next:")
        say(f"  topline facts list --candidates --case {case}  shows each whole, beside its quotation")
        say(f"  topline facts accept ID --case {case}          takes it in, with --set COLUMN=VALUE as mended")
        say(f'  topline facts reject ID --case {case} --reason "…"')


def _show_mapped(rows: list[MappedRow]) -> None:
    for row in rows:
        week = "" if row.week is None else f" at week {row.week}"
        what = [f"{row.endpoint}{week}" if row.endpoint else row.said, row.mapped_arm or row.arm, row.value]
        say(f"  {row.candidate or '-':<22}  {_line(what)}")
        said = _short(row.said, 60) if row.endpoint else ""
        say(f"      {_line([said, _place(row.place)])}  (rule: {row.rule})", dim=True)


def _show_others(rows: list[MappedRow]) -> None:
    """The reasons in their order, each with what it kept out."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row.reason, []).append(_line([_short(row.said, 60), row.arm, row.value]))
    for reason, said in by_reason.items():
        say(f"  not mapped: {reason}")
        _write("; ".join(dict.fromkeys(said)))


def _line(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def _write(text: str) -> None:
    for line in textwrap.wrap(text, _WIDTH, initial_indent="      ", subsequent_indent="      "):
        say(line, dim=True)


def _place(place: str) -> str:
    """A quotation by its beginning, a path by its end: what tells most."""
    if " " in place:
        return f"“{_short(' '.join(place.split()), _LONGEST)}”"
    return place if len(place) <= _LONGEST else f"…{place[1 - _LONGEST :]}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
