"""Direct, indirect and network estimates of each comparison, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.forest import ForestRow, forest
from topline.exhibits.palette import Role
from topline.exhibits.scales import Kind
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import MISSING, count, effect_with_interval, p_value, percent
from topline.exhibits.words import Words, plain

# How many comparisons the description of the drawing names; the table twin holds them all.
DESCRIBED = 4
KEY = "■ direct: the trials that compare the two · □ indirect: all other trials · ◆ network: both together"

HOW = "The area of a square goes with its share of the network's evidence; p is that of direct against indirect."


@dataclass(frozen=True)
class Measured:
    """An estimate and the limits of its interval, on the natural scale (a ratio is a ratio, not its logarithm)."""

    estimate: float | None
    lower: float | None
    upper: float | None

    def printed(self, scale: Kind) -> str:
        """The estimate with its limits as a reader sees them."""
        return effect_with_interval(self.estimate, self.lower, self.upper, scale)


@dataclass(frozen=True)
class ComparisonRow:
    """``treatment`` versus ``reference``, which ``trials`` compare head to head.

    ``indirect`` is None where no independent indirect evidence exists. ``share`` is the weight of the direct estimate
    in the network's (0 to 1); ``p`` belongs to the difference of direct and indirect.
    """

    treatment: str
    reference: str
    trials: int
    direct: Measured
    indirect: Measured | None
    network: Measured
    share: float
    p: float | None

    @property
    def name(self) -> str:
        """The comparison in words."""
        return f"{self.treatment} versus {self.reference}"


def comparison_forest(
    figure_id: str,
    title: Words,
    rows: Sequence[ComparisonRow],
    *,
    measure: str,
    heterogeneity: Words,
    scale: Kind = "log",
    caption: Words = HOW,
    note: Words = "",
    level: str = "95%",
) -> Figure:
    """Up to three rows a comparison, in the order given; ``measure`` in words, such as "odds ratio".

    ``note`` is what one must know of the numbers where the caption is not: it stands below the table.

    Raises ``ArgumentError`` without a comparison.
    """
    if not rows:
        raise ArgumentError("a forest of comparisons needs at least one comparison")
    measured = f"{measure[:1].upper()}{measure[1:]} ({level} interval)"
    return forest(
        figure_id,
        title,
        [part for row in rows for part in _parts(row, scale)],
        axis_label=f"{measure}, each treatment versus the one named after it",
        columns=("Trials", measured, "Share of evidence", "p of the difference"),
        scale=scale,
        heterogeneity=heterogeneity,
        order="given",
        caption=caption,
        level=level,
        key=KEY,
        described=_described(rows, measure, scale, level),
        twin=_twin(figure_id, title, rows, measured, scale, note),
    )


def _parts(row: ComparisonRow, scale: Kind) -> list[ForestRow]:
    """The heading and the estimates of a comparison."""

    def part(label: str, m: Measured, role: Role, *columns: str, weight: float | None = None) -> ForestRow:
        shown = (columns[0], m.printed(scale), *columns[1:])
        return ForestRow(label, m.estimate, m.lower, m.upper, weight=weight, role=role, columns=shown)

    direct = part("direct", row.direct, "rival", count(row.trials), percent(row.share), "", weight=row.share)
    network = part("network", row.network, "reference", "", "", "")
    parts = [ForestRow(row.name, heading=True), direct]
    if row.indirect is not None:
        rest = 1 - row.share
        indirect = part("indirect", row.indirect, "rival", "", percent(rest), p_value(row.p), weight=rest)
        parts.append(replace(indirect, direct=False))
    return [*parts, replace(network, summary=True)]


def _described(rows: Sequence[ComparisonRow], measure: str, scale: Kind, level: str) -> str:
    both = sum(row.indirect is not None for row in rows)
    listed = "; ".join(
        f"{row.name}: direct {row.direct.printed(scale)}, "
        + (f"indirect {row.indirect.printed(scale)}, " if row.indirect else "no indirect evidence, ")
        + f"network {row.network.printed(scale)}"
        for row in rows[:DESCRIBED]
    )
    more = "; the rest is in the table" if len(rows) > DESCRIBED else ""
    return (
        f"Forest plot of {len(rows)} comparisons, {both} of them with indirect evidence too, {measure} with {level} "
        f"intervals. {listed}{more}."
    )


def _twin(
    figure_id: str, title: Words, rows: Sequence[ComparisonRow], measured: str, scale: Kind, note: Words
) -> Table:
    headers = ("Trials", "Direct", "Indirect", "Network", "Direct share", "p, direct against indirect")
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Comparison", "left"), *(Column(header) for header in headers)),
        tuple(
            Row(
                (
                    row.name,
                    count(row.trials),
                    row.direct.printed(scale),
                    row.indirect.printed(scale) if row.indirect else MISSING,
                    row.network.printed(scale),
                    percent(row.share),
                    p_value(row.p),
                )
            )
            for row in rows
        ),
        notes=(
            f"Direct, indirect and network: {measured[:1].lower()}{measured[1:]}.",
            *((note,) if plain(note) else ()),
        ),
    )
