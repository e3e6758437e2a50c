"""The groups of a registry record as arms of one trial: each group a drug and regimen, the same one under any title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topline.pipeline.intake.rules import ArmFound, find_arm
from topline.records import Arm, ArmValue, Question, Reading, Readout


@dataclass(frozen=True)
class TrialArm:
    """An arm of the trial, and every title under which the record reports it. ``known`` is it in the case already."""

    name: str
    found: ArmFound
    titles: tuple[str, ...]
    known: bool


class TrialArms:
    """The arms of a record, by group title. Groups with one drug and one stated regimen are one arm."""

    def __init__(self, reading: Reading, question: Question, trials: Sequence[str], known: Sequence[Arm]) -> None:
        self.question = question
        self._known = known
        self._trials = trials
        self._by_title: dict[str, ArmFound] = {}
        self._names: dict[tuple[str, str], str] = {}
        assert reading.trial is not None
        for title, description in _groups(reading):
            self._by_title.setdefault(title, find_arm(question, title, description, trials))
        for title, found in self._by_title.items():
            if found.drug:
                self._names.setdefault(self._key(title, found), self._case_name(found) or title)

    def _key(self, title: str, found: ArmFound) -> tuple[str, str]:
        return found.drug, found.regimen or f"regimen of {title}"

    def _case_name(self, found: ArmFound) -> str | None:
        """The name of the one arm of the case that has this drug and, where a rule states it, this treatment."""
        arms = [a for a in self._known if a.treatment == found.drug]
        if found.regimen:
            node = self.question.node(found.drug, found.regimen)
            arms = [a for a in arms if self.question.node(a.treatment, a.dose_regimen) == node]
        return arms[0].arm if len(arms) == 1 else None

    def of(self, title: str) -> tuple[str, ArmFound]:
        """The name of the arm in the case, empty where the group is none; and what was found."""
        found = self._by_title.get(title)
        if found is None:
            found = self._by_title[title] = find_arm(self.question, title, None, self._trials)
        if not found.drug:
            return "", found
        return self._names.setdefault(self._key(title, found), self._case_name(found) or title), found

    def arms(self) -> Iterator[TrialArm]:
        """Each arm once, in the order of the record."""
        known = {a.arm for a in self._known}
        for key, name in self._names.items():
            mine = [t for t, found in self._by_title.items() if found.drug and self._key(t, found) == key]
            yield TrialArm(name, self._by_title[mine[0]], tuple(mine), name in known)

    def others(self) -> Iterator[tuple[str, ArmFound]]:
        """The groups that are no arm of the question, each with the reason."""
        yield from ((title, found) for title, found in self._by_title.items() if not found.drug)


def _groups(reading: Reading) -> Iterator[tuple[str, str | None]]:
    """Title and description of every group with results, and of the planned arms where there are none.

    Baseline is left out: its columns hold totals over the arms.
    """
    assert reading.trial is not None
    described: dict[str, str] = {}
    for group in reading.trial.groups:
        described.setdefault(group.title, group.description or "")
    values: list[ArmValue] = [v for fact in (*reading.flow, *reading.readouts) for v in fact.values]
    values += [v for fact in reading.safety for v in fact.arms]
    titles = dict.fromkeys(v.arm for v in values if v.arm)
    if not titles:
        yield from ((arm.label, arm.description) for arm in reading.trial.arms)
    yield from ((title, described.get(title)) for title in titles)


def started(flow: Sequence[Readout]) -> dict[tuple[str | None, str], ArmValue]:
    """The patients who started each period, by period and group."""
    return {(f.class_title, v.arm): v for f in flow if f.endpoint == "STARTED" for v in f.values}
