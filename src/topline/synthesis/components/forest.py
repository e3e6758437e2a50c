"""The components of a network as a forest plot."""

from __future__ import annotations

from collections.abc import Sequence

from topline.exhibits import Figure, ForestRow, forest
from topline.exhibits.effects import MEASURES, level_words
from topline.exhibits.text import capitalised, effect_with_interval, fixed, p_value, significant
from topline.exhibits.words import plain
from topline.synthesis.components.rows import ComponentEffect, InteractionEffect, Measured
from topline.synthesis.spec import ModelSpec

NOT_ESTIMABLE = "not estimable"


def component_forest(
    spec: ModelSpec,
    components: Sequence[ComponentEffect],
    interactions: Sequence[InteractionEffect],
    tau: float | None,
    i2: float | None,
) -> Figure:
    """Each component added versus not added; below a heading, what interactions add to the sum."""
    scale, words = spec.network.scale, MEASURES[spec.network.measure]
    rows = _sorted([(row.component, row.effect) for row in components], scale)
    if interactions:
        above = f"Interactions (beyond the {'product' if scale == 'log' else 'sum'})"
        rows = [
            ForestRow("Components (added versus not)", heading=True),
            *rows,
            ForestRow(above, heading=True),
            *_sorted([(row.interaction, row.effect) for row in interactions], scale),
        ]
    level = level_words(spec.level)
    told = "; ".join(f"{row.label} {plain(row.columns[0])}" for row in rows if not row.heading)
    # the sides are those of a component; an interaction is not added by itself
    sides = None if spec.better is None or interactions else ("adding it", "leaving it out")
    inactive = f" (versus {components[0].reference})" if components[0].reference != "nothing" else ""
    axis_label = f"{words}, with the component versus without it{inactive}"
    return forest(
        "components",
        f"What each of {len(components)} components adds",
        rows,
        axis_label=axis_label,
        columns=(f"{capitalised(words)} ({level} interval)", "p"),
        scale="log" if scale == "log" else "natural",
        favours=sides[::-1] if sides and spec.better == "higher" else sides,
        heterogeneity=_heterogeneity(spec, tau, i2),
        order="given",
        row_word="Component",
        level=level,
        described=f"Forest plot, {axis_label}, with {level} intervals. {told}.",
    )


def _sorted(named: Sequence[tuple[str, Measured]], scale: str) -> list[ForestRow]:
    """The rows, the highest estimate first and what can't be estimated last."""
    known = sorted(
        (pair for pair in named if pair[1].estimate is not None), key=lambda p: (-(p[1].estimate or 0), p[0])
    )
    unknown = [pair for pair in named if pair[1].estimate is None]
    return [_row(name, effect, scale) for name, effect in (*known, *unknown)]


def _row(name: str, e: Measured, scale: str) -> ForestRow:
    return ForestRow(
        label=name,
        estimate=e.display_estimate,
        lower=e.display_lower,
        upper=e.display_upper,
        weight=None if not e.se else 1 / e.se**2,
        columns=(_shown(e, scale), p_value(e.p)),
    )


def _shown(e: Measured, scale: str) -> str:
    """The estimate and its limits."""
    if e.estimate is None:
        return NOT_ESTIMABLE
    return effect_with_interval(e.display_estimate, e.display_lower, e.display_upper, scale)


def _heterogeneity(spec: ModelSpec, tau: float | None, i2: float | None) -> str:
    if spec.model == "common":
        return "common-effect model: heterogeneity is taken as none"
    if tau is None:
        return "Between-trial heterogeneity under the component model: not estimable"
    scale = f" on the log {MEASURES[spec.network.measure]}" if spec.network.scale == "log" else ""
    share = "" if i2 is None else f"; I² {fixed(100 * i2)}%"
    return f"Between-trial heterogeneity under the component model: tau {significant(tau)}{scale}{share}"
