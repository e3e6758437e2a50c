"""How well it works: next to every rival, relative and absolute, for each endpoint."""

from __future__ import annotations

from dataclasses import replace

from topline.brief.finding import standing
from topline.brief.inputs import Analysis, BriefInputs, SensitivityAnalysis
from topline.brief.numbers import AnalysisNumbers, NumberBook
from topline.brief.page import Block, Folded, Heading, Paragraph, Section
from topline.exhibits import Column, Figure, RateRow, Row, Table, Words, rate_chart
from topline.exhibits.effects import by_effect, forest_of, league_of, network_of, ranks_of, role_of
from topline.exhibits.prose import say
from topline.exhibits.words import parts
from topline.records import LeftOut


def works_section(inputs: BriefInputs, book: NumberBook) -> Section | None:
    """The section, or None when no analysis holds the drug and nothing of it was left out."""
    if not inputs.analyses and not inputs.sensitivity and not inputs.left_out:
        return None
    blocks: list[Block] = []
    lead = inputs.lead or next(iter(inputs.analyses), None)
    shown: set[str] = set() if lead is None else {lead.network.id}
    for analysis in inputs.analyses:
        first = analysis.network.id not in shown
        shown.add(analysis.network.id)
        blocks += _analysis_blocks(inputs, book, analysis, full=analysis is lead, first_of_network=first)
    if inputs.sensitivity:
        blocks.append(Heading("sensitivity", "Does the answer hold if the question is asked in another way?"))
        blocks.append(_sensitivity_table(inputs, book))
    if inputs.left_out:
        blocks.append(Heading("left-out", "What could not enter"))
        blocks.append(_left_out_table(inputs, book))
    return Section(
        id="works",
        heading="How well it works",
        finding=opening(inputs, book, lead) if lead else "No main analysis holds the drug on this day.",
        blocks=tuple(blocks),
    )


def own_nodes(inputs: BriefInputs) -> tuple[str, ...]:
    """The treatment nodes of the programme's drug, its lead first."""
    names = [t.name for t in inputs.question.treatments if t.drug == inputs.programme.drug]
    return tuple(sorted(names, key=lambda name: name != inputs.programme.treatment))


def featured(inputs: BriefInputs, analysis: Analysis) -> str:
    """The node that a sentence about the analysis speaks of: the lead treatment, else the drug's first node in it."""
    if inputs.programme.treatment in analysis.result.treatments:
        return inputs.programme.treatment
    return next(t for t in own_nodes(inputs) if t in analysis.result.treatments)


def opening(inputs: BriefInputs, book: NumberBook, analysis: Analysis) -> Words:
    """The finding of one analysis as a sentence."""
    numbers = AnalysisNumbers.of(book, analysis)
    treatment = featured(inputs, analysis)
    reference = analysis.result.reference
    return say(
        "{rate} of 100 patients on {treatment} {respond}, versus {base} on {reference}: {difference}; "
        "odds ratio {ratio}; rank {rank}.",
        rate=numbers.rate(treatment),
        treatment=treatment,
        respond=analysis.endpoint.responder or f"respond on {analysis.endpoint.label}",
        base=numbers.rate(reference),
        reference=reference,
        difference=numbers.difference_in_words(treatment),
        ratio=numbers.effect(treatment),
        rank=numbers.rank(treatment),
    )


def _analysis_blocks(
    inputs: BriefInputs, book: NumberBook, analysis: Analysis, *, full: bool, first_of_network: bool
) -> list[Block]:
    """The lead analysis in full; another one with its forest, ranks and league; a network's first with its graph."""
    numbers = AnalysisNumbers.of(book, analysis)
    result = analysis.result
    key = f"{analysis.endpoint.id}-{analysis.network.id}"
    highlight = own_nodes(inputs)
    blocks: list[Block] = [Heading(key, analysis.label)]
    if not full:
        blocks.append(Paragraph((*parts(opening(inputs, book, analysis)), " ", *parts(_size(book, analysis)))))
    of_100: dict[str, Words] = {t: numbers.rate(t) for t in result.treatments}
    blocks.append(
        forest_of(
            result,
            numbers,
            figure_id=f"forest-{key}",
            title=headline(inputs, book, analysis),
            highlight=highlight,
            extra=(("Of 100", of_100),),
            caption=f"{analysis.endpoint.label}: {analysis.endpoint.definition}. “Of 100”: patients expected to "
            f"respond at the stated {result.reference} rate.",
        )
    )
    if full:
        blocks += _full_blocks(inputs, book, analysis, numbers, key)
    else:
        blocks += [
            Folded("Ranks", _rank_table(inputs, analysis, numbers, key)),
            Folded(
                "League table",
                league_of(
                    result,
                    numbers,
                    table_id=f"league-{key}",
                    caption=f"League table, {analysis.label}.",
                    highlight=highlight,
                    half=True,
                ),
            ),
        ]
        blocks += [_network_figure(inputs, book, analysis, numbers, key)] if first_of_network else []
    return blocks


def _network_figure(
    inputs: BriefInputs, book: NumberBook, analysis: Analysis, numbers: AnalysisNumbers, key: str
) -> Figure:
    return network_of(
        analysis.result,
        numbers,
        figure_id=f"network-{key}",
        title=_network_title(book, analysis),
        highlight=own_nodes(inputs),
    )


def headline(inputs: BriefInputs, book: NumberBook, analysis: Analysis) -> Words:
    """The forest plot's message in a sentence."""
    treatment = featured(inputs, analysis)
    return say(
        "{label}: {standing} than {treatment}",
        label=analysis.endpoint.label,
        standing=standing(inputs, book, analysis, treatment),
        treatment=treatment,
    )


def _full_blocks(
    inputs: BriefInputs, book: NumberBook, analysis: Analysis, numbers: AnalysisNumbers, key: str
) -> list[Block]:
    highlight = own_nodes(inputs)
    result = analysis.result
    return [
        _rates_figure(inputs, analysis, numbers, key),
        replace(
            ranks_of(
                result,
                numbers,
                figure_id=f"ranks-{key}",
                title=_rank_title(analysis, by_effect(result)[0]),
                highlight=highlight,
                caption="Each row: how probable each rank is, from the best (left) to the last.",
            ),
            table=_rank_table(inputs, analysis, numbers, key),
        ),
        _network_figure(inputs, book, analysis, numbers, key),
        league_of(
            result,
            numbers,
            table_id=f"league-{key}",
            caption=f"League table, {analysis.label}.",
            highlight=highlight,
        ),
    ]


def _rank_title(analysis: Analysis, best: str) -> Words:
    return f"{best} leads; the ranks in the middle are not settled" if _unsettled(analysis) else f"{best} leads"


def _unsettled(analysis: Analysis) -> bool:
    """Whether most treatments' 95% ranges of rank span more than a third of the ranks."""
    wide = [
        (r.rank_upper or 0) - (r.rank_lower or 0) + 1 > analysis.result.n_treatments / 3 for r in analysis.result.ranks
    ]
    return sum(wide) * 2 > len(wide)


def _size(book: NumberBook, analysis: Analysis) -> Words:
    """How large the network of an analysis is, in a sentence."""
    return say("The network: {size}.", size=_network_title(book, analysis))


def _network_title(book: NumberBook, analysis: Analysis) -> Words:
    result = analysis.result
    where, facts = analysis.label, result.made_from
    loop = bool(result.node_split)
    return say(
        "{k} trials join {t} treatments{loop}",
        k=book.count(result.n_studies, f"trials in the network: {where}", facts),
        t=book.count(result.n_treatments, f"treatments in the network: {where}", facts),
        loop="" if loop else "; no loop checks one path of evidence against another",
    )


def _rates_figure(inputs: BriefInputs, analysis: Analysis, numbers: AnalysisNumbers, key: str) -> Figure:
    result = analysis.result
    outcomes = {o.treatment: o for o in analysis.absolute.outcomes}
    rows = []
    for t in by_effect(result):
        x = outcomes[t].rate
        rows.append(
            RateRow(
                label=t,
                rate=x.estimate or 0.0,
                lower=x.lower,
                upper=x.upper,
                columns=(numbers.rate_interval(t), "" if t == result.reference else numbers.difference(t)),
                role=role_of(t, result, own_nodes(inputs)),
            )
        )
    return rate_chart(
        f"rates-{key}",
        say("Of 100 patients, how many {respond}", respond=analysis.endpoint.responder or analysis.endpoint.label),
        rows,
        axis_label="responders of 100 patients",
        columns=("of 100 (95% interval)", f"versus {result.reference}"),
        better="given",
        caption=say(
            "Baseline: {base} of 100 on {reference}: {method}, {n} patients. Differences are taken before rounding.",
            base=numbers.rate_interval(result.reference),
            reference=result.reference,
            method=numbers.book.enter(
                analysis.absolute.baseline.method,
                what="baseline of the absolute rates",
                how="stated in the request",
                made_from=(analysis.absolute.id, *analysis.absolute.baseline.facts),
                unit="statement",
            ),
            n=numbers.book.count(
                analysis.absolute.baseline.n_patients,
                f"patients on {result.reference} behind the baseline",
                analysis.absolute.baseline.facts,
            ),
        ),
    )


def _rank_table(inputs: BriefInputs, analysis: Analysis, numbers: AnalysisNumbers, key: str) -> Table:
    ordered = sorted(analysis.result.ranks, key=lambda r: r.mean_rank or 0.0)
    own = own_nodes(inputs)
    return Table(
        f"rank-table-{key}",
        f"Ranks, {analysis.label}; the best first",
        tuple(
            Column(h, "left" if h == "Treatment" else "right")
            for h in ("Treatment", "Median rank", "95% range", "Mean rank", "P-score (the same as SUCRA here)")
        ),
        tuple(
            Row(
                (
                    r.treatment,
                    numbers.median_rank(r.treatment),
                    numbers.rank_range(r.treatment),
                    numbers.mean_rank(r.treatment),
                    numbers.p_score(r.treatment),
                ),
                tone="programme" if r.treatment in own else "",
            )
            for r in ordered
        ),
        titles=False,
    )


def _sensitivity_table(inputs: BriefInputs, book: NumberBook) -> Table:
    """The programme's treatments in the main analysis and in each other one of the same endpoint and network."""
    rows: list[Row] = []
    questions = dict.fromkeys((s.endpoint, s.sensitivity.network) for s in inputs.sensitivity)
    for endpoint_id, network_id in questions:
        endpoint, network = inputs.question.endpoint(endpoint_id), inputs.question.network(network_id)
        assert endpoint is not None
        assert network is not None
        label = f"{endpoint.label}, {network.label}"
        rows.append(Row((label,), heading=True))
        analysis = inputs.analysis(endpoint_id, network_id)
        if analysis is not None:
            main = AnalysisNumbers.of(book, analysis)
            rows += [Row(("main analysis", *cells), tone="programme") for cells in _own_results(inputs, main)]
        for s in inputs.sensitivity:
            if (s.endpoint, s.sensitivity.network) == (endpoint_id, network_id):
                numbers = AnalysisNumbers(book, s.result, f"{label}; {s.sensitivity.label}")
                name = _request(book, s.sensitivity.label, s)
                rows += [Row((name, *cells)) for cells in _own_results(inputs, numbers)]
    reasons = tuple(_request(book, f"{s.sensitivity.label}: {s.sensitivity.reason}.", s) for s in inputs.sensitivity)
    return Table(
        "sensitivity-table",
        "The programme's treatments under other choices",
        (
            Column("Analysis", "left"),
            Column("Treatment", "left"),
            Column(f"Odds ratio versus {inputs.question.reference} (95% interval)"),
            Column("Rank"),
        ),
        tuple(rows),
        notes=reasons,
    )


def _own_results(inputs: BriefInputs, numbers: AnalysisNumbers) -> list[tuple[Words, Words, Words]]:
    """Treatment, effect and rank of each of the programme's treatments in a result."""
    ranked = numbers.result.n_treatments > 2
    return [
        (t, numbers.effect(t), numbers.rank(t) if ranked else "–")
        for t in own_nodes(inputs)
        if t in numbers.result.treatments
    ]


def _request(book: NumberBook, text: str, s: SensitivityAnalysis) -> Words:
    return book.enter(
        text,
        what=f"sensitivity analysis {s.sensitivity.id}, as asked",
        how="stated in the request",
        made_from=(s.result.id,),
        unit="statement",
    )


def _left_out_table(inputs: BriefInputs, book: NumberBook) -> Table:
    """One row a trial, outcome and reason; a percentage that was published stands behind its arm."""
    labels = {e.id: e.label for e in inputs.question.endpoints}
    percents = {f.id: f.percent for f in inputs.snapshot.facts}
    groups: dict[tuple[str, str, str], list[LeftOut]] = {}
    for x in inputs.left_out:
        groups.setdefault((x.trial, x.endpoint, x.reason), []).append(x)

    def arms(group: list[LeftOut]) -> Words:
        shown = []
        for x in group:
            percent = percents.get(x.fact or "")
            shown.append(x.arm if percent is None else f"{x.arm} ({percent:g}%)")
        return entry(", ".join(shown), f"arms of {group[0].trial} that stay out of {labels[group[0].endpoint]}", group)

    def entry(text: str, what: str, group: list[LeftOut]) -> Words:
        return book.enter(
            text,
            what=what,
            how="checked by a rule of topline",
            made_from=[x.fact for x in group if x.fact],
            unit="statement",
        )

    rows = tuple(
        Row(
            (
                trial,
                labels[endpoint],
                arms(group),
                entry(reason, f"why {trial} stays out of {labels[endpoint]}", group),
            )
        )
        for (trial, endpoint, reason), group in groups.items()
    )
    return Table(
        "left-out-table",
        "Evidence that could not enter an analysis, and why",
        tuple(Column(h, "left") for h in ("Trial", "Outcome", "Arms", "Why")),
        rows,
        titles=False,
    )
