"""The book of numbers: everything that a brief prints is entered here first, with what it was made from."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from topline.brief.inputs import Analysis
from topline.exhibits.effects import MEASURES, PlainEffectWords, natural, patients_of, trials_of
from topline.exhibits.text import count, date, fixed, of_100, of_100_interval, per_100_with_interval
from topline.records import AbsoluteOutcomes, Caveat, DatedEvent, Interval, NmaResult, Number, identify


class NumberBook:
    """Enters numbers and hands them out. The same number entered twice is one number with one id."""

    def __init__(self) -> None:
        self._numbers: dict[str, Number] = {}

    def enter(
        self,
        text: str,
        *,
        what: str,
        how: str,
        made_from: Iterable[str],
        value: float | None = None,
        unit: str = "",
        prefix: str = "n",
    ) -> Number:
        """A number as printed. Its id is a hash of what it is, how it was made and from what; not of its value."""
        inputs = tuple(dict.fromkeys(made_from))
        number = Number(
            id=identify(prefix, what, how, unit, inputs),
            text=text,
            value=value,
            unit=unit,
            what=what,
            how=how,
            made_from=inputs,
        )
        known = self._numbers.setdefault(number.id, number)
        if known.text != text:
            # The same quantity shown to other digits: a number of its own, told apart by its text.
            number = structs.replace(number, id=identify(prefix, what, how, unit, inputs, text))
            known = self._numbers.setdefault(number.id, number)
        return known

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All entered, in the order of entry."""
        return tuple(self._numbers.values())

    def count(self, k: int, what: str, made_from: Iterable[str]) -> Number:
        """A whole number that counts facts, events, trials or patients."""
        return self.enter(count(k), what=what, how="counted", made_from=made_from, value=float(k))

    def day(self, iso: str, what: str, made_from: Iterable[str]) -> Number:
        """A date in words."""
        return self.enter(date(iso), what=what, how="as recorded from its source", made_from=made_from, unit="date")

    def when(self, event: DatedEvent) -> Number:
        """The date of an event in words."""
        return self.day(event.when, f"date of event {event.event_id}", (event.id,))

    def caveat(self, caveat: Caveat, otherwise: Iterable[str]) -> Number:
        """A caveat as a traceable statement; ``otherwise`` are the ids that it rests on when it names no facts."""
        return self.enter(
            caveat.text,
            what=f"caveat: {caveat.code}",
            how="checked by a rule of topline",
            made_from=caveat.facts or tuple(otherwise),
            unit="statement",
            prefix="c",
        )

    def statement(self, event: DatedEvent, text: str | None = None) -> Number:
        """What an event's record states, in its words."""
        return self.enter(
            text or event.statement,
            what=f"statement of event {event.event_id}",
            how="as recorded from its source",
            made_from=(event.id,),
            unit="statement",
        )


def method_words(result: NmaResult) -> str:
    """The model and engine of a result in words."""
    engine = {
        "reml": "restricted maximum likelihood",
        "ml": "maximum likelihood",
        "dl": "DerSimonian-Laird",
        "bayes": "deterministic Bayes",
    }.get(result.engine, result.engine)
    if result.model == "common":
        return "common-effect network meta-analysis"
    return f"random-effects network meta-analysis ({engine})"


class AnalysisNumbers:
    """The numbers of one analysis, entered on demand. It is the ``EffectWords`` of the brief's exhibits."""

    def __init__(
        self, book: NumberBook, result: NmaResult, where: str, absolute: AbsoluteOutcomes | None = None
    ) -> None:
        self.book = book
        self.result = result
        self.plain = PlainEffectWords(result)
        self.absolute = absolute
        self.effects = {e.treatment: e for e in result.effects}
        self.outcomes = {} if absolute is None else {o.treatment: o for o in absolute.outcomes}
        self.ranks = {r.treatment: r for r in result.ranks}
        self._league = {(c.treatment, c.reference): c for c in result.league}
        self._where = where
        self._measure = MEASURES[result.measure]
        self._method = method_words(result)

    @classmethod
    def of(cls, book: NumberBook, analysis: Analysis) -> AnalysisNumbers:
        """The numbers of a main analysis."""
        return cls(book, analysis.result, analysis.label, analysis.absolute)

    def facts_of(self, treatment: str) -> tuple[str, ...]:
        """The facts of every arm in the trials that hold ``treatment``."""
        trials = {a.study for a in self.result.arms if a.treatment == treatment}
        return tuple(a.fact for a in self.result.arms if a.study in trials and a.fact)

    def effect(self, treatment: str) -> Number:
        """The effect versus the network's reference with its 95% interval, on the natural scale."""
        return self.book.enter(
            self.plain.effect(treatment),
            value=self.effects[treatment].display.estimate,
            unit=self._measure,
            what=f"{self._measure} (95% interval), {treatment} versus {self.result.reference}: {self._where}",
            how=self._method,
            made_from=(self.result.id, *self.facts_of(treatment)),
        )

    def prediction(self, treatment: str) -> Number:
        """The 95% prediction interval versus the reference, on the natural scale."""
        return self.book.enter(
            self.plain.prediction(treatment),
            unit=self._measure,
            what=f"95% prediction interval of the {self._measure}, {treatment} versus {self.result.reference}: "
            f"{self._where}",
            how=self._method,
            made_from=(self.result.id, *self.facts_of(treatment)),
        )

    def pair(self, treatment: str, reference: str) -> Number:
        """The league's cell, ``treatment`` versus ``reference`` with its 95% interval, on the natural scale."""
        return self.book.enter(
            self.plain.pair(treatment, reference),
            value=natural(self._league[treatment, reference].estimate, self.result.scale),
            unit=self._measure,
            what=f"{self._measure} (95% interval), {treatment} versus {reference}: {self._where}",
            how=self._method,
            made_from=(self.result.id,),
        )

    def beats(self, treatment: str, reference: str) -> bool:
        """True when the 95% interval of ``treatment`` versus ``reference`` lies wholly on the better side."""
        c = self._league[treatment, reference]
        if c.lower is None or c.upper is None:
            return False
        return c.lower > 0 if self.result.better == "higher" else c.upper < 0

    def direct(self, treatment: str, reference: str) -> bool:
        """True when a trial compares the two."""
        return self._league[treatment, reference].n_direct > 0

    def rate(self, treatment: str) -> Number:
        """The expected responders of 100 on ``treatment``."""
        x = self.outcomes[treatment].rate
        return self._absolute(of_100(x.estimate), x, f"responders of 100 on {treatment}", treatment)

    def rate_interval(self, treatment: str) -> Number:
        """The expected responders of 100 on ``treatment`` with their 95% interval."""
        x = self.outcomes[treatment].rate
        text = f"{of_100(x.estimate)} ({of_100_interval(x.lower, x.upper)})"
        return self._absolute(text, x, f"responders of 100 (95% interval) on {treatment}", treatment)

    def difference(self, treatment: str) -> Number:
        """How many more of 100 respond on ``treatment`` than on the reference, with the 95% interval."""
        x = self.outcomes[treatment].difference
        text = per_100_with_interval(x.estimate, x.lower, x.upper)
        what = f"difference in responders of 100 (95% interval), {treatment} versus {self.result.reference}"
        return self._absolute(text, x, what, treatment)

    def difference_in_words(self, treatment: str) -> Number:
        """The same as ``difference``, for a sentence: ``24 more of 100, 95% interval 17 to 32``."""
        x = self.outcomes[treatment].difference
        fewer = (x.estimate or 0.0) < 0
        low, high = (x.upper, x.lower) if fewer else (x.lower, x.upper)
        sign = -1.0 if fewer else 1.0
        limits = of_100_interval(*(None if v is None else sign * v for v in (low, high)))
        text = f"{of_100(abs(x.estimate or 0.0))} {'fewer' if fewer else 'more'} of 100, 95% interval {limits}"
        what = f"difference in responders of 100 (95% interval), {treatment} versus {self.result.reference}"
        return self._absolute(text, x, what, treatment)

    def rank(self, treatment: str) -> Number:
        """The median rank with the range that holds 95%, of how many treatments."""
        r = self.ranks[treatment]
        text = f"{r.median_rank} of {self.result.n_treatments} (95% range {r.rank_lower} to {r.rank_upper})"
        return self._rank(text, r.median_rank, "median rank (95% range)", treatment)

    def median_rank(self, treatment: str) -> Number:
        """The median rank, 1 is best."""
        return self._rank(
            self.plain.median_rank(treatment), self.ranks[treatment].median_rank, "median rank", treatment
        )

    def rank_range(self, treatment: str) -> Number:
        """The ranks that hold 95% of the probability."""
        return self._rank(self.plain.rank_range(treatment), None, "95% range of the rank", treatment)

    def mean_rank(self, treatment: str) -> Number:
        """The mean rank."""
        return self._rank(self.plain.mean_rank(treatment), self.ranks[treatment].mean_rank, "mean rank", treatment)

    def rank_probability(self, treatment: str, rank: int) -> Number:
        """The probability of a rank (1 is best)."""
        value = self.ranks[treatment].probabilities[rank - 1]
        return self._rank(self.plain.rank_probability(treatment, rank), value, f"probability of rank {rank}", treatment)

    def edge(self, first: str, second: str) -> Number:
        """How many trials compare the two head to head."""
        k = self._league[first, second].n_direct
        both = {a.study for a in self.result.arms if a.treatment == first}
        both &= {a.study for a in self.result.arms if a.treatment == second}
        facts = [a.fact for a in self.result.arms if a.study in both and a.fact]
        return self.book.count(k, f"trials that compare {first} with {second}: {self._where}", facts)

    def p_score(self, treatment: str) -> Number:
        """The P-score: the mean certainty that the treatment is better than another one."""
        return self._rank(fixed(self.ranks[treatment].p_score, 2), self.ranks[treatment].p_score, "P-score", treatment)

    def trials(self, treatment: str) -> Number:
        """The number of trials that hold ``treatment``."""
        k = trials_of(self.result, treatment)
        return self.book.count(k, f"trials of {treatment}: {self._where}", self.facts_of(treatment))

    def patients(self, treatment: str) -> Number:
        """The number of patients on ``treatment``."""
        own = [a.fact for a in self.result.arms if a.treatment == treatment and a.fact]
        n = patients_of(self.result, treatment)
        return self.book.count(n or 0, f"patients on {treatment}: {self._where}", own)

    def heterogeneity(self) -> Number:
        """Between-trial heterogeneity in one line."""
        return self.book.enter(
            self.plain.heterogeneity(),
            value=self.result.tau,
            unit="statement",
            what=f"between-trial heterogeneity: {self._where}",
            how=self._method,
            made_from=(self.result.id,),
        )

    def _rank(self, text: str, value: float | None, what: str, treatment: str) -> Number:
        return self.book.enter(
            text,
            value=value,
            unit="rank",
            what=f"{what} of {treatment} among {self.result.n_treatments} treatments, 1 is best: {self._where}",
            how=f"{self._method}, ranks over its draws",
            made_from=(self.result.id,),
        )

    def _absolute(self, text: str, x: Interval, what: str, treatment: str) -> Number:
        return self.book.enter(
            text,
            value=x.estimate,
            unit="proportion",
            what=f"{what}: {self._where}",
            how=f"{self._method} at the stated {self.result.reference} rate",
            made_from=(*self._absolute_ids(), self.result.id, *self.facts_of(treatment)),
        )

    def _absolute_ids(self) -> tuple[str, ...]:
        return () if self.absolute is None else (self.absolute.id,)
