"""From a question and a snapshot to a brief: the run of all stages."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from topline import __version__
from topline.brief import BriefInputs, compose
from topline.errors import ArgumentError, DateError
from topline.facts import caveats_for
from topline.pipeline.analyses import AnalysesRun, plan_analyses, run_analyses
from topline.pipeline.progress import Progress
from topline.records import FactSnapshot, Programme, Question, Run, SafetyProfile, to_json
from topline.safety import safety_profile

SOFTWARE = ("numpy", "scipy", "msgspec", "sqlalchemy")


@dataclass(frozen=True)
class Brief:
    """A finished brief: the page and the run behind it."""

    html: str
    run: Run

    def __repr__(self) -> str:
        return f"<Brief on {self.run.programme} as of {self.run.as_of}: {len(self.run.numbers)} numbers>"

    @property
    def finding(self) -> tuple[str, ...]:
        """The finding in plain sentences."""
        return self.run.finding

    def save(self, path: str | Path) -> tuple[Path, Path]:
        """Write the page to ``path`` and the run beside it as ``run.json``; return both paths.

        Raises ``ArgumentError`` when the folder can't be written.
        """
        page = Path(path)
        run = page.with_name("run.json")
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(self.html, encoding="utf-8")
            run.write_bytes(to_json(self.run, indent=None))
        except OSError as error:
            raise ArgumentError(
                f"the brief can't be written to {page.parent}",
                found=error.strerror or str(error),
                repair="name another folder with --out",
            ) from None
        return page, run


def make_brief(
    question: Question, programme: Programme, snapshot: FactSnapshot, *, progress: Progress | None = None
) -> Brief:
    """Run every stage and compose the brief.

    Raises ``DateError`` when nothing is known of the programme on the snapshot's day.
    """
    _refuse_the_unknown(programme, snapshot)
    plans = plan_analyses(question, programme, {t.trial for t in snapshot.trials})
    total = len(plans) + 2
    analyses = run_analyses(
        plans,
        snapshot,
        question,
        programme,
        progress=None if progress is None else lambda step, done: progress(step, done, total),
    )
    if progress is not None:
        progress("adverse events", total - 2, total)
    safety = safety_profile(snapshot, question, programme.drug)
    if progress is not None:
        progress("the page", total - 1, total)
    used = _used_facts(programme, snapshot, analyses, safety)
    html, run = compose(
        BriefInputs(
            question=question,
            programme=programme,
            snapshot=snapshot,
            as_of=date.fromisoformat(snapshot.as_of),
            analyses=analyses.main,
            sensitivity=analyses.sensitivity,
            safety=safety,
            left_out=analyses.left_out,
            used=used,
            snapshot_caveats=caveats_for(snapshot, question, used),
            versions=software_versions(),
        )
    )
    return Brief(html=html, run=run)


def _used_facts(
    programme: Programme, snapshot: FactSnapshot, analyses: AnalysesRun, safety: SafetyProfile
) -> frozenset[str]:
    """The facts that the brief rests on: those behind any of its records, those left out, and all of the drug."""
    ids = set(safety.made_from)
    for main in analyses.main:
        ids |= {*main.result.made_from, *main.absolute.baseline.facts}
    for other in analyses.sensitivity:
        ids |= set(other.result.made_from)
    ids |= {x.fact for x in analyses.left_out if x.fact}
    ids |= {f.id for f in snapshot.facts if f.treatment == programme.drug}
    return frozenset(ids & {f.id for f in snapshot.facts})


def _refuse_the_unknown(programme: Programme, snapshot: FactSnapshot) -> None:
    if any(f.treatment == programme.drug for f in snapshot.facts):
        return
    if any(e.programme == programme.drug for e in snapshot.events):
        return
    raise DateError(
        f"nothing about {programme.name} was known by then",
        found=f"as of {snapshot.as_of}" + (" with strict dates" if snapshot.strict_dates else ""),
        expected="a day on or after its first fact or event",
        repair=f"topline facts list --treatment {programme.drug} shows what became known when",
    )


def software_versions() -> dict[str, str]:
    """The versions of what computes: topline, Python and the numeric libraries."""
    return {
        "topline": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in SOFTWARE},
    }
