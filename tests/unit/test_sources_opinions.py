"""Opinions from sentences: who holds them, which way they go, and what is none."""

from __future__ import annotations

import time

import pytest

from topline.records import DocumentInfo, OpinionStatement
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.page import Page, make_page
from topline.sources.prose.opinions import read_opinions
from topline.sources.prose.opinions.stance import stance_of

HEAD = "Velt Pharma, Inc. today announced results of a trial of veltramab in psoriasis.\n"


def page_of(text: str) -> Page:
    info = DocumentInfo(
        title=None, date="2026-03-02", publisher=None, sha256="", media_type="text/plain", text_sha256=""
    )
    return make_page(Document(info, text.encode(), text, (0, len(text))))


def opinions(text: str) -> list[OpinionStatement]:
    page = page_of(HEAD + text)
    passed, refused = admit(page.folded, read_opinions(page))
    assert not refused
    for fact in passed:
        assert page.document.text[fact.start : fact.end] == fact.quote
    return passed


@pytest.mark.parametrize(
    ("text", "who", "stance", "about"),
    [
        (
            "Analysts were quiet, with Jefferies noting that the data “came in at the lower end of expectations.”",
            "Jefferies",
            "negative",
            "data",
        ),
        (
            "William Blair called the move “somewhat of a surprise,” given the filing to come.",
            "William Blair",
            "neutral",
            "termination",
        ),
        (
            "Analysts at Leerink Partners said that they are not surprised by the exit.",
            "Leerink Partners",
            "neutral",
            "termination",
        ),
        (
            (
                "Stifel analyst Bo Lindqvist wrote in a Friday note that the results were “hardly impressive at"
                " this dose.”"
            ),
            "Bo Lindqvist (Stifel)",
            "negative",
            "data",
        ),
        (
            (
                "“It is hard to see a path to market at a dose that works,” wrote William Blair’s Teresa Onge, as"
                " shares fell."
            ),
            "Teresa Onge (William Blair)",
            "negative",
            "veltramab",
        ),
        (
            "Oppenheimer was blunter: the programme is “too early to support much hope for patients.”",
            "Oppenheimer",
            "mixed",
            "veltramab",
        ),
        (
            "According to analysts at BMO Capital Markets, the results look competitive.",
            "BMO Capital Markets",
            "positive",
            "data",
        ),
        ("Analysts at Velmont Securities were not impressed.", "Velmont Securities", "negative", "veltramab"),
        (
            "Velt Pharma said Friday that it maintains confidence in veltramab.",
            "Velt Pharma",
            "positive",
            "veltramab (company, not analyst)",
        ),
        (
            "“The data are encouraging and support a larger trial,” a Velt Pharma spokesperson said.",
            "Velt Pharma",
            "positive",
            "data (company, not analyst)",
        ),
        (
            (
                "“These results establish veltramab as a new standard of care,” said Ingrid Solberg, M.D., Ph.D.,"
                " chief medical officer of Velt Pharma."
            ),
            "Ingrid Solberg (Velt Pharma)",
            "positive",
            "company executive",
        ),
        (
            "“We are disappointed by this outcome of the trial,” CEO Dana Prewitt said in a statement.",
            "Dana Prewitt (Velt Pharma)",
            "negative",
            "company executive",
        ),
        (
            (
                "Professor Ewan Gall of the University of Strath, the study’s lead investigator, said: “A"
                " difference of this size is clinically meaningful.”"
            ),
            "Ewan Gall (investigator)",
            "positive",
            "trial investigator",
        ),
        (
            "“This finally settles the debate,” said Amara Lind, a cardiologist who was not involved in the study.",
            "Amara Lind (expert)",
            "positive",
            "outside expert",
        ),
        (
            "Jo Markham, CEO of Velt Pharma, called the data compelling.",
            "Jo Markham (Velt Pharma)",
            "positive",
            "company executive",
        ),
    ],
)
def test_holder_stance_and_what_is_judged(text: str, who: str, stance: str, about: str) -> None:
    (fact,) = opinions(text)
    assert (fact.who, fact.stance, fact.about) == (who, stance, about)


def test_the_firm_the_analysts_and_they_are_the_house_named_last() -> None:
    text = "William Blair was gloomy. “The side effects were always going to be a headwind,” the analysts added."
    assert [o.who for o in opinions(text)] == ["William Blair", "William Blair"]
    text = "Leerink Partners had hoped for 15%. “The bar was high, and this falls just short,” they wrote on Sunday."
    assert ("Leerink Partners", "negative") in [(o.who, o.stance) for o in opinions(text)]


def test_two_houses_in_one_sentence_have_an_opinion_each() -> None:
    found = opinions(
        "Jefferies said the data were “underwhelming for the class,” while Piper Sandler called the news “a clear"
        " win for patients.”"
    )
    assert [(o.who, o.stance) for o in found] == [("Jefferies", "negative"), ("Piper Sandler", "positive")]
    assert found[0].end is not None
    assert found[1].start is not None
    assert found[0].end <= found[1].start


def test_a_speaker_is_known_across_the_pieces_of_a_quotation() -> None:
    text = (
        "“Psoriasis varies greatly between patients,” said Jon Silver, M.D., professor of dermatology and a"
        " principal investigator."
        " “Data from the study showed an effect of veltramab on skin clearance.”"
    )
    (fact,) = opinions(text)
    assert fact.who == "Jon Silver (investigator)"
    assert fact.quote is not None
    assert fact.quote.startswith("“Data from the study")


def test_the_words_of_an_unknown_speaker_are_not_given_to_the_one_before() -> None:
    text = (
        "“The relief stands out among all treatments,” said Jon Silver, M.D., an investigator. “It was a long"
        " road,” said"
        " somebody. “Veltramab is a promising drug for all who need it.”"
    )
    assert [o.who for o in opinions(text)] == ["Jon Silver (investigator)"]


@pytest.mark.parametrize(
    "text",
    [
        (
            "“We are grateful to our collaborators and to the volunteers in the trials,” said Dr. Dean Lowe,"
            " president of Velt Pharma."
        ),
        (
            "“Velt Pharma is committed to patients. We are confident in the benefits of veltramab,” said Mark"
            " Minter, president of Velt Pharma."
        ),
        (
            "“We are thrilled to announce this agreement with our partners,” said Jo Markham, chief executive"
            " officer of Velt Pharma."
        ),
        (
            "“We look forward to bringing veltramab to market and to its potential for patients,” said Jo Markham,"
            " CEO of Velt Pharma."
        ),
        "“Colette is an exceptional physician and leader in the field,” said Jo Markham, CEO of Velt Pharma.",
        "Leerink Partners downgraded the stock to market perform and cut its price target to $12 from $30.",
        "Goldman Sachs expects peak sales of $2 billion.",
        "Shares of Velt Pharma fell 30% in disappointing trade on Monday.",
        "The FDA said the data were not convincing.",
        "Analysts appeared underwhelmed by the outcome.",
        "Velt Pharma will host a conference call on the encouraging results.",
    ],
)
def test_what_is_no_opinion(text: str) -> None:
    assert not opinions(text)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("the data were impressive", "positive"),
        ("the data were not impressive", "negative"),
        ("there are no concerns about the data", "positive"),
        ("an impressive effect with a safety overhang", "mixed"),
        ("not surprised", "neutral"),
        ("a clear positive, if a surprise", "positive"),
        ("the drug improved survival", "positive"),
    ],
)
def test_stance_by_words_negation_and_mixture(text: str, stance: str) -> None:
    found = stance_of(text)
    assert found is not None
    assert found.stance == stance


def test_a_text_without_judging_words_has_no_stance() -> None:
    assert stance_of("the trial enrolled 200 patients") is None


def test_a_reported_effect_is_weaker_than_a_judgement() -> None:
    effect, judgement = stance_of("veltramab improved skin"), stance_of("veltramab is promising")
    assert effect is not None
    assert judgement is not None
    assert not effect.strong
    assert judgement.strong


def test_a_paragraph_without_end_is_read_in_little_time() -> None:
    pieces = (
        "the data are promising and ",
        "Jefferies called it a surprise, while Stifel said it was modest. ",
        "Jane Roe John ",
    )
    for piece in pieces:
        page = page_of('"We believe ' + piece * (200_000 // len(piece)))
        begin = time.process_time()
        read_opinions(page)
        assert time.process_time() - begin < 5


def test_a_house_that_no_list_has_is_one_beside_a_listed_one() -> None:
    found = opinions("Jefferies said the data were modest, while Obernau said the trial was a clear win.")
    assert [(o.who, o.stance) for o in found] == [("Jefferies", "negative"), ("Obernau", "positive")]
    assert found[0].quote == "Jefferies said the data were modest"


def test_names_with_accents_are_names() -> None:
    text = (
        "“A single treatment with veltramab is transformative,” said Étienne Morin, M.D., lead investigator of the"
        " trial."
    )
    assert [o.who for o in opinions(text)] == ["Étienne Morin (investigator)"]


EXECUTIVE = "said Jo Markham, CEO of Velt Pharma."
INVESTIGATOR = "said Jon Silver, M.D., a principal investigator."


@pytest.mark.parametrize(
    "words",
    [
        "These results show that a pill can do what took an infusion until now,",
        "Psoriasis is hard to live with, and these findings suggest that veltramab may help more people,",
        "Veltramab is the first medicine to hold the skin clear for a year,",
        "Two injections a year could become a new way of treating psoriasis,",
        "We continue to believe in the potential of veltramab,",
        "We see these changes in the liver as transient,",
    ],
)
def test_praise_without_a_judging_word_is_an_opinion(words: str) -> None:
    (fact,) = opinions(f"“{words}” {EXECUTIVE}")
    assert (fact.who, fact.stance) == ("Jo Markham (Velt Pharma)", "positive")


@pytest.mark.parametrize(
    "words",
    [
        "We will work with the agency to bring veltramab to patients,",
        "Ann Gray joins us at an exciting time for veltramab and its data,",
        "Patients with psoriasis need new options,",
        "We plan to file by the end of the year,",
    ],
)
def test_plans_arrivals_and_needs_are_no_opinion(words: str) -> None:
    assert not opinions(f"“{words}” {EXECUTIVE}")


def test_a_release_has_one_view_and_a_judgement_goes_before_a_feeling() -> None:
    feeling = f"“We are encouraged by the results of the trial,” {EXECUTIVE}"
    judgement = f"“These data show what veltramab can do for the skin,” {INVESTIGATOR}"
    assert [o.who for o in opinions(f"{feeling} {judgement}")] == ["Jon Silver (investigator)"]
    assert [o.who for o in opinions(feeling)] == ["Jo Markham (Velt Pharma)"]
    report = "Velt Pharma declined to comment further."
    found = opinions(f"{feeling} {judgement} {report}")
    assert [o.who for o in found] == ["Jo Markham (Velt Pharma)", "Jon Silver (investigator)"]


def test_a_feeling_counts_where_the_speech_begins_with_it() -> None:
    words = "We are confident in the benefits of veltramab"
    assert len(opinions(f"“{words},” {EXECUTIVE}")) == 1
    assert not opinions(f"“We thank all who took part. {words},” {EXECUTIVE}")


@pytest.mark.parametrize(
    ("text", "who", "stance"),
    [
        (
            "Analysts at Harbor Ridge Securities called the data “solid and better than feared.”",
            "Harbor Ridge Securities",
            "positive",
        ),
        (
            "Tim Moss, an analyst at Harbor Ridge Securities, said the result is “a setback for the whole class.”",
            "Tim Moss (Harbor Ridge Securities)",
            "negative",
        ),
        (
            "Hopes were higher, according to Harbor Ridge Securities, which called the benefit “marginal at best.”",
            "Harbor Ridge Securities",
            "negative",
        ),
        ("At Jefferies, Tim Moss said the data were disappointing.", "Tim Moss (Jefferies)", "negative"),
        ("Ending the trial was “long overdue,” wrote Jefferies analyst Tim Moss.", "Tim Moss (Jefferies)", "positive"),
        (
            "Jefferies kept its overweight rating, arguing that “one clean win is usually enough for approval.”",
            "Jefferies",
            "positive",
        ),
    ],
)
def test_houses_and_their_analysts(text: str, who: str, stance: str) -> None:
    assert [(o.who, o.stance) for o in opinions(text)] == [(who, stance)]


def test_a_surname_stands_for_somebody_named_before() -> None:
    text = "Jo Markham, CEO of Velt Pharma, spoke on a call. “The data could hardly be better for us,” Markham added."
    assert [o.who for o in opinions(text)] == ["Jo Markham (Velt Pharma)"]


def test_an_institute_is_no_person() -> None:
    text = "“These results are remarkable for patients,” said Anna Berg, Northern Lung Institute, lead investigator."
    assert [o.who for o in opinions(text)] == ["Anna Berg (investigator)"]


def test_a_drug_that_another_is_measured_against_is_not_what_is_judged() -> None:
    text = (
        "Nagano reported results for veltramab in eczema. "
        "Leerink Partners called the drug disappointing next to others, and worse than Dupixent."
    )
    (fact,) = opinions(text)
    assert (fact.stance, fact.about) == ("negative", "veltramab")
