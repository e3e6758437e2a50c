"""Readouts and safety statements of prose mapped onto a case; what the text does not say is left to the reviewer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from topline.pipeline.intake.counts import counts_of
from topline.pipeline.intake.drafts import Drafts, MappedRow, place_of
from topline.pipeline.intake.outcomes import OutcomeDraft, OutcomeDrafts
from topline.pipeline.intake.registry_facts import ARM_REQUIRED, TRIAL_REQUIRED
from topline.pipeline.intake.rules import ArmFound, Found, find_arm, find_by_name, find_measure, find_term, plain
from topline.pipeline.intake.weeks import week_of
from topline.records import Arm, ArmValue, Question, Reading, Readout, SafetyStatement, Trial


class ProseMapper:
    """Maps the readouts and safety statements of one text. ``trials`` and ``arms`` are those of the case."""

    def __init__(
        self, reading: Reading, question: Question, drafts: Drafts, trials: Sequence[Trial], arms: Sequence[Arm]
    ) -> None:
        self.reading = reading
        self.question = question
        self.drafts = drafts
        self.trials = trials
        self.arms = arms
        self.outcomes = OutcomeDrafts(drafts)
        self._titles: dict[tuple[str, str, str], str] = {}

    def map(self) -> None:
        """Propose an outcome row for every value that is one, and show what became of the rest."""
        for readout in self.reading.readouts:
            found = self._endpoint(readout)
            self._values(readout, readout.endpoint or "a readout", readout.values, found)
        for statement in self.reading.safety:
            found = find_term(self.question, statement.event)
            if found.endpoint is None and "several" not in found.reason:
                found = find_by_name(self.question, statement.event, role="harm")
            self._values(statement, statement.event, statement.arms, found)
        self.outcomes.propose()

    def _endpoint(self, readout: Readout) -> Found:
        found = find_measure(self.question, readout.endpoint, ())
        if found.endpoint is None and "several" not in found.reason:
            found = find_by_name(self.question, readout.endpoint or "")
        return found

    def _values(
        self,
        fact: Readout | SafetyStatement,
        said: str,
        values: Sequence[ArmValue],
        found: Found,
    ) -> None:
        if not values:
            found = Found(reason="it has no value of an arm")
        if found.endpoint is None:
            self.drafts.shown.append(MappedRow(fact.id, place_of(fact), said, reason=found.reason))
            return
        trial = self._trial(fact.trial)
        week = found.rule.week if found.rule and found.rule.week else week_of(fact.timepoint)[0]
        for value in values:
            counts = counts_of(value, None, found.endpoint, found.rule)
            arm, group = self._arm(value.arm, fact, trial)
            if not arm and not counts.reason:
                note = f"arm as written: {value.arm} ({group.drug})"
                counts = dataclasses.replace(counts, note="; ".join(t for t in (counts.note, note) if t))
            row = MappedRow(
                fact.id, place_of(fact), said, arm=value.arm, value=value.value, endpoint=found.endpoint.id,
                mapped_arm=arm, week=week, rule=found.name, reason=counts.reason or group.reason,
            )  # fmt: skip
            if row.reason:
                self.drafts.shown.append(row)
                continue
            self.outcomes.add(OutcomeDraft(row, trial, counts, self.drafts.passage(fact), fact))

    def _trial(self, name: str | None) -> str:
        """The case's trial of that name or registry id; a name that the case lacks stays, for the reviewer to add."""
        if name is None:
            return ""
        wanted = plain(name).lower()
        known = [t.trial for t in self.trials if wanted in {t.trial.lower(), t.nct_id.lower()}]
        parts = [t.trial for t in self.trials if t.trial.lower().endswith(f"-{wanted}")]
        return known[0] if known else parts[0] if len(parts) == 1 else name

    def _arm(self, title: str, fact: Readout | SafetyStatement, trial: str) -> tuple[str, ArmFound]:
        """The arm of the case that the text means: by the rules, or by drug, where the trial has a single one of it."""
        found = find_arm(self.question, title, None, [trial])
        if not found.drug and fact.drug:
            found = find_arm(self.question, f"{fact.drug} {title}", None, [trial])
        if not found.drug:
            return "", found
        mine = [a for a in self.arms if a.trial == trial and a.treatment == found.drug]
        if found.regimen:
            node = self.question.node(found.drug, found.regimen)
            mine = [a for a in mine if self.question.node(a.treatment, a.dose_regimen) == node]
        if len(mine) == 1:
            return mine[0].arm, found
        if trial and all(a.trial != trial for a in self.arms):
            return self._new_arm(trial, title, found, fact), found
        return "", found

    def _new_arm(self, trial: str, title: str, found: ArmFound, fact: Readout | SafetyStatement) -> str:
        """Propose an arm of a trial without arms in the case, named as the text does first; and the trial if need be.

        Titles that a rule takes for one drug at one regimen (with the dose, later the drug alone) are one arm.
        """
        if found.regimen:
            title = self._titles.setdefault((trial, found.drug, found.regimen), title)
        cells: dict[str, str | None] = {
            "trial": trial,
            "arm": title,
            "treatment": found.drug,
            "dose_regimen": found.regimen,
            "background": found.background,
            "n_status": "unknown",
        }
        passages = (self.drafts.passage(fact),)
        if all(t.trial != trial for t in self.trials):
            self.drafts.add("trial", {"trial": trial, "phase": getattr(fact, "phase", None)}, passages, TRIAL_REQUIRED)
        self.drafts.add("arm", cells, passages, ARM_REQUIRED)
        return title
