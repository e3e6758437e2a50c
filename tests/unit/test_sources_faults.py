"""What goes wrong with files: each ends in a clear error or a bounded document, and never in silence."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import DataError
from topline.records import to_json
from topline.sources.document import Document
from topline.sources.documents import opening, page
from topline.sources.documents.opening import open_document, open_documents
from topline.sources.reading import read_document

DOCUMENTS = Path(__file__).parent / "data" / "documents"


def refused(data: bytes, name: str = "some file") -> str:
    with pytest.raises(DataError) as caught:
        open_document(data, name=name)
    return str(caught.value)


def whole(document: Document) -> None:
    """What holds for every document."""
    start, end = document.body
    assert 0 <= start <= end <= len(document.text)
    document.text.encode()


def outcome(data: bytes, name: str) -> list[Document] | str:
    """The documents in a file, sound ones, or the words of the error; anything else is a failure."""
    try:
        documents = open_documents(data, name=name)
    except DataError as wrong:
        return str(wrong)
    for document in documents:
        whole(document)
    return documents


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><COCHRANE_REVIEW>&d;</COCHRANE_REVIEW>"""


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>',
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><r>&x;</r>',
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><r/>',
        b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY y "y">]><r>&y;</r>',
    ],
)
def test_xml_with_entities_is_refused(data: bytes) -> None:
    assert "document type" in refused(data, "review.rm5")


def test_files_of_a_hundred_megabytes_are_refused_at_once() -> None:
    begun = time.perf_counter()
    for start in (b"Corvane said so. ", b"<html><p>Corvane said so. "):
        said = refused(start + b"x" * 100_000_000)
        assert "too large" in said
        assert "expected: up to" in said
    assert "too large" in refused(b"%PDF-1.4" + bytes(100_000_001))
    assert time.perf_counter() - begun < 20


def test_the_largest_text_and_page_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b"Corvane's drug met the endpoint of its trial, it said on Monday. "
    monkeypatch.setattr(opening, "MAX_TEXT_BYTES", 300_000)
    monkeypatch.setattr(page, "MAX_PAGE_BYTES", 300_000)
    for data in (line * 4_500, (line + b"\n") * 4_500, b"<html><body>" + (b"<p>" + line + b"</p>") * 4_000):
        begun = time.perf_counter()
        whole(open_document(data, name="x"))
        assert time.perf_counter() - begun < 30


ENDLESS = (
    "A", "aC", "Aa-", "TRIAL-", "-", "AB12", "(", "A.B. ", "A, ", "A and B and ", "(p=0.01; ", "a: b\n",
    "Aa-" * 20 + " ", "A" * 120 + " ",
)  # fmt: skip


@pytest.mark.parametrize("piece", ENDLESS)
def test_words_and_lists_without_end_are_read_in_bounded_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000] + "\n\nThe FDA approved alphamab of Beta Inc. on March 7, 2024.\n"
    begun = time.monotonic()
    for document in open_documents(text.encode(), name="a.txt"):
        reading = read_document(document)
        assert all(document.text[fact.start : fact.end] == fact.quote for fact in reading.candidates)
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li", "font", "p"])
def test_elements_thousands_deep_in_each_other(tag: str) -> None:
    depth = 10_000
    data = (f"<{tag}>" * depth + "Corvane said so.").encode()
    got = outcome(b"<html><body>" + data, "x")
    if isinstance(got, str):
        assert "can't be read to its end" in got
    else:
        assert "Corvane said so." in got[0].text


def test_a_page_of_some_depth_is_read() -> None:
    data = "<html><body>" + "<div>" * 1_000 + "Corvane's drug met its endpoint, it said." + "</div>" * 1_000
    document = open_document(data.encode(), name="x")
    assert "Corvane's drug met its endpoint" in document.text
    assert [caveat.code for caveat in document.caveats] == ["whole-page"]


@pytest.mark.parametrize(
    "data",
    [
        b"<html><p>Corvane said that <b>the <i>trial</b> met</i> its end.<table><tr><td>a<td>b</p><<<>>&&&;&#xffffff;",
        b"<!doctype html><body><p>Corvane said that the trial met its endpoint.</p></body></body></html><p>It did.",
        b"<html><body>Corvane said &nbsp that the trial&#0; met its endpoint.\x00\x01<p",
        b"<html><head><title>x</title><body><p>Corvane said that the trial met its endpoint.<script>if (a < b) {",
        b"<html><meta charset=nothing><body><p>Corvane said that the trial met its endpoint.",
        b"<html><meta charset=utf-16><body><p>Corvane said that the trial met its endpoint.",
        b'<?xml version="1.0" encoding="latin-1"?><html><body><p>Corvane said that the trial met its \xe9ndpoint.',
    ],
)
def test_malformed_pages_are_read_as_far_as_can_be(data: bytes) -> None:
    document = open_document(data, name="x.html")
    assert "Corvane said" in document.text
    whole(document)


@pytest.mark.parametrize(
    "data",
    [
        b"<html></html>",
        b"<html><body><script>write('Corvane')</script><style>p {}</style></body></html>",
        b"<!DOCTYPE html>",
        b"<!-- nothing -->",
    ],
)
def test_a_page_without_text_says_so(data: bytes) -> None:
    assert "holds no text" in refused(data, "x.html")


def test_what_a_page_says_of_itself_is_text_that_can_be_written() -> None:
    said = (
        r'{"@type": "NewsArticle", "headline": "A \ud83d\ude00 drug \ud800 met\u0000 it",'
        r' "publisher": {"name": "\udfff x"}}'
    )
    text = "<p>The response rate was 10% in the drug group. </p>" * 9
    page = f'<html><head><script type="application/ld+json">{said}</script></head><body>{text}</body></html>'
    document = open_document(page.encode(), name="a.html")
    assert document.info.title == "A 😀 drug \ufffd met\ufffd it"
    assert document.info.publisher == "\ufffd x"
    assert b"drug" in to_json(document.info)


def test_text_from_right_to_left_keeps_its_order_and_its_marks() -> None:
    news = "\u200fأعلنت الشركة اليوم أن الدواء حقق نقطة النهاية الأولية بنسبة 61.2% في التجربة."
    text = f"شركة تعلن نتائج التجربة\n\n{news}\n"
    document = open_document(text.encode(), name="x")
    assert document.text == text
    assert "61.2%" in document.text[slice(*document.body)]
    markup = f"<html dir=rtl><body><article><h1>شركة تعلن نتائج</h1><p>{news * 6}</p></article></body></html>"
    assert "حقق نقطة النهاية الأولية بنسبة 61.2%" in open_document(markup.encode(), name="x").text


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",  # half a character
        b"\xef\xbb\xbfabc\xff",
        bytes(range(256)) * 50,
        bytes(1_000),
        random.Random(7).randbytes(20_000),
        "Corvane".encode("utf-32-le")[2:],
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    said = refused(data)
    assert "not a text that can be read" in said or "says that it is" in said


def test_text_in_utf_16_under_a_wrong_name_is_no_mojibake() -> None:
    text = "Corvane’s drug met its endpoint, it said."
    document = open_document(text.encode("utf-16-le"), name="x", media_type="text/plain; charset=utf-8")
    assert document.text == text


STARTS = [
    "",
    "<html>",
    "%PDF-1.4\n",
    '{"',
    "[{",
    "PK\x03\x04",
    "title: x\n---\n",
    "a,b\n",
    "<?xml version='1.0'?><network>",
]


@settings(max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from(["", "<html>", "%PDF-1.4\n", '{"', "PK\x03\x04", "title: x\n---\n", "a,b\n"]),
)
def test_any_bytes_are_a_document_or_a_data_error(data: bytes, start: str) -> None:
    assert outcome(start.encode("latin-1") + data, "x")


@settings(max_examples=60)
@given(
    st.integers(0, 3_000),
    st.binary(max_size=8),
    st.sampled_from(["news_page.html", "release.txt", "wrapped_release.txt"]),
)
def test_a_spoiled_document_is_a_document_or_a_data_error(place: int, noise: bytes, name: str) -> None:
    data = (DOCUMENTS / name).read_bytes()
    assert outcome(data[:place] + noise + data[place + len(noise) :], name)
