"""Whatever is proposed, accepted, rejected, exported and imported, in any order: what must always hold."""

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from topline.errors import DataError, ToplineError
from topline.facts import (
    Store,
    accept,
    candidate_list,
    changing,
    export_case,
    import_case,
    now,
    propose_into,
    reject,
    schema,
    snapshot,
)
from topline.records import Candidate, DocumentInfo, Passage, StoredDocument

SMALL = Path(__file__).parents[1] / "data" / "cases" / "small"
DAY = dt.date(2024, 1, 1)
WORDS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12)
QUOTES = WORDS.filter(lambda text: bool(text.strip()))


def made(quote, week, events, note, name):
    import hashlib

    text = f"before\r\n{quote} after {name}"
    data = text.encode()
    info = DocumentInfo(
        title=name or None, date="2023-06-01", publisher=None, sha256=hashlib.sha256(data).hexdigest(),
        media_type="text/plain", text_sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    place = {"trial": "SECOND", "arm": "high", "outcome": "cure", "week": str(week), "n": "80", "events": str(events)}
    start = text.index(quote)
    passage = Passage(document=info.sha256, quote=quote, start=start, end=start + len(quote))
    candidate = Candidate(
        id=f"candidate-{info.sha256[:8]}-{week}-{events}", kind="outcome", fields={**place, "note": note},
        passages=(passage,), proposed_by="rules/1", known_from="2023-06-01",
    )  # fmt: skip
    return candidate, StoredDocument(info=info, text=text, data=data)


class AnyOrder(RuleBasedStateMachine):
    """One store, and what it should say of each candidate."""

    candidates = Bundle("candidates")

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="topline-"))
        self.url = f"sqlite:///{self.folder / 'store.sqlite'}"
        import_case(SMALL, self.url)
        self.states = {}
        self.counts = self.rows()

    def teardown(self):
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def rows(self, url=None):
        with Store.open(url or self.url) as store, store.reading() as connection:
            count = sa.select(sa.func.count())
            return {t.name: connection.scalar(count.select_from(t)) for t in schema.metadata.sorted_tables}

    def listed(self):
        with Store.open(self.url) as store, store.reading() as connection:
            return {row.id: row for row in candidate_list(connection, state=None).candidates}

    def cut(self, url=None):
        with Store.open(url or self.url) as store:
            return snapshot(store, as_of=DAY)

    @rule(
        target=candidates, quote=QUOTES, week=st.sampled_from([20, 24]), events=st.sampled_from([8, 9, 40]), note=WORDS,
        name=WORDS,
    )  # fmt: skip
    def propose(self, quote, week, events, note, name):
        candidate, document = made(quote, week, events, note, name)
        told = propose_into(self.url, [candidate], [document])
        assert sum(told.values()) == 1
        assert propose_into(self.url, [candidate], [document]) == {"new": 0, "supported": 0, "known": 1}
        if told["new"]:
            self.states[candidate.id] = "proposed"
            return candidate.id
        return multiple()

    @rule(candidate=candidates, correct=st.booleans(), events=st.sampled_from([None, "10", "41"]))
    def accept(self, candidate, correct, events):
        fields = {} if events is None else {"events": events}
        before = self.cut()
        try:
            with changing(self.url) as connection:
                accept(connection, candidate, reviewer="Ada", at=now(), fields=fields, correct=correct)
        except DataError:
            assert not correct
            assert self.cut() == before
            return
        state = self.listed()[candidate].state
        assert state in {"accepted", "mended"}
        self.states[candidate] = state

    @rule(candidate=candidates, reason=QUOTES)
    def reject(self, candidate, reason):
        with changing(self.url) as connection:
            reject(connection, candidate, reviewer="Bob", reason=reason, at=now())
        self.states[candidate] = "rejected"

    @rule(candidate=candidates)
    def fail_half_way(self, candidate):
        before = self.rows()
        try:
            with changing(self.url) as connection:
                reject(connection, candidate, reviewer="Cy", reason="no", at=now())
                accept(connection, candidate, reviewer="Cy", at=now(), fields={"trial": "NONE"})
        except ToplineError:
            assert self.rows() == before
            return
        raise AssertionError("a row of an unknown trial was accepted")

    @rule()
    def out_and_in(self):
        for name in ("out", "again"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        export_case(self.url, self.folder / "out")
        other = f"sqlite:///{self.folder / 'other.sqlite'}"
        (self.folder / "other.sqlite").unlink(missing_ok=True)
        import_case(self.folder / "out", other)
        assert self.rows(other) == self.rows()
        assert self.cut(other).id == self.cut().id
        export_case(other, self.folder / "again")
        one, two = (
            {p.relative_to(at): p.read_bytes() for p in at.rglob("*") if p.is_file()}
            for at in (self.folder / "out", self.folder / "again")
        )
        assert one == two
        before = self.rows()
        import_case(self.folder / "out", self.url)
        assert self.rows() == before

    @invariant()
    def nothing_is_lost(self):
        if hasattr(self, "states"):
            counts = self.rows()
            assert all(counts[name] >= self.counts[name] for name in counts)
            self.counts = counts
            assert {id: row.state for id, row in self.listed().items()} == self.states

    @invariant()
    def one_fact_a_place(self):
        if hasattr(self, "states"):
            facts = self.cut().facts
            places = [(f.trial, f.arm, f.outcome, f.week) for f in facts]
            assert len(places) == len(set(places))
            accepted = any(state in {"accepted", "mended"} for state in self.states.values())
            assert accepted or len(facts) == 7


AnyOrder.TestCase.settings = settings(max_examples=10, stateful_step_count=12)
TestAnyOrder = AnyOrder.TestCase
