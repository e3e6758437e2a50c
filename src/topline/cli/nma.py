"""``topline nma``: network meta-analysis of any table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from topline.cli.options import HELP, json_option, write_json
from topline.cli.screen import say, show_table
from topline.errors import ArgumentError
from topline.exhibits.files import page_path
from topline.exhibits.text import effect_with_interval, fixed, p_value, significant
from topline.records import NmaResult


@click.command("nma", context_settings=HELP)
@click.argument("data", metavar="DATA")
@click.option(
    "--measure",
    default="OR",
    show_default=True,
    type=click.Choice(
        ["OR", "RR", "RD", "AS", "IRR", "IRD", "MD", "SMD", "ROM", "HR", "generic"], case_sensitive=False
    ),
    help="OR odds ratio, RR risk ratio, RD risk difference, AS arcsine difference, IRR incidence rate ratio, IRD "
    "incidence rate difference, MD mean difference, SMD standardised mean difference, ROM ratio of means; from "
    "contrasts only: HR hazard ratio, generic.",
)
@click.option(
    "--model",
    default="random",
    show_default=True,
    type=click.Choice(["random", "common"]),
    help="Random effects, or one common effect.",
)
@click.option(
    "--engine",
    default="reml",
    show_default=True,
    type=click.Choice(["reml", "dl", "ml", "bayes", "mh", "nch", "penalised"]),
    help="reml: restricted maximum likelihood; dl: DerSimonian-Laird; ml: maximum likelihood; bayes: deterministic "
    "Bayes; for sparse counts, with --model common: mh Mantel-Haenszel, nch exact conditional likelihood, penalised "
    "logistic regression.",
)
@click.option(
    "--ci",
    default="wald",
    show_default=True,
    type=click.Choice(["wald", "hksj", "hksj-floor"]),
    help="wald, or Hartung-Knapp-Sidik-Jonkman (hksj), also with a floor that keeps it from being narrower than wald.",
)
@click.option("--level", default=0.95, show_default=True, help="Level of the intervals.")
@click.option("--reference", metavar="NAME", default=None, help="Compare with this treatment.")
@click.option(
    "--better",
    type=click.Choice(["higher", "lower"]),
    default=None,
    help="Which direction is better; needed for ranks.",
)
@click.option(
    "--prior-tau", metavar="PRIOR", default=None, help='For bayes, such as "halfnormal(0.5)" or "uniform(0, 2)".'
)
@click.option(
    "--columns", metavar="ROLE=NAME,..", default=None, help="Name columns: study=studyn,treatment=trtc,events=r."
)
@click.option("--sheet", metavar="NAME", default=None, help="Which sheet of a workbook; else the first with data.")
@click.option(
    "--outcome", metavar="NUMBER|NAME", default=None, help="Which outcome of a RevMan review, such as 1.2 or its name."
)
@click.option(
    "--contrasts", metavar="FILE", default=None, help="A second table: contrasts of other studies, for one network."
)
@click.option(
    "--continuity",
    type=float,
    default=None,
    help="What is added to the cells of studies with a zero cell: 0.5 by default, 0 with mh, nch and penalised.",
)
@click.option(
    "--continuity-rule",
    default="only0",
    show_default=True,
    type=click.Choice(["only0", "if0all", "all", "tacc"]),
    help="To which studies: those with a zero cell; all if there is one; all; those, in proportion to the arm's size.",
)
@click.option(
    "--html", "html_target", metavar="FILE", default=None, help="Write a page with forest, network and league."
)
@json_option
def command(
    data: str,
    measure: str,
    model: str,
    engine: str,
    ci: str,
    level: float,
    reference: str | None,
    better: str | None,
    prior_tau: str | None,
    columns: str | None,
    sheet: str | None,
    outcome: str | None,
    contrasts: str | None,
    continuity: float | None,
    continuity_rule: str,
    html_target: str | None,
    json_target: str | None,
) -> None:
    """Network meta-analysis of DATA: a CSV or Excel file, one row an arm (study, treatment, events, n) or a contrast
    (study, treatment1, treatment2, estimate, se; estimates of ratios are logs), a RevMan review (.rm5, or RevMan Web's
    data rows) or a GeMTC file. Columns are found by name.

    \b
    Examples:
      topline nma smoking.csv --better higher
      topline nma senn.csv --measure MD --engine dl --reference plac --better lower --json result.json
      topline nma trial.xlsx --columns study=studyn,treatment=trtc,events=r
      topline nma review.rm5 --outcome 1.2 --measure RR
      topline nma arms.csv --measure MD --contrasts differences.csv --ci hksj
    """
    from topline.pipeline import nma, parse_prior

    _refuse_overwriting(data, html_target, json_target)
    if html_target is not None:
        page_path(html_target)
    measure = measure if measure.lower() == "generic" else measure.upper()
    fit = nma(
        data,
        measure=measure,
        model=model,
        engine=engine,
        ci=ci,
        level=level,
        reference=reference,
        better=better,
        prior=parse_prior(prior_tau) if prior_tau else None,
        columns=_columns(columns),
        sheet=sheet,
        outcome=outcome,
        contrasts=contrasts,
        continuity=continuity,
        continuity_rule=continuity_rule,
    )
    if html_target is not None:
        fit.report(html_target, title=Path(data).name)
        say(f"wrote {html_target}", err=True)
    if json_target is not None:
        write_json(fit.result, json_target)
    if json_target != "-":
        _show(fit.result)


def _refuse_overwriting(data: str, html: str | None, json: str | None) -> None:
    """A result must not replace the data, nor one result the other."""
    targets = {"DATA": data, "--html": html, "--json": None if json == "-" else json}
    paths: dict[Path, str] = {}
    for name, target in targets.items():
        if target is None:
            continue
        path = Path(target).resolve()
        if path in paths:
            raise ArgumentError(
                f"{name} and {paths[path]} name one file",
                found=target,
                expected="a file of its own for each",
                repair=f"give {name} another name",
            )
        paths[path] = name


def _columns(given: str | None) -> Mapping[str, str] | None:
    if given is None:
        return None
    pairs = [part.split("=", 1) for part in given.split(",")]
    if any(len(p) != 2 or not p[0].strip() or not p[1].strip() for p in pairs):
        raise ArgumentError(
            "--columns is not a list of ROLE=NAME",
            found=repr(given),
            expected="pairs with a comma between",
            repair="--columns study=studyn,treatment=trtc,events=r",
        )
    return {role.strip(): name.strip() for role, name in pairs}


def _show(result: NmaResult) -> None:
    studies = "1 study" if result.n_studies == 1 else f"{result.n_studies} studies"
    say(
        f"{studies}, {result.n_arms} arms, {result.n_treatments} treatments; {result.model} effects, {result.engine}; "
        + ("tau not estimable" if result.tau is None else f"tau {significant(result.tau, 3)}")
    )
    if result.q is not None and result.q.total is not None:
        between = "no closed loop" if result.q.between is None else f"between designs {_p(result.q.p_between)}"
        say(f"Q {fixed(result.q.total, 2)} (df {result.q.df}, {_p(result.q.p)}); {between}")
    ranks = {r.treatment: r for r in result.ranks}
    rows = []
    for e in result.effects:
        if e.treatment == result.reference:
            continue
        d = e.display
        shown = effect_with_interval(d.estimate, d.lower, d.upper, result.scale)
        rank = ranks.get(e.treatment)
        rows.append((e.treatment, shown, "" if rank is None else fixed(rank.p_score, 2)))
    header = f"{result.measure} versus {result.reference} ({100 * result.level:g}% interval)"
    show_table(("treatment", header, "P-score" if ranks else ""), rows, right=(1, 2))
    for caveat in result.caveats:
        say(f"caveat ({caveat.severity}): {caveat.text}")


def _p(p: float | None) -> str:
    shown = p_value(p)
    return f"p {shown[0]} {shown[1:]}" if shown[:1] in "<>" else f"p = {shown}"
