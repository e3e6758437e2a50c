"""From tables or arms to a network: the one door through which evidence enters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from topline.errors import ArgumentError, DataError, NetworkError
from topline.records import Caveat, StudyArm
from topline.synthesis.evidence.arms import check_arms, evidence_from_arms, evidence_from_counts
from topline.synthesis.evidence.continuity import Continuity
from topline.synthesis.evidence.contrast_tables import evidence_from_contrasts
from topline.synthesis.evidence.measures import Measure, find_measure
from topline.synthesis.evidence.network import Network, connect
from topline.synthesis.evidence.origin import ArmList, Origin
from topline.synthesis.evidence.parts import Evidence
from topline.synthesis.evidence.standardised import check_correction
from topline.synthesis.evidence.study_covariates import with_covariates
from topline.tables import Table, read_table


def read_network(
    data: Any,
    *,
    measure: str,
    columns: Mapping[str, str] | None = None,
    contrasts: Any = None,
    contrast_columns: Mapping[str, str] | None = None,
    continuity: float = 0.5,
    continuity_rule: str = "only0",
    smd_correction: str = "exact",
    covariates: Sequence[str] = (),
    sheet: str | None = None,
    outcome: str | None = None,
    allow_disconnected: bool = False,
) -> Network:
    """The network in ``data``: a ``Table``, a sequence of ``StudyArm``, or anything that ``read_table`` takes.

    ``contrasts`` is a second table, of contrasts from other studies, for one network of both; ``contrast_columns`` are
    its columns. ``continuity`` and ``continuity_rule`` say what is added to which studies with a zero cell
    (:mod:`topline.synthesis.evidence.continuity`), ``smd_correction`` which small-sample factor standardised mean
    differences get: ``exact``, ``approximate`` or ``none``. ``covariates`` are columns that hold one value a study,
    ``sheet`` names one of a workbook's, ``outcome`` one of a review's. ``allow_disconnected`` admits evidence that no
    study joins into one network, for models that join it otherwise.

    Raises ``DataError`` for arms or contrasts that contradict themselves, ``NetworkError`` and ``DisconnectedError``
    when there is nothing to compare or no one network, ``ArgumentError`` and ``UnknownNameError`` for the rest.
    """
    kind = find_measure(measure)
    rule = Continuity(continuity, continuity_rule)
    check_correction(smd_correction)
    found, frame_kind = _evidence(data, kind, rule, smd_correction, columns, covariates, sheet, outcome)
    parts = [found]
    if contrasts is not None:
        parts.append(_second(contrasts, kind, contrast_columns, covariates))
        _refuse_shared_studies(parts)
        _refuse_near_spellings(parts)
    caveats = _joined([c for part in parts for c in part.caveats])
    entered = [level for part in parts for level in part.levels]
    if not entered:
        raise NetworkError(
            "no study is left that compares two treatments",
            found=" ".join(c.text for c in caveats) or "no study with two arms",
            expected="at least one study with two arms that can be used",
            repair="check the columns for study and treatment, and that arms of one study share its name",
        )
    treatments, studies, arrays = connect(entered, allow_disconnected=allow_disconnected)
    return Network(
        measure=kind.name,
        scale=kind.scale,
        treatments=treatments,
        studies=studies,
        arrays=arrays,
        arms=tuple(sorted((a for part in parts for a in part.arms), key=lambda a: (a.study, a.treatment))),
        unit=next((part.unit for part in parts if part.unit is not None), None),
        continuity=continuity,
        caveats=caveats,
        inputs=tuple(i for part in parts for i in part.inputs),
        facts=tuple(sorted({f for part in parts for f in part.facts})),
        kind=frame_kind,
        continuity_rule=continuity_rule,
        smd_correction=smd_correction,
        covariates={name: _covariate(name, parts) for name in covariates},
        given=tuple(a for part in parts for a in part.given),
    )


def read_sparse_network(
    data: Any,
    *,
    engine: str,
    columns: Mapping[str, str] | None = None,
    continuity: float = 0.0,
    covariates: Sequence[str] = (),
    sheet: str | None = None,
    outcome: str | None = None,
) -> Network:
    """The network of the arms that an engine for sparse counts (``mh``, ``nch``, ``penalised``) can use.

    Its ``arrays`` hold the log odds with 0.5 added where there is a zero, for its shape and for pictures only. Raises
    what :func:`read_network` and :func:`topline.synthesis.sparse.engines.fit_sparse` raise.
    """
    odds = find_measure("OR")
    if _is_arms(data, sheet, outcome):
        arms: Sequence[StudyArm] = data
        table: Table | None = None
        origin: Origin = ArmList(data)
        kind = "records"
    else:
        table = _table(data, odds, columns, covariates, sheet, outcome)
        if table.layout == "contrast":
            raise DataError(
                f"the engine {engine} works on counts",
                file=table.file,
                found="one row a contrast",
                expected="one row an arm: study, treatment, events, n",
                repair="give counts, or use engine='reml'",
            )
        arms, origin, kind = _arms_of(table), table, table.kind
    check_arms(arms, odds, origin)
    evidence = evidence_from_counts(arms, engine, continuity)
    evidence = evidence if table is None else _with_notes(table, with_covariates(table, evidence))
    treatments, studies, arrays = connect(evidence.levels)
    return Network(
        measure="OR",
        scale="log",
        treatments=treatments,
        studies=studies,
        arrays=arrays,
        arms=evidence.arms,
        unit=evidence.unit,
        continuity=continuity,
        caveats=evidence.caveats,
        inputs=evidence.inputs,
        facts=evidence.facts,
        kind=kind,
        covariates=evidence.covariates,
        given=evidence.given,
    )


def _evidence(
    data: Any,
    measure: Measure,
    continuity: Continuity,
    smd_correction: str,
    columns: Mapping[str, str] | None,
    covariates: Sequence[str],
    sheet: str | None,
    outcome: str | None,
) -> tuple[Evidence, str]:
    if _is_arms(data, sheet, outcome):
        if covariates:
            raise ArgumentError("arms given as records have no covariates", found=", ".join(covariates))
        return evidence_from_arms(data, measure, continuity, smd_correction, ArmList(data)), "records"
    table = _table(data, measure, columns, covariates, sheet, outcome)
    if table.layout == "contrast":
        evidence = evidence_from_contrasts(table, measure)
    else:
        evidence = evidence_from_arms(_arms_of(table), measure, continuity, smd_correction, table)
    return _with_notes(table, with_covariates(table, evidence)), table.kind


def _arms_of(table: Table) -> list[StudyArm]:
    own = {name: values for name, values in table.columns.items() if name in StudyArm.__struct_fields__}
    return [StudyArm(**dict(zip(own, values, strict=True))) for values in zip(*own.values(), strict=True)]


def _with_notes(table: Table, evidence: Evidence) -> Evidence:
    """The evidence with what the format made of the table's rows as caveats."""
    notes = tuple(Caveat(code="table_rows", text=note) for note in table.notes)
    return replace(evidence, caveats=(*evidence.caveats, *notes)) if notes else evidence


def _is_arms(data: Any, sheet: str | None, outcome: str | None = None) -> bool:
    """Whether the data are arms as records; these have no sheets and no outcomes to choose from."""
    found = (
        isinstance(data, Sequence)
        and not isinstance(data, (str, bytes))
        and len(data) > 0
        and all(isinstance(row, StudyArm) for row in data)
    )
    if found and sheet is not None:
        raise ArgumentError("arms given as records have no sheets", found=repr(sheet), repair="leave sheet out")
    if found and outcome is not None:
        raise ArgumentError("arms given as records are of one outcome", found=repr(outcome), repair="leave outcome out")
    return found


def _table(
    data: Any,
    measure: Measure,
    columns: Mapping[str, str] | None,
    covariates: Sequence[str],
    sheet: str | None = None,
    outcome: str | None = None,
) -> Table:
    if isinstance(data, Table):
        return data
    return read_table(data, columns=columns, measure=measure.name, keep=covariates, sheet=sheet, outcome=outcome)


def _second(data: Any, measure: Measure, columns: Mapping[str, str] | None, covariates: Sequence[str]) -> Evidence:
    """The table of contrasts beside the main one. Raises ``DataError`` when it holds arms."""
    table = _table(data, measure, columns, covariates)
    if table.layout != "contrast":
        raise DataError(
            "the second table holds arms",
            file=table.file,
            found="one row an arm",
            expected="one row a contrast: study, treatment1, treatment2, estimate, se; or arms against a baseline arm",
            repair="put all arms into the first table",
        )
    return with_covariates(table, evidence_from_contrasts(table, measure))


def _refuse_shared_studies(parts: Sequence[Evidence]) -> None:
    both = sorted(parts[0].studies & parts[1].studies)
    if both:
        raise DataError(
            "a study stands in both tables",
            found=", ".join(both),
            expected="each study once, as arms or as contrasts",
            repair="leave it out of one of the tables, or give the studies different names",
        )


def _refuse_near_spellings(parts: Sequence[Evidence]) -> None:
    """Refuse names of the second table that differ from one of the first by capitals or spaces only."""
    for kind, names in (
        ("study", [part.studies for part in parts]),
        ("treatment", [{level.treatment for level in part.levels} for part in parts]),
    ):
        first = {"".join(name.casefold().split()): name for name in names[0]}
        for name in sorted(names[1] - names[0]):
            known = first.get("".join(name.casefold().split()))
            if known is not None:
                raise DataError(
                    f"two names of a {kind} differ by capitals or spaces only",
                    found=f"{known!r} in the first table, {name!r} in the second",
                    expected="one spelling for each",
                    repair="write it alike in both tables, or give them different names",
                )


def _covariate(name: str, parts: Sequence[Evidence]) -> dict[str, float | str | None]:
    """A covariate over both tables. Raises ``DataError`` when it is numbers in one and text in the other."""
    values = {study: value for part in parts for study, value in part.covariates[name].items()}
    if len({type(value) for value in values.values() if value is not None}) > 1:
        text = next(value for value in values.values() if isinstance(value, str))
        raise DataError(
            f"the covariate {name!r} holds numbers in one table and text in the other",
            column=name,
            found=repr(text),
            expected="numbers in both, or text in both",
        )
    return values


def _joined(caveats: Sequence[Caveat]) -> tuple[Caveat, ...]:
    return tuple(dict.fromkeys(caveats))
