"""Files of every kind opened as documents: their kind, their text, and what they say of themselves."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from topline.errors import DataError
from topline.sources.document import Document
from topline.sources.documents import open_document, open_documents
from topline.sources.documents.header import read_header
from topline.sources.documents.sniffing import TABLES, sniff

DOCUMENTS = Path(__file__).parent / "data" / "documents"
STORY = (
    "Corvane's zelvorimab met the primary endpoint of its Phase 3 trial, the company said on Monday.\n"
    "It plans to file with the FDA in the second half of 2026.\n"
)


def opened(name: str, **other: str) -> Document:
    return open_document((DOCUMENTS / name).read_bytes(), name=name, **other)


def body(document: Document) -> str:
    return document.text[document.body[0] : document.body[1]]


def codes(document: Document) -> list[str]:
    return [caveat.code for caveat in document.caveats]


def test_a_text_is_kept_as_it_is() -> None:
    data = ("Corvane's drug works\r\n\r\n" + STORY.replace("\n", "\r\n")).encode()
    document = open_document(data, name="story.txt")
    assert document.text == data.decode()
    assert document.data == data
    assert document.kind == "prose"
    assert document.info.media_type == "text/plain"
    assert document.info.sha256 == hashlib.sha256(data).hexdigest()
    assert document.info.text_sha256 == hashlib.sha256(document.text.encode()).hexdigest()
    assert document.info.title == "Corvane's drug works"
    assert document.info.publisher is None
    assert body(document).startswith("Corvane's zelvorimab")
    assert body(document).endswith("second half of 2026.")


def test_a_header_fills_in_what_a_text_does_not_say() -> None:
    head = (
        "address: https://www.corvane.example/news/1\ntitle: Corvane's drug works\ndate: 4 March 2026\n"
        "source: a made-up archive\n---\n"
    )
    document = open_document((head + STORY).encode(), name="story.txt")
    assert document.info.title == "Corvane's drug works"
    assert document.info.date == "2026-03-04"
    assert document.info.address == "https://www.corvane.example/news/1"
    assert document.info.publisher == "corvane.example"
    assert document.body == (len(head), len(head) + len(STORY) - 1)
    named = open_document(("publisher: Harbor Wire\n" + head + STORY).encode(), name="story.txt")
    assert named.info.publisher == "Harbor Wire"
    other = open_document((head + STORY).encode(), name="story.txt", address="https://harborwire.example/2")
    assert other.info.address == "https://harborwire.example/2"


@pytest.mark.parametrize(
    "text",
    [
        "Corvane said: it works\n---\nMore.",
        "title: x\nno key here\n---\ntext",
        "title: x\ntext without an end",
        "---\nSTORY\n---\n",
        "",
        "colour: blue\n---\ntext",
    ],
)
def test_what_is_no_header_is_text(text: str) -> None:
    assert read_header(text).end == 0


def test_an_address_that_is_none_is_not_taken() -> None:
    document = open_document(f"address: unknown (Harbor Wire)\ntitle: x\n---\n{STORY}".encode(), name="x")
    assert document.info.address is None
    assert document.info.publisher is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_form(encoding: str) -> None:
    text = "The company’s drug met the “endpoint” – by far.\n"
    document = open_document(text.encode(encoding), name="story.txt")
    assert document.text == text
    assert not document.caveats


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Corvane’s “drug” – it works, the company said on Monday in São Paulo.", "cp1252"),
        ("協和製薬は月曜日に、治験が主要評価項目を達成したと発表した。会社は承認申請を行う予定である。", "shift_jis"),
        ("Компания сообщила в понедельник, что исследование достигло первичной конечной точки.", "cp1251"),
    ],
)
def test_another_encoding_is_guessed_and_told(text: str, encoding: str) -> None:
    document = open_document(text.encode(encoding), name="story.txt")
    assert document.text == text
    assert codes(document) == ["encoding-guessed"]


def test_the_encoding_that_a_server_names_is_taken() -> None:
    text = "Společnost uvedla, že léčba splnila cíl."
    document = open_document(text.encode("iso-8859-2"), name="x", media_type="text/plain; charset=iso-8859-2")
    assert document.text == text
    assert not document.caveats
    latin = open_document("it’s".encode("cp1252"), name="x", media_type='text/plain; charset="ISO-8859-1"')
    assert latin.text == "it’s"


def test_damage_is_told() -> None:
    broken = open_document("Corvane’s “drug” works – it said".encode() + b"\xff.", name="x")
    assert broken.text.endswith("\ufffd.")
    assert codes(broken) == ["broken-bytes"]
    wrong = "Corvane’s “drug” works – it’s said".encode().decode("cp1252", "replace")
    assert "mojibake" in codes(open_document(wrong.encode(), name="x"))


def test_a_news_page() -> None:
    document = opened("news_page.html")
    assert document.kind == "prose"
    assert document.info.media_type == "text/html"
    assert document.info.title == "Corvane's psoriasis antibody clears skin in six of ten patients"
    assert document.info.date == "2026-03-04"
    assert document.info.publisher == "Harbor Wire"
    assert document.info.address == "https://www.harborwire.example/clinical/corvane-zelvorimab"
    got = body(document)
    lines = got.splitlines()
    assert lines[0].startswith("Corvane Therapeutics’ zelvorimab met the primary endpoint of its Phase 3 trial")
    assert (
        "At week 16, 61.2% of patients on zelvorimab reached PASI 90, compared with 4.1% on placebo (p<0.001)." in lines
    )
    assert "Arm | N | PASI 90" in lines
    assert "Placebo | 205 | 4.1%" in lines
    assert "- Two cases of colitis were seen with zelvorimab." in lines
    assert lines[-1] == "Corvane plans to file with the FDA in the second half of 2026."
    assert "Otherco" not in document.text
    assert "rights reserved" not in document.text
    assert "track" not in document.text


def test_a_companys_page() -> None:
    document = opened("release_page.html", address="https://www.haldenbio.example/news/1")
    assert document.info.title == "Halden Bio Ends Phase 2 Trial of HB-101 in Asthma"
    assert document.info.date == "2025-05-05"
    assert document.info.publisher == "haldenbio.example"
    got = body(document)
    assert got.startswith("OSLO, Norway")
    assert "1.12 on HB-101 and 1.09 on placebo" in got
    assert "Haldenol" not in got
    assert "HB-102" not in got


def test_a_page_of_cards_keeps_its_deck_and_its_date() -> None:
    document = opened("cards_page.html")
    assert document.info.title == "Halden Bio walks away from asthma drug"
    assert document.info.date == "2025-05-06"
    assert document.info.publisher == "Fjord Life Sciences"
    got = body(document)
    assert got.startswith("A readout last year had left analysts cold")
    assert got.endswith("in the second half of this year.")
    assert "1.12 on HB-101 and 1.09 on placebo" in got
    assert "Otherco" not in got


@pytest.mark.parametrize("around", ["<div class='layout with-sidebar'>", "<form id='aspnetForm'>", "<header>"])
def test_an_article_is_not_lost_for_what_its_container_is_called(around: str) -> None:
    page = f"<html><body>{around}<h1>Corvane's drug works</h1><div>March 4, 2026</div><p>{STORY}</p></html>"
    document = open_document(page.encode(), name="x")
    assert "met the primary endpoint of its Phase 3 trial" in body(document)
    assert document.info.date == "2026-03-04"


def test_a_page_says_its_encoding() -> None:
    text = "<html><head><meta charset='windows-1252'><title>x</title></head><body><p>" + "Corvane’s drug works. " * 20
    assert "Corvane’s drug works." in open_document(text.encode("cp1252"), name="x").text
    other = "<html><body><p>" + "Společnost uvedla, že léčba splnila cíl. " * 20
    document = open_document(other.encode("iso-8859-2"), name="x", media_type="text/html; charset=ISO-8859-2")
    assert "léčba splnila" in document.text


def test_a_page_is_read_in_no_time_and_trafilatura_only_when_one_comes() -> None:
    data = (DOCUMENTS / "news_page.html").read_bytes()
    open_document(data, name="x")
    begun = time.perf_counter()
    for _ in range(10):
        open_document(data, name="x")
    assert (time.perf_counter() - begun) / 10 < 0.5  # some 5 ms; the bound leaves room for a busy machine
    code = (
        "import sys; from topline.sources.documents import open_document;"
        "open_document(b'Corvane said so.', name='x');"
        "print(*(m for m in ('trafilatura', 'pypdf', 'lxml', 'defusedxml', 'charset_normalizer') if m in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def study(number: str, **other: object) -> dict[str, object]:
    status = {"lastUpdatePostDateStruct": {"date": "2024-05-06", "type": "ACTUAL"}}
    module = {"nctId": number, "briefTitle": f"Study {number}"}
    return {"protocolSection": {"identificationModule": module, "statusModule": status}, **other}


def test_a_registry_record() -> None:
    data = json.dumps(study("NCT00000001", hasResults=True), indent=1).encode()
    document = open_document(data, name="NCT00000001.json")
    assert document.kind == "registry"
    assert document.content == study("NCT00000001", hasResults=True)
    assert document.text == data.decode()
    assert document.info.title == "Study NCT00000001"
    assert document.info.date == "2024-05-06"
    assert document.info.publisher == "ClinicalTrials.gov"
    assert document.info.address == "https://clinicaltrials.gov/study/NCT00000001"
    assert document.info.media_type == "application/json"


@pytest.mark.parametrize("form", ["list", "page", "lines"])
def test_a_file_of_several_studies_is_split(form: str) -> None:
    both = [study("NCT00000001"), study("NCT00000002")]
    text = {
        "list": json.dumps(both),
        "page": json.dumps({"studies": both, "nextPageToken": "x"}),
        "lines": "\n".join(map(json.dumps, both)),
    }[form]
    with pytest.raises(DataError, match="several studies") as caught:
        open_document(text.encode(), name="studies.json")
    assert "2 studies" in str(caught.value)
    documents = open_documents(text.encode(), name="studies.json")
    assert [d.content for d in documents] == both
    assert [json.loads(d.data) for d in documents] == both
    assert len({d.info.sha256 for d in documents}) == 2


def test_a_list_of_one_study_is_that_study() -> None:
    assert open_document(json.dumps([study("NCT00000001")]).encode(), name="x").content == study("NCT00000001")
    assert len(open_documents(STORY.encode(), name="x")) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"FullStudiesResponse": {}}', "first version"),
        ('{"protocolSection": {}}', "protocolSection.identificationModule.nctId"),
        ('{"a": 1}', "'a'"),
        ('{"studies": []}', "no study"),
        ('{"studies": 3}', "not JSON that can be read"),
        ('{"protocolSection": ', "not JSON that can be read"),
        ("[]", "no study"),
        ("[1, 2]", "several studies"),
    ],
)
def test_other_json_is_refused(text: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        open_document(text.encode(), name="x.json")
    assert said in str(caught.value)


def test_brackets_at_the_start_of_a_story_are_no_json() -> None:
    assert open_document(f"[Updated] {STORY}".encode(), name="x").kind == "prose"


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"study,treatment,n\na,b,1\n", "arms.csv", "text/csv"),
        (b"study\ttreatment\tn\na\tb\t1\n", "arms.tsv", "text/tab-separated-values"),
        (b"study\tn\na\t1\nb\t2\n", "-", "text/tab-separated-values"),
        (b"study,treatment,n\na,b,1\nc,d,2\n", "-", "text/csv"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "x",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive("mimetype", "content.xml"), "arms.ods", "application/vnd.oasis.opendocument.spreadsheet"),
        (OLE + b"x" * 600, "arms.xls", "application/vnd.ms-excel"),
        (OLE + b"x" * 600 + "Workbook".encode("utf-16-le"), "-", "application/vnd.ms-excel"),
        (b'<?xml version="1.0"?>\n<!-- x --><COCHRANE_REVIEW/>', "-", "application/x-revman+xml"),
        (b'<?xml version="1.0"?><network xmlns="http://drugis.org/mtc"/>', "-", "application/x-gemtc+xml"),
        ('<?xml version="1.0" encoding="utf-16"?><network/>'.encode("utf-16"), "a.gemtc", "application/x-gemtc+xml"),
    ],
)  # fmt: skip
def test_tables_are_told(data: bytes, name: str, media_type: str) -> None:
    assert sniff(data, name) == media_type
    assert media_type in TABLES


def test_a_table_opens_with_a_line_of_text_for_each_row() -> None:
    data = b"study,treatment,events,n\nA,x,1,10\nA,y,2,10\n"
    document = open_document(data, name="-", address="https://example.org/arms")
    assert document.kind == "table"
    assert document.text == "study\ttreatment\tevents\tn\nA\tx\t1\t10\nA\ty\t2\t10\n"
    assert document.info.media_type == "text/csv"
    assert document.data == data


def test_what_a_file_holds_counts_more_than_its_name() -> None:
    page = (DOCUMENTS / "news_page.html").read_bytes()
    assert open_document(page, name="page.csv").info.media_type == "text/html"
    assert open_document(page, name="page.txt", media_type="text/plain").info.media_type == "text/html"
    assert open_document(json.dumps(study("NCT00000001")).encode(), name="x.txt").kind == "registry"
    assert open_document(STORY.encode(), name="story.html").info.media_type == "text/plain"
    xhtml = (
        b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html><body><p>' + STORY.encode() + b"</p></body></html>"
    )
    assert open_document(xhtml, name="x").info.media_type == "text/html"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive("word/document.xml"), "a Word document"),
        (archive("a.txt"), "an archive"),
        (OLE + b"x" * 600, "old Office file"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"\x1f\x8b" + bytes(100), "gzip"),
        (b'<?xml version="1.0"?><article/>', "root element article"),
        (b"PK\x03\x04 broken", "damaged archive"),
        (b"", "0 bytes"),
        (b" \n\t ", "4 bytes"),
        (b"title: x\n---\n  \n", "no text"),
    ],
)
def test_what_is_not_read_is_named(data: bytes, said: str) -> None:
    with pytest.raises(DataError) as caught:
        open_document(data, name="some file")
    assert said in str(caught.value)
    assert caught.value.problem.file == "some file"
