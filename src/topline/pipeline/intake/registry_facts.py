"""A registry reading mapped onto a case: trial, arms, and every measure and adverse event by the case's rules."""

from __future__ import annotations

from collections.abc import Sequence

from topline.pipeline.intake.arms import TrialArms, started
from topline.pipeline.intake.counts import COUNT, Counts, counts_of, counts_patients
from topline.pipeline.intake.drafts import Drafts, MappedRow, place_of
from topline.pipeline.intake.outcomes import OutcomeDraft, OutcomeDrafts
from topline.pipeline.intake.patterns import fits
from topline.pipeline.intake.rules import Found, find_measure, find_reason, find_term, find_total, plain
from topline.pipeline.intake.weeks import says_when, week_of
from topline.records import (
    Arm,
    ArmValue,
    Passage,
    Question,
    Reading,
    Readout,
    RegisteredTrial,
    SafetyStatement,
    Trial,
)

TRIAL_REQUIRED = ("trial", "population", "background", "primary_week", "source_id")
ARM_REQUIRED = ("trial", "arm", "treatment", "dose_regimen", "background", "n_status", "source_id")
_DESIGNS = {"RANDOMIZED": "randomised", "NON_RANDOMIZED": "not randomised", "PARALLEL": "parallel groups",
            "CROSSOVER": "crossover", "SINGLE_GROUP": "one group", "SEQUENTIAL": "sequential", "FACTORIAL": "factorial",
            "NONE": "open label", "SINGLE": "single-blind", "DOUBLE": "double-blind", "TRIPLE": "triple-blind",
            "QUADRUPLE": "quadruple-blind"}  # fmt: skip


class RegistryMapper:
    """Maps the facts of one registry record. ``trials`` and ``arms`` are those that the case has already."""

    def __init__(
        self, reading: Reading, question: Question, drafts: Drafts, trials: Sequence[Trial], arms: Sequence[Arm]
    ) -> None:
        assert reading.trial is not None
        self.reading = reading
        self.question = question
        self.drafts = drafts
        self.record: RegisteredTrial = reading.trial
        self.known = next((t for t in trials if t.nct_id == self.record.nct_id), None)
        taken = {t.trial.lower() for t in trials}
        name = self.record.acronym if (self.record.acronym or "").lower() not in taken else None
        self.trial = self.known.trial if self.known else name or self.record.nct_id
        mine = [a for a in arms if a.trial == self.trial] if self.known else []
        names = [n for n in (self.record.nct_id, self.record.acronym, self.trial) if n]
        self.arms = TrialArms(reading, question, names, mine)
        self.started = started(reading.flow)
        self.outcomes = OutcomeDrafts(drafts)

    def map(self) -> None:
        """Propose everything, and show what became of each reading."""
        self._trial()
        self._arms()
        for readout in self.reading.readouts:
            if readout.groups or readout.effect or readout.p:
                continue  # an analysis: it stays beside its measure, and is no count of an arm
            self._measure(readout)
        for statement in self.reading.safety:
            self._harm(statement)
        for readout in self.reading.flow:
            if readout.category is not None:
                self._left(readout)
        self.outcomes.propose()

    def _trial(self) -> None:
        record = self.record
        place = "protocolSection"
        if self.known is not None:
            row = MappedRow(record.nct_id, place, record.title or "", rule=f"the case has it as {self.trial}")
            self.drafts.shown.append(row)
            return
        size = record.enrolment if record.enrolment_type == "ACTUAL" else None
        allocated = record.design.get("allocation") == "RANDOMIZED"
        weeks = {week_of(o.time_frame)[0] for o in record.outcomes if o.rank == "primary"}
        primary = weeks.pop() if len(weeks) == 1 else None
        backgrounds = {arm.found.background for arm in self.arms.arms()}
        phases = [p.replace("EARLY_PHASE", "PHASE").removeprefix("PHASE") for p in record.phases if "PHASE" in p]
        cells: dict[str, str | None] = {
            "trial": self.trial,
            "nct_id": record.nct_id,
            "phase": "/".join(phases) or None,
            "background": backgrounds.pop() if len(backgrounds) == 1 else None,
            "primary_week": None if primary is None else str(primary),
            "design": ", ".join(_DESIGNS[text] for text in record.design.values() if text in _DESIGNS),
            "n_randomised": size if allocated else None,
        }
        passage = Passage(document=self.drafts.document, path=place)
        candidate = self.drafts.add("trial", cells, (passage,), TRIAL_REQUIRED)
        self.drafts.shown.append(
            MappedRow(record.nct_id, place, record.title or "", rule="the registration", candidate=candidate)
        )

    def _arms(self) -> None:
        for arm in self.arms.arms():
            size, age = self._size(arm.titles), self._mean_age(arm.titles)
            paths = [v.path for v in (size, age) if v is not None and v.path] or [self._group(arm.titles)]
            candidate = ""
            if not arm.known:
                cells: dict[str, str | None] = {
                    "trial": self.trial,
                    "arm": arm.name,
                    "treatment": arm.found.drug,
                    "dose_regimen": arm.found.regimen,
                    "background": arm.found.background or (self.known.background if self.known else None),
                    "n_randomised": size.value if size else None,
                    "n_status": "verified" if size else "unknown",
                    "mean_age": age.value if age else None,
                }
                passages = tuple(Passage(document=self.drafts.document, path=path) for path in paths)
                candidate = self.drafts.add("arm", cells, passages, ARM_REQUIRED)
            titles = "; ".join(arm.titles)
            self.drafts.shown.append(
                MappedRow(
                    self.record.nct_id, paths[0], titles, arm=titles, mapped_arm=arm.name, rule=arm.found.name,
                    candidate=candidate,
                )
            )  # fmt: skip
        for title, found in self.arms.others():
            row = MappedRow(self.record.nct_id, self._group((title,)), title, arm=title, reason=found.reason)
            self.drafts.shown.append(row)

    def _group(self, titles: tuple[str, ...]) -> str:
        """Where the record describes the group of one of these titles."""
        places = [g.path for g in self.record.groups if g.title in titles]
        places += [a.path for a in self.record.arms if a.label in titles]
        return places[0] if places else "protocolSection.armsInterventionsModule"

    def _size(self, titles: tuple[str, ...]) -> ArmValue | None:
        """The patients who started the first period in the one group of these titles that participant flow has."""
        first = next((period for period, _ in self.started), None)
        sizes = [v for (period, title), v in self.started.items() if period == first and title in titles]
        return sizes[0] if len(sizes) == 1 and sizes[0].value.isdecimal() and int(sizes[0].value) >= 1 else None

    def _mean_age(self, titles: tuple[str, ...]) -> ArmValue | None:
        ages = [
            value
            for measure in self.reading.baseline
            if (measure.endpoint or "").lower().startswith("age") and measure.measure_type == "MEAN"
            for value in measure.values
            if value.arm in titles and value.unit.lower() == "years"
        ]
        return ages[0] if len(ages) == 1 else None

    def _measure(self, readout: Readout) -> None:
        rows = (readout.class_title, readout.category)
        found = find_measure(self.question, readout.endpoint, rows)
        said = " | ".join(text for text in (readout.endpoint, *rows) if text)
        if not readout.values:
            found = Found(reason="the record has no values of it")
        elif found.rule and found.rule.population and not fits((found.rule.population,), plain(readout.population)):
            found = Found(reason=f"the analysed population is not the one that {found.name} wants")
        if found.endpoint is None:
            self._unmapped(readout, said, found.reason)
            return
        week, reason = self._week(readout, found)
        other = [d.unit for d in readout.denominators if d.unit and not counts_patients(d.unit)]
        if other and found.endpoint.kind != "mean":
            reason = reason or f"its denominators count {other[0]!r}, not patients alone"
        for value in readout.values:
            counts = counts_of(value, readout.measure_type, found.endpoint, found.rule)
            self._value(readout, said, value, found, week, reason or counts.reason, counts)

    def _week(self, readout: Readout, found: Found) -> tuple[int | None, str]:
        """The rule's week; else that of the row, of the time frame or of the title, which must not contradict."""
        if found.rule is not None and found.rule.week is not None:
            return found.rule.week, ""
        rows = [text for text in (readout.class_title, readout.category) if text]
        row, reason = week_of(" ".join(rows))
        if row is not None:
            return row, ""
        other = next((text for text in rows if says_when(text)), None)
        if other is not None:
            return None, f"its row is of another time: {reason}"
        frame, reason = week_of(readout.timepoint)
        title, _ = week_of(readout.endpoint)
        if frame is not None and title is not None and frame != title:
            return None, f"the title says week {title}, the time frame week {frame}"
        return frame, reason

    def _harm(self, statement: SafetyStatement) -> None:
        if statement.total:
            found = find_total(self.question, statement.seriousness or "")
        elif statement.seriousness == "serious":
            found = Found(reason="a row of the serious events; rules by term take the other events")
        else:
            found = find_term(self.question, statement.event)
        said = f"{statement.event} ({statement.seriousness})"
        if found.endpoint is None:
            self._unmapped(statement, said, found.reason)
            return
        week, reason = (found.rule.week, "") if found.rule and found.rule.week else week_of(statement.timepoint)
        apart = {
            value.arm: value.value
            for other in self.reading.safety
            if other.seriousness == "serious" and not statement.total and other.event.lower() == statement.event.lower()
            for value in other.arms
            if value.value not in {"", "0"}
        }
        for value in statement.arms:
            counts = counts_of(value, COUNT, found.endpoint, None)
            if value.arm in apart and not counts.reason:
                note = f"{apart[value.arm]} serious of this term are counted apart in the registry"
                counts = Counts(counts.n, counts.events, counts.percent, counts.events_status, note)
            self._value(statement, said, value, found, week, reason or counts.reason, counts)

    def _left(self, readout: Readout) -> None:
        """Patients who left for a reason, of those who started the period."""
        found = find_reason(self.question, readout.category or "")
        said = f"{readout.endpoint}: {readout.category} ({readout.class_title or 'no period'})"
        if found.endpoint is None or found.rule is None:
            self._unmapped(readout, said, found.reason)
            return
        reason = "" if found.rule.week else f"participant flow has no time frame; {found.name} must state a week"
        for value in readout.values:
            of = self.started.get((readout.class_title, value.arm))
            whole = ArmValue(arm=value.arm, value=value.value, unit=value.unit, n=of.value if of else None)
            counts = counts_of(whole, COUNT, found.endpoint, None)
            note = "patients who left, of those who started" if not counts.note else counts.note
            counts = Counts(counts.n, counts.events, counts.percent, counts.events_status, note, counts.reason)
            self._value(readout, said, value, found, found.rule.week, reason or counts.reason, counts)

    def _unmapped(self, fact: Readout | SafetyStatement, said: str, reason: str) -> None:
        self.drafts.shown.append(MappedRow(fact.id, place_of(fact), said, reason=reason))

    def _value(
        self,
        fact: Readout | SafetyStatement,
        said: str,
        value: ArmValue,
        found: Found,
        week: int | None,
        reason: str,
        counts: Counts,
    ) -> None:
        """Keep one value of one group, or show why it stays out."""
        arm, group = self.arms.of(value.arm)
        assert found.endpoint is not None
        row = MappedRow(
            fact.id, place_of(fact, value.path), said, arm=value.arm, value=value.value, endpoint=found.endpoint.id,
            mapped_arm=arm, week=week, rule=found.name, reason=group.reason or reason,
        )  # fmt: skip
        if row.reason:
            self.drafts.shown.append(row)
            return
        passage = self.drafts.passage(fact, value.path)
        self.outcomes.add(OutcomeDraft(row, self.trial, counts, passage, fact))
