"""League tables: every treatment against every other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from topline.exhibits.table import Cell, Column, Row, Table, Tone
from topline.exhibits.words import Words, parts

EXCLUDES_NULL = "*"


@dataclass(frozen=True)
class LeagueEntry:
    """``treatment`` versus ``reference`` as printed; the interval apart, or in brackets after the estimate.

    ``excludes_null``: the interval does not hold "no difference".
    """

    treatment: str
    reference: str
    estimate: Words
    interval: Words = ""
    excludes_null: bool = False


def league_table(
    table_id: str,
    caption: Words,
    treatments: Sequence[str],
    entries: Sequence[LeagueEntry],
    *,
    measure: str,
    highlight: Sequence[str] = (),
    notes: tuple[Words, ...] = (),
    level: str = "95%",
    half: bool = False,
) -> Table:
    """A league table in the given order of treatments; ``measure`` is in words, such as "odds ratio", and so
    is the intervals' ``level``. ``half`` shows each pair once, the row's treatment standing before the column's.

    The caption says how to read it: the row's treatment versus the column's. Entries for treatments that are not
    listed are left out; a pair without an entry shows an en dash. ``highlight`` are the programme's treatments.
    """
    found = {(entry.treatment, entry.reference): entry for entry in entries}
    how = f" Each cell is the row's treatment versus the column's: {measure} ({level} interval)."
    marked = any(e.excludes_null for e in entries)
    how += f" Bold with {EXCLUDES_NULL}: the interval leaves out no difference." if marked else ""
    how += " Each pair stands once." if half else ""
    columns = (Column("Row versus column", "left"), *(Column(name) for name in treatments))
    rows = tuple(
        Row(
            (
                Cell(name, strong=name in highlight),
                *("" if half and j < i else _cell(found, name, other, highlight) for j, other in enumerate(treatments)),
            ),
            tone="programme" if name in highlight else "",
        )
        for i, name in enumerate(treatments)
    )
    return Table(table_id, (*parts(caption), how), columns, rows, notes=notes, kind="league", titles=False)


def _cell(found: dict[tuple[str, str], LeagueEntry], row: str, column: str, highlight: Sequence[str]) -> Cell:
    if row == column:
        return Cell(row, tone="own")
    entry = found.get((row, column))
    tone: Tone = "programme" if column in highlight else ""
    if entry is None:
        return Cell("–", tone="programme" if tone else "muted")
    return Cell(
        entry.estimate,
        detail=entry.interval,
        strong=entry.excludes_null,
        mark=EXCLUDES_NULL if entry.excludes_null else "",
        stacked=True,
        tone=tone,
    )
