"""How the brief was made: methods written from the specifications, versions, seeds, sources."""

from __future__ import annotations

from topline.brief.inputs import BriefInputs
from topline.brief.numbers import NumberBook, method_words
from topline.brief.page import Block, Heading, Paragraph, Section
from topline.exhibits import Column, Row, Table, Words
from topline.exhibits.prose import say
from topline.records import Number


def made_section(inputs: BriefInputs, book: NumberBook, run_id: str) -> Section:
    """Methods, then versions and seeds. The page puts the sources after it."""
    blocks: list[Block] = [Paragraph(p) for p in _methods(inputs, book, run_id)]
    blocks.append(Heading("versions", "Versions and seeds"))
    blocks.append(_software_table(inputs, book, run_id))
    snapshot = inputs.snapshot
    known = book.count(len(snapshot.facts), "facts in the snapshot", [snapshot.id])
    rule = "the day from which it was certainly known" if snapshot.strict_dates else "the day from which it was known"
    return Section(
        id="made",
        heading="How this was made",
        finding=say(
            "Made from {k} facts that the world could know on {day}, each cut by {rule}.",
            k=known,
            day=book.day(snapshot.as_of, "as-of date of the run", (run_id,)),
            rule=rule,
        ),
        blocks=tuple(blocks),
    )


def _methods(inputs: BriefInputs, book: NumberBook, run_id: str) -> list[Words]:
    networks = "; ".join(f"{n.label} ({', '.join(n.backgrounds)})" for n in inputs.question.networks)
    basis = (
        f"Population: {inputs.question.population}. Networks: {networks}. Each dose and regimen is a treatment of its "
        "own. An endpoint is read at the week of its trial's primary endpoint unless said otherwise."
    )
    clearly = (
        "“Clearly” has one meaning on this page: the 95% interval of the comparison lies on one side of no difference."
    )
    words: list[Words] = [basis, clearly]
    if inputs.analyses:
        result = inputs.analyses[0].result
        spec = result.spec
        words.append(
            say(
                "Benefit: {method} on the log odds ratio of arm-level counts, multi-arm trials with their correlation. "
                "{continuity} Intervals are {level}. Prediction intervals: {pi}. Ranks: P-score, SUCRA, and the "
                "distribution over {draws} quasi-random draws.",
                method=method_words(result),
                continuity=_setting(
                    book,
                    f"A trial with an empty or full cell has {spec.get('continuity', 0.5)} added to each cell.",
                    "continuity correction",
                    result.id,
                ),
                level=_setting(book, f"{100 * result.level:g}%", "level of the intervals", result.id),
                pi=_setting(book, str(spec.get("prediction_interval", "")), "prediction interval rule", result.id),
                draws=_setting(book, str(spec.get("rank_draws", "")), "draws for the ranks", result.id),
            )
        )
        absolute = inputs.analyses[0].absolute
        words.append(
            say(
                "Patients of 100: the odds ratio on top of the {reference} rate ({method}; {draws} draws, independent "
                "of those of the effects).",
                reference=result.reference,
                method=_setting(book, str(absolute.made_by.spec["method"]), "baseline model", absolute.id),
                draws=_setting(
                    book, str(absolute.made_by.spec["n_draws"]), "draws of the absolute outcomes", absolute.id
                ),
            )
        )
    if inputs.safety.contrasts:
        words.append(
            say(
                "Harm: risk differences against the reference arm of the same trial; {difference}; rates: {rate}.",
                difference=_setting(
                    book,
                    str(inputs.safety.made_by.spec["difference"]),
                    "interval of a risk difference",
                    inputs.safety.id,
                ),
                rate=_setting(book, str(inputs.safety.made_by.spec["rate"]), "interval of a rate", inputs.safety.id),
            )
        )
    words.append(
        "Every number on this page carries an id (hover over it, or see data-id in the source): “topline trace ID” "
        "prints the chain from it to the facts and their documents. The same content as data is in run.json beside "
        "this page."
    )
    return words


def _setting(book: NumberBook, text: str, what: str, made_from: str) -> Number:
    return book.enter(text, what=what, how="stated in the request", made_from=(made_from,), unit="statement")


def _software_table(inputs: BriefInputs, book: NumberBook, run_id: str) -> Table:
    rows = [
        Row(
            (
                name,
                book.enter(
                    version,
                    what=f"version of {name}",
                    how="the software of this run",
                    made_from=(run_id,),
                    unit="version",
                ),
            )
        )
        for name, version in inputs.versions.items()
    ]
    if inputs.analyses:
        seeds = {
            "seed of the ranks": inputs.analyses[0].result.made_by.seed,
            "seed of the absolute outcomes": inputs.analyses[0].absolute.made_by.seed,
        }
        rows += [
            Row((name, book.enter(str(seed), what=name, how="stated in the request", made_from=(run_id,), unit="seed")))
            for name, seed in seeds.items()
            if seed is not None
        ]
    return Table("software", "Software and seeds of this run", (Column("What", "left"), Column("Value")), tuple(rows))
