"""Covariates of studies: one value a study, from columns that the caller names."""

from __future__ import annotations

from dataclasses import replace

from topline.synthesis.evidence.parts import Evidence
from topline.tables import Table


def with_covariates(table: Table, evidence: Evidence) -> Evidence:
    """``evidence`` with the extra columns of ``table`` as covariates of its studies, of those that stay out too.

    A missing cell is filled from the study's other rows. Raises ``DataError`` where two rows of a study differ.
    """
    named = evidence.studies | {arm.study for arm in evidence.given}
    covariates: dict[str, dict[str, float | str | None]] = {}
    for name, values in table.extras.items():
        found: dict[str, float | str | None] = {}
        first: dict[str, int] = {}
        for index, (study, value) in enumerate(zip(table.columns["study"], values, strict=True)):
            known = found.setdefault(study, value)
            if value is None:
                continue
            if known is None:
                found[study] = value
            elif known != value:
                raise table.error(
                    index,
                    name,
                    f"the covariate {name!r} differs within study {study}",
                    found=f"{value} here, {known} in {table.place(first[study])}",
                    expected="one value a study",
                    repair="give the mean over its arms, or the value of the whole trial, in every row",
                )
            first.setdefault(study, index)
        covariates[name] = {study: value for study, value in found.items() if study in named}
    return replace(evidence, covariates=covariates)
