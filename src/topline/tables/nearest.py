"""For a table that fills no layout: the layouts of its measure, the one that it comes closest to first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

_NATURAL = frozenset({"RD", "AS", "IRD", "MD", "SMD"})


@dataclass(frozen=True)
class Layout:
    """A layout in words, and the roles that it needs in the nearest of its variants."""

    words: str
    roles: tuple[str, ...]

    def lacking(self, present: Collection[str]) -> list[str]:
        """Those of the roles that are not there."""
        return [role for role in self.roles if role not in present]


def layouts_by_nearness(
    present: Collection[str], wanted: Sequence[Sequence[str]], measure: str | None, *, rows_may_be_arms: bool
) -> list[Layout]:
    """Arms in rows or side by side with any set of ``wanted``, and contrasts, by the share of roles in ``present``.

    Rows are no arms where each study stands in one row and no column names a treatment; then ``rows_may_be_arms`` is
    False, and arms in rows come last. Of equally near layouts they come first, contrasts last.
    """
    scale = "" if measure in _NATURAL else " (of a ratio its logarithm)"
    contrast = ("study", *_compared(present), "estimate", "se")
    layouts = [Layout(f"one row a contrast: study, treatment1, treatment2, estimate{scale}, se", contrast)]
    if wanted:
        arms = [("study", "treatment", *roles) for roles in wanted]
        sides = [("study", *(f"{role}{i}" for i in (1, 2) for role in roles)) for roles in wanted]
        layouts = [_layout("an arm", arms, present), _layout("a study", sides, present), *layouts]
    last = layouts[:1] if wanted and not rows_may_be_arms else []
    return sorted(layouts, key=lambda layout: (layout in last, -_share(layout.roles, present)))


def _compared(present: Collection[str]) -> tuple[str, ...]:
    """The roles of treatments that a table of estimates needs: one for arms against a baseline, none for two groups."""
    if "estimate" not in present or "treatment1" in present or "treatment2" in present:
        return ("treatment1", "treatment2")
    return ("treatment",) if "treatment" in present else ()


def _share(roles: Sequence[str], present: Collection[str]) -> float:
    return sum(role in present for role in roles) / len(roles)


def _layout(row: str, variants: Sequence[tuple[str, ...]], present: Collection[str]) -> Layout:
    first, *others = sorted(variants, key=lambda roles: -_share(roles, present))
    shared = 2 if row == "an arm" else 1
    more = f" (or {'; or '.join(', '.join(roles[shared:]) for roles in others)})" if others else ""
    return Layout(f"one row {row}: {', '.join(first)}{more}", first)
