"""How a table is laid out: which of its forms is complete, and which column stands for what in it.

Forms: ``long`` (one row an arm), ``wide`` (one row a study or a comparison, groups side by side), ``pairs`` (one row a
contrast, two treatments), ``baseline`` (one row an arm, differences against the arm whose difference is missing),
``unlabelled`` (one row a study, an estimate without treatments).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from topline.tables import refusals
from topline.tables.cells import CellError, is_missing, read_number
from topline.tables.limits import limits_advice
from topline.tables.nearest import layouts_by_nearness
from topline.tables.reading import RawTable
from topline.tables.roles import Candidates, group_numbers

Form = Literal["long", "wide", "pairs", "baseline", "unlabelled"]
Found = Mapping[str, Candidates]
Sets = tuple[tuple[str, ...], ...]

RATES = frozenset({"IRR", "IRD"})

_OUTCOMES = ("events", "nonevents", "n", "mean", "sd", "se", "exposure", "time", "missing")
_COUNT_SETS: Sets = (("events", "n"), ("events", "nonevents"))
_RATE_SETS: Sets = (("events", "exposure"),)
_MEAN_SETS: Sets = (("mean", "sd", "n"), ("mean", "se"))
# What an arm must have, any one set of it; nothing serves for HR, which comes from contrasts alone. Measures that are
# not here take any arm.
_WANTED: dict[str | None, Sets] = {
    None: _COUNT_SETS + _RATE_SETS + _MEAN_SETS,
    **dict.fromkeys(("OR", "RR", "RD", "AS"), _COUNT_SETS),
    **dict.fromkeys(RATES, _RATE_SETS),
    "MD": _MEAN_SETS,
    **dict.fromkeys(("SMD", "ROM"), _MEAN_SETS[:1]),
    "HR": (),
}
_LIKE_TREATMENT = re.compile(r"treat|trt|drug|comparator|intervention|(?<![a-z])arms?(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """The chosen form; ``groups[g]`` maps canonical name to column, one mapping for each group of a wide table."""

    form: Form
    groups: tuple[Mapping[str, str], ...]


def choose_plan(
    raw: RawTable, found: Found, mapping: Mapping[str, str], measure: str | None, *, arms_first: bool = False
) -> Plan:
    """The one form that the columns fill; with ``arms_first`` the arms of a table that holds contrasts of them too.

    Raises ``DataError`` when none or several are complete, or when two columns may play a role that the form needs.
    """
    wanted = _WANTED.get(measure, _WANTED[None])
    found = _with_one_study(raw, found)
    found = _relevant({role: c for role, c in found.items() if not _is_no_count(raw, role, c)}, wanted)
    complete = {form: roles for form in _forms(found) if (roles := _roles_of(form, found, wanted)) is not None}
    if not complete:
        limits = limits_advice(raw, found, measure)
        layouts = _near_layouts(raw, found, wanted, measure, limits=limits is not None)
        raise refusals.incomplete(raw, found, mapping, layouts, limits, measure)
    if arms_first:
        complete = dict(list(complete.items())[:1])
    form, roles = _settled(complete, raw, found, mapping)
    double = {role: found[role].columns for role in roles if len(found[role].columns) > 1}
    if double:
        raise refusals.ambiguous_columns(raw, double, mapping)
    if form == "wide" and (partial := [i for i in group_numbers(found) if i not in group_numbers(roles)]):
        raise refusals.partial_group(raw, found, partial[0])
    if form in ("wide", "unlabelled"):
        _refuse_hidden_treatments(raw, found, roles)
    plan = Plan(form, _groups(form, found, roles))
    if form in ("long", "wide"):
        plan = _settle_time(plan, raw, found, mapping, measure)
    if form == "long":
        _refuse_time_as_treatment(plan, raw, found, mapping)
        _refuse_baseline_form(plan, raw, found, mapping)
    return plan


def _with_one_study(raw: RawTable, found: Found) -> Found:
    """The roles with the column called study alone where a number of it (StudyID, of MetaInsight) says the same."""
    columns = found["study"].columns if "study" in found else ()
    named = [name for name in columns if name.casefold() == "study"]
    if len(named) != 1 or len(columns) < 2:
        return found
    keys = [[str(cell).strip() for cell in raw.column(name)] for name in columns]
    pairs = set(zip(*keys, strict=True))
    if any(len(set(key)) != len(pairs) for key in keys):
        return found
    return {**found, "study": Candidates((named[0],), found["study"].strength)}


def _is_no_count(raw: RawTable, role: str, candidates: Candidates) -> bool:
    """Whether a column that is only called ``missing`` does not count patients: a percentage, a fraction, yes or no."""
    if not role.startswith("missing") or candidates.strength == "mapped":
        return False
    (name, *_) = candidates.columns
    return "%" in name or any(not is_missing(cell) and not _is_whole(cell) for cell in raw.column(name))


def _is_whole(cell: Any) -> bool:
    try:
        number = read_number(cell)
    except CellError:
        return False
    return number is None or number.is_integer()


def _relevant(found: Found, wanted: Sets) -> Found:
    """The roles without those of outcomes that the measure does not use, and without an n that nonevents replace."""
    used = {role for columns in wanted for role in columns} | {"n", "time", "se"}
    used |= set() if wanted in (_RATE_SETS, ()) else {"missing"}
    idle = {role for role in _OUTCOMES if role not in used}
    if wanted:
        found = {role: c for role, c in found.items() if role.rstrip("0123456789") not in idle}
    replaced = {
        role.replace("nonevents", "n")
        for role, candidates in found.items()
        if role.startswith("nonevents") and candidates.strength == "mapped"
    }
    return {role: c for role, c in found.items() if role not in replaced or c.strength == "mapped"}


def _forms(found: Found) -> list[Form]:
    contrast: Form = "unlabelled"
    if "treatment1" in found and "treatment2" in found:
        contrast = "pairs"
    elif "treatment" in found:
        contrast = "baseline"
    return ["long", "wide", contrast]


def _contrast_se(found: Found) -> str | None:
    """The role that holds the standard error of a difference: as mapped, else by a name that says so, else any."""
    if "se" in found and found["se"].strength == "mapped":
        return "se"
    return next((role for role in ("se_contrast", "se", "variance") if role in found), None)


def _roles_of(form: Form, found: Found, wanted: Sets) -> list[str] | None:
    """The roles that the form uses, when all that it can't do without are there; else None."""
    if "study" not in found:
        return None
    if form == "long":
        if "treatment" not in found or not any(all(r in found for r in s) for s in wanted):
            return None
        return ["study", "treatment", *(r for r in _OUTCOMES if r in found)]
    if form == "wide":
        return _wide_roles(found, wanted)
    se = _contrast_se(found)
    if "estimate" not in found or se is None:
        return None
    names = {"pairs": ["treatment1", "treatment2"], "baseline": ["treatment"], "unlabelled": []}[form]
    return ["study", *names, "estimate", se]


def _wide_roles(found: Found, wanted: Sets) -> list[str] | None:
    """The roles of a wide table: the groups that have all columns of one of the sets, groups 1 and 2 among them."""
    sets = [s for s in wanted if all(f"{r}{i}" in found for r in s for i in (1, 2))]
    if not sets:
        return None
    numbers = [i for i in group_numbers(found) if any(all(f"{r}{i}" in found for r in s) for s in sets)]
    labels = [f"treatment{i}" for i in numbers if f"treatment{i}" in found]
    if labels and len(labels) < len(numbers):
        return None
    return ["study", *labels, *(f"{r}{i}" for i in numbers for r in _OUTCOMES if f"{r}{i}" in found)]


def _groups(form: Form, found: Found, roles: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    if form != "wide":
        return ({("se" if r == "se_contrast" else r): found[r].columns[0] for r in roles},)
    study = {"study": found["study"].columns[0]}
    return tuple(
        study | {s: found[f"{s}{i}"].columns[0] for s in ("treatment", *_OUTCOMES) if f"{s}{i}" in roles}
        for i in group_numbers(roles)
    )


def _settled(
    complete: Mapping[Form, list[str]], raw: RawTable, found: Found, mapping: Mapping[str, str]
) -> tuple[Form, list[str]]:
    """The only complete form, or the one that has a mapped role of its own; else the table is refused."""
    if len(complete) == 1:
        return next(iter(complete.items()))
    own = {
        form: [r for r in roles if sum(r in other for other in complete.values()) == 1]
        for form, roles in complete.items()
    }
    chosen = [form for form in complete if any(found[r].strength == "mapped" for r in own[form])]
    if len(chosen) == 1:
        return chosen[0], complete[chosen[0]]
    words = {"long": "arms, one a row", "wide": "groups side by side"}
    ways = {words.get(form, "contrasts"): {r: found[r].columns[0] for r in own[form]} for form in complete}
    raise refusals.several_forms(raw, ways, mapping)


def _refuse_hidden_treatments(raw: RawTable, found: Found, roles: Sequence[str]) -> None:
    """Refuse to lump studies into one comparison while a column that is not used seems to name treatments.

    A caller who mapped the outcome columns has looked at the table, and is trusted.
    """
    if any(r.startswith("treatment") or (r != "study" and found[r].strength == "mapped") for r in roles):
        return
    used = {found[r].columns[0] for r in roles}
    hints = [name for name in raw.header if name not in used and _LIKE_TREATMENT.search(name)]
    if hints:
        raise refusals.hidden_treatments(raw, hints)


def _settle_time(plan: Plan, raw: RawTable, found: Found, mapping: Mapping[str, str], measure: str | None) -> Plan:
    """Decide whether a column named time is exposure (person-time) or the time of the readout.

    It is exposure when it is all there is to divide events by. For a rate, time beside n is refused: follow-up per
    patient and person-time differ by the factor n.
    """
    first = plan.groups[0]
    role = "exposure" if plan.form == "long" else "exposure1"
    if "exposure" not in first or found[role].strength != "weak":
        return plan
    has_n = "n" in first or "nonevents" in first
    if measure in RATES and has_n:
        raise refusals.unclear_time(raw, first["exposure"], role, mapping)
    drop = "exposure" if has_n or "events" not in first else "time"
    return Plan(plan.form, tuple({k: v for k, v in group.items() if k != drop} for group in plan.groups))


def _refuse_time_as_treatment(plan: Plan, raw: RawTable, found: Found, mapping: Mapping[str, str]) -> None:
    """Refuse a column t that holds fractions: times, not treatments."""
    column = plan.groups[0]["treatment"]
    if found["treatment"].strength == "weak" and any(_is_fraction(cell) for cell in raw.column(column)):
        raise refusals.time_as_treatment(raw, column, mapping)


def _is_fraction(cell: Any) -> bool:
    try:
        number = read_number(cell)
    except CellError:
        return False
    return number is not None and not number.is_integer()


def _refuse_baseline_form(plan: Plan, raw: RawTable, found: Found, mapping: Mapping[str, str]) -> None:
    """Refuse a column y that is missing in exactly one arm of every study: it may hold differences, not means."""
    group = plan.groups[0]
    if "mean" not in group or found["mean"].strength != "weak":
        return
    studies: dict[str, list[bool]] = {}
    for study, value in zip(raw.column(group["study"]), raw.column(group["mean"]), strict=True):
        studies.setdefault(str(study), []).append(is_missing(value))
    if all(len(missing) > 1 and sum(missing) == 1 for missing in studies.values()):
        raise refusals.means_or_differences(raw, group["mean"], mapping)


def _near_layouts(
    raw: RawTable, found: Found, wanted: Sets, measure: str | None, *, limits: bool
) -> list[tuple[str, list[str]]]:
    """The layouts of the measure, the nearest first, and the roles that each lacks; ``limits`` mark an estimate."""
    present = set(found) | ({"se"} if _contrast_se(found) else set())
    studies = [str(cell) for cell in raw.column(found["study"].columns[0])] if "study" in found else []
    arms = "treatment" in found or len(studies) < 2 or len(set(studies)) < len(studies)
    near = layouts_by_nearness(present | ({"estimate"} if limits else set()), wanted, measure, rows_may_be_arms=arms)
    return [(layout.words, layout.lacking(present)) for layout in near]
