"""The page of a reading shows what a stranger wrote as words, whatever it is: no script, no link, nothing loaded."""

import re

import lxml.html

from topline.exhibits.reading_page import reading_page
from topline.records import (
    ArmValue,
    Caveat,
    DocumentInfo,
    OpinionStatement,
    Reading,
    Readout,
    Rejected,
    SafetyStatement,
    made_by,
)

EVIL = "</style></script><script>alert(1)</script><img src=//a.example/x onerror='alert(1)'>\"'{{ 7 * 7 }}<a href=x>"


def page_of(text: str) -> str:
    quote = {"quote": text, "start": 0, "end": len(text)}
    document = DocumentInfo(
        title=EVIL, date="2024-03-08", publisher=EVIL, sha256="a" * 64, media_type=EVIL, text_sha256="b" * 64,
        address="javascript:alert(1)",
    )  # fmt: skip
    value = ArmValue(arm=EVIL, value=EVIL, unit=EVIL)
    reading = Reading(
        id=EVIL,
        made_by=made_by({"reader": EVIL}),
        document=document,
        readouts=(Readout(id=EVIL, values=(value,), endpoint=EVIL, effect={"value": EVIL, "unit": EVIL}, **quote),),
        safety=(SafetyStatement(id="s", event=EVIL, arms=(value,), quote=None, start=None, end=None, path=EVIL),),
        opinions=(OpinionStatement(id="o", who=EVIL, stance=EVIL, about=EVIL, **quote),),
        rejected=(Rejected(quote=EVIL, reason=EVIL),),
        caveats=(Caveat(code="x", text=EVIL, severity="moderate"),),
    )
    return reading_page(reading, text)


def test_a_page_of_hostile_words_runs_and_loads_nothing() -> None:
    page = page_of(f"{EVIL} 61.2% " + "word " * 400)
    tree = lxml.html.document_fromstring(page)
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    assert not [e.tag for e in elements if e.tag in {"script", "img", "iframe", "object", "embed", "form", "base", "a"}
                and e.get("href") != "#main"]  # fmt: skip
    assert not [name for e in elements for name in e.attrib if name.startswith("on") or name in {"src", "srcdoc"}]
    assert {e.get("href") for e in elements if e.get("href")} == {"#main", "data:,"}
    styles = [e.text_content() for e in elements if e.tag == "style"]
    assert len(styles) == 1
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:)", styles[0])
    assert "49" not in tree.xpath("string(//h1)")
    assert tree.xpath("string(//h1)") == EVIL
