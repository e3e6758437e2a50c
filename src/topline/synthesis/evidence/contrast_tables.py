"""From contrasts to evidence."""

from __future__ import annotations

from collections.abc import Sequence

from topline.records import Caveat, StudyArm, identify
from topline.synthesis.evidence.contrasts import Contrast, StudyLevels, study_levels
from topline.synthesis.evidence.measures import Measure
from topline.synthesis.evidence.network import ArmLevel
from topline.synthesis.evidence.parts import Evidence
from topline.tables import Table

# What a column of ratios, not of their logs, is called.
RATIO_NAMES = (
    "OR", "RR", "HR", "IRR", "ROM", "RATIO", "ODDS RATIO", "RISK RATIO", "HAZARD RATIO", "RATE RATIO", "RATIO OF MEANS"
)  # fmt: skip


def evidence_from_contrasts(table: Table, measure: Measure) -> Evidence:
    """The evidence in a table of contrasts.

    Raises ``DataError`` for a column of ratios that are not logs, and for contrasts that contradict each other.
    """
    columns = table.columns
    if measure.scale == "log":
        _refuse_ratios(table, measure)
    groups: dict[str, list[Contrast]] = {}
    missing = []
    for i in range(table.n_rows):
        study, one, two = (str(columns[name][i]) for name in ("study", "treatment1", "treatment2"))
        estimate, se = columns["estimate"][i], columns["se"][i]
        if estimate is None or se is None:
            missing.append(f"{study} ({one} versus {two})")
            continue
        groups.setdefault(study, []).append(Contrast(i, study, one, two, float(estimate), float(se)))
    fitted = [study_levels(study, _in_order(rows), table) for study, rows in sorted(groups.items())]
    rows = sorted([r.study, r.treatment1, r.treatment2, r.estimate, r.se] for own in groups.values() for r in own)
    return Evidence(
        levels=tuple(ArmLevel(s.study, *values) for s in fitted for values in zip(s.treatments, s.y, s.v, strict=True)),
        arms=tuple(StudyArm(study=s.study, treatment=t) for s in fitted for t in s.treatments),
        unit=None if measure.name == "MD" or measure.tau_scale is None else 1.0,
        caveats=_caveats(measure, [c.estimate for own in groups.values() for c in own], missing, fitted),
        inputs=(identify("data", "contrasts", rows),),
    )


def _caveats(
    measure: Measure, estimates: Sequence[float], missing: Sequence[str], fitted: Sequence[StudyLevels]
) -> tuple[Caveat, ...]:
    caveats = []
    if measure.scale == "log" and len(estimates) > 2 and min(estimates) > 0:
        text = (
            f"Every estimate is above 0. They are taken as logs of the {measure.name}, as they must be, and ratios "
            "that were not logged would look like this. If they are ratios, take their logarithms, and as standard "
            "error (log upper - log lower)/3.92 of a 95% interval."
        )
        caveats.append(Caveat(code="estimates_all_positive", text=text, severity="serious"))
    if missing:
        text = f"Contrasts without an estimate or a standard error are left out: {', '.join(missing)}."
        caveats.append(Caveat(code="incomplete_contrasts", text=text))
    repaired = [s.repair for s in fitted if s.repair]
    if repaired:
        text = (
            "Contrasts of a study with several arms disagree within rounding; the nearest ones that agree took their "
            f"place: {'; '.join(repaired)}."
        )
        caveats.append(Caveat(code="multi_arm_rounded", severity="minor", text=text))
    return tuple(caveats)


def _refuse_ratios(table: Table, measure: Measure) -> None:
    """Refuse a column of estimates that is called like the ratio itself: estimates of ratios are logs."""
    for i in range(table.n_rows):
        name = table.sources[i].get("estimate", "") if table.sources else ""
        if name.strip().upper() in RATIO_NAMES:
            raise table.error(
                i,
                "estimate",
                f"the column {name!r} looks like the ratio itself, and estimates of a {measure.name} are logs",
                expected=f"the natural logarithm of the {measure.name}, and the standard error of that logarithm",
                repair=f"add a column with ln({name}); from a 95% interval, se = (ln(upper) - ln(lower)) / 3.92",
            )


def _in_order(rows: Sequence[Contrast]) -> list[Contrast]:
    """In the order of their treatments, so that the order of the table changes no digit."""
    return sorted(rows, key=lambda row: (row.treatment1, row.treatment2, row.index))
