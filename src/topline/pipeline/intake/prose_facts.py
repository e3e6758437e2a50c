"""Readouts and safety statements of prose mapped onto a case; what the text does not say is left to the reviewer."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from topline.pipeline.intake.counts import counts_of
from topline.pipeline.intake.drafts import Drafts, MappedRow, place_of
from topline.pipeline.intake.outcomes import OutcomeDraft, OutcomeDrafts
from topline.pipeline.intake.registry_facts import ARM_REQUIRED, TRIAL_REQUIRED
from topline.pipeline.intake.rules import ArmFound, Found, find_arm, find_by_name, find_measure, find_term, plain
from topline.pipeline.intake.weeks import week_of
from topline.records import Arm, ArmValue, Question, Reading, Readout, SafetyStatement, Trial

_COMPARATOR = re.compile(r"\b(?:comparators?|controls?|standard of care|vehicle|sham)\b", re.IGNORECASE)
"""The other arm of a trial, whose name the text leaves open: not the drug that the fact is about."""
_NUMBER = re.compile(r"NCT\d{8}")


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
            found = find_measure(self.question, _as_written(readout), ())
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
                note = f"arm as written: {value.arm}" + (f" ({group.drug})" if group.drug else "")
                counts = dataclasses.replace(counts, note="; ".join(t for t in (counts.note, note) if t))
            row = MappedRow(
                fact.id, place_of(fact), said, arm=value.arm, value=value.value, endpoint=found.endpoint.id,
                mapped_arm=arm, week=week, rule=found.name, reason=counts.reason or group.reason,
            )  # fmt: skip
            if row.reason:
                self.drafts.shown.append(row)
                continue
            self.outcomes.add(OutcomeDraft(row, trial, counts, self.drafts.passage(fact), fact))

    def _trial(self, named: str | None) -> str:
        """The case's trial that a fact names, by name or registry number; a name that the case lacks stays as it is.

        A text that names the trial and its number (``ROCKET-NOVA; NCT06224999``) names one; several names stay as one
        text, for the reviewer to tell.
        """
        names, numbers = _trial_names(named)
        known = dict.fromkeys(trial for name in (*names, *numbers) if (trial := self._known_trial(name)))
        if len(known) == 1 and len(names) <= 1:
            return next(iter(known))
        if len(names) == 1 and not known:
            return names[0]
        return "; ".join([*names, *numbers])

    def _known_trial(self, name: str) -> str:
        wanted = name.lower()
        known = [t.trial for t in self.trials if wanted in {t.trial.lower(), t.nct_id.lower()}]
        parts = [t.trial for t in self.trials if t.trial.lower().endswith(f"-{wanted}")]
        return known[0] if known else parts[0] if len(parts) == 1 else ""

    def _arm(self, title: str, fact: Readout | SafetyStatement, trial: str) -> tuple[str, ArmFound]:
        """The arm of the case that the text means: by the rules, or by drug, where the trial has a single one of it."""
        found = find_arm(self.question, title, None, [trial])
        if not found.drug and _COMPARATOR.search(title):
            return "", ArmFound(name="a comparator that the text does not name")
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
            numbers = _trial_names(fact.trial)[1]
            row = {"trial": trial, "nct_id": numbers[0] if len(numbers) == 1 else None, "phase": _phase(fact)}
            self.drafts.add("trial", row, passages, TRIAL_REQUIRED)
        self.drafts.add("arm", cells, passages, ARM_REQUIRED)
        return title


def _as_written(readout: Readout) -> str:
    """The endpoint with the few signs that follow it in the quotation: ``vIGA-AD 0/1`` where ``vIGA-AD`` was read."""
    if not readout.endpoint:
        return ""
    _, name, after = (readout.quote or "").partition(readout.endpoint)
    return f"{name}{after[:8]}"


def _trial_names(named: str | None) -> tuple[list[str], list[str]]:
    """The names and the registry numbers in what a fact says of its trial."""
    parts = [part for text in (named or "").split(";") if (part := plain(text))]
    return [p for p in parts if not _NUMBER.fullmatch(p)], [p for p in parts if _NUMBER.fullmatch(p)]


def _phase(fact: Readout | SafetyStatement) -> str | None:
    return fact.phase if isinstance(fact, Readout) else None
