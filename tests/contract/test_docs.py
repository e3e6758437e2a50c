"""The documentation is true: blocks print what stands below them, links lead somewhere, the reference is whole.

Repairs: ``python docs/make_gallery.py --write`` (outputs and pictures), ``python docs/make_reference.py`` (reference).
``python tests/contract/test_docs.py`` adds new keys to the list of keys that the JSON contracts must keep.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import click
import pytest

import topline
from topline.cli import topline as command_line
from topline.records import contract_schemas

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
KEYS = ROOT / "tests" / "golden" / "schema_keys.json"


def load(name: str) -> ModuleType:
    """A script of the documentation as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


GALLERY = load("make_gallery")
REFERENCE = load("make_reference")
PAGES = [str(page.relative_to(ROOT)) for page in GALLERY.pages()]
LINKED = sorted(
    str(page.relative_to(ROOT)) for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "src").rglob("*.md")]
)


def runs(page: str) -> bool:
    """Whether the page has a block that runs."""
    found = GALLERY.blocks((ROOT / page).read_text(encoding="utf-8"))
    return any(b.language == "python" or (b.language == "sh" and (b.output or b.unseen)) for b in found)


@pytest.mark.parametrize("page", [page for page in PAGES if runs(page)])
def test_what_a_page_says_it_prints_it_prints(page: str, tmp_path: Path) -> None:
    for block, printed in GALLERY.run_page(ROOT / page, tmp_path):
        if block.output is not None:
            shown = GALLERY.tidy(block.output.body)
            assert printed == shown, f"{page}, line {block.output.line}: repair with docs/make_gallery.py --write"
    for picture in sorted((tmp_path / "images").iterdir()):
        committed = GALLERY.IMAGES / picture.name
        assert words(picture) == words(committed), f"{picture.name}: repair with docs/make_gallery.py --write"


def words(picture: Path) -> list[str]:
    """The words of an SVG: what it says, not where the last digit of a coordinate falls."""
    return re.findall(r">([^<>]+)<", picture.read_text(encoding="utf-8"))


def test_commands_run_unseen_where_the_page_asks_for_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\ntopline brief nothing\n```\n\n<!-- run -->\n```sh\ntopline new mine\n```\n", encoding="utf-8"
    )
    (tmp_path / "empty").mkdir()
    assert [block.body for block, _ in GALLERY.run_page(page, tmp_path / "empty")] == ["topline new mine\n"]
    assert (tmp_path / "empty" / "mine" / "case.toml").is_file()
    page.write_text("<!-- run -->\n```sh\ntopline programmes --case nowhere\n```\n", encoding="utf-8")
    (tmp_path / "other").mkdir()
    with pytest.raises(RuntimeError, match=r"page\.md, line 3: topline programmes --case nowhere: .*unknown case"):
        list(GALLERY.run_page(page, tmp_path / "other"))


@pytest.mark.parametrize("page", PAGES)
def test_every_python_block_shows_its_output_if_it_prints(page: str) -> None:
    found = GALLERY.blocks((ROOT / page).read_text(encoding="utf-8"))
    silent = [b.line for b in found if b.language == "python" and "print(" in b.body and b.output is None]
    assert not silent or ROOT / page == GALLERY.README, f"{page}: no text block below the Python of lines {silent}"


def test_every_picture_is_made_by_a_page() -> None:
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert [p.name for p in sorted(GALLERY.IMAGES.iterdir()) if f"images/{p.name}" not in text] == []


def targets(page: Path) -> Iterator[str]:
    """The targets of the links and pictures of a page, without those in code."""
    text = re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)


def anchors(page: Path) -> set[str]:
    """The anchors that a renderer makes of the headings of a page."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", LINKED)
def test_every_link_leads_to_a_file(page: str) -> None:
    for target in targets(ROOT / page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), f"{page}: {target}"
        assert not anchor or anchor in anchors(file), f"{page}: {target}"


def parse(command: click.Command, path: list[str], words: list[str]) -> None:
    """Parse the words as the command would, without running it."""
    context = command.make_context(" ".join(path), list(words), resilient_parsing=False)
    if isinstance(command, click.Group):
        name, below, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert below is not None
        parse(below, [*path, str(name)], rest)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_can_be_given(page: str) -> None:
    for block in GALLERY.blocks((ROOT / page).read_text(encoding="utf-8")):
        if block.language != "sh":
            continue
        for given in GALLERY.commands(block):
            try:
                parse(command_line, ["topline"], given[1:])
            except click.exceptions.Exit:  # --help and --version
                continue
            except click.ClickException as error:
                pytest.fail(f"{page}, line {block.line}: {' '.join(given)}: {error.format_message()}")


def test_a_command_that_can_not_be_given_is_found() -> None:
    for bad in (["nma"], ["nma", "x.csv", "--engin", "dl"], ["facts", "lst"], ["nma", "x.csv", "--engine", "stan"]):
        with pytest.raises(click.ClickException):
            parse(command_line, ["topline"], bad)


def test_the_reference_is_what_the_code_says() -> None:
    # in a process of its own: click keeps the help option of the first context that asks for it
    code = "import json, make_reference; print(json.dumps(make_reference.pages()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=DOCS, capture_output=True, text=True, check=True)
    made = json.loads(done.stdout)
    stale = [
        file
        for file, text in made.items()
        if not (path := DOCS / "reference" / file).is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "repair with docs/make_reference.py"
    there = {str(p.relative_to(DOCS / "reference")) for p in (DOCS / "reference").rglob("*") if p.is_file()}
    assert there == set(made)


def test_every_command_and_option_is_in_the_reference() -> None:
    sections = re.split(
        r"^## ", (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    by_command = {section.split("\n", 1)[0]: section for section in sections[1:]}
    for path, command in REFERENCE.commands(command_line, ("topline",)):
        section = by_command[" ".join(path)]
        options = [o for p in command.params if isinstance(p, click.Option) for o in (*p.opts, *p.secondary_opts)]
        assert [o for o in options if o not in section] == [], path


def test_every_public_name_is_in_the_reference_and_says_what_it_is() -> None:
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)[^\n]*\n\n([^\n]*)", page, re.MULTILINE))
    assert [name for name in topline.__all__ if not sections.get(name)] == []


def keys_of(schema: Any, path: str = "") -> Iterator[str]:
    """Every key that a JSON schema knows, as ``Record.key``."""
    for name in schema.get("properties", {}):
        yield f"{path}.{name}"
    for name, below in schema.get("$defs", {}).items():
        yield from keys_of(below, name)


def current_keys() -> dict[str, list[str]]:
    """The keys of every JSON contract by the schema's name."""
    return {name: sorted(keys_of(schema)) for name, schema in contract_schemas().items()}


def test_no_key_of_a_json_contract_has_vanished() -> None:
    promised, current = json.loads(KEYS.read_text(encoding="utf-8")), current_keys()
    lost = {name: sorted(set(keys) - set(current.get(name, ()))) for name, keys in promised.items()}
    assert {name: keys for name, keys in lost.items() if keys} == {}


def test_every_key_of_a_json_contract_is_promised() -> None:
    promised, current = json.loads(KEYS.read_text(encoding="utf-8")), current_keys()
    new = {name: sorted(set(keys) - set(promised.get(name, ()))) for name, keys in current.items()}
    assert {name: keys for name, keys in new.items() if keys} == {}, "python tests/contract/test_docs.py adds them"


def promise() -> None:
    """Add new keys to the list; what stands there stays."""
    old = json.loads(KEYS.read_text(encoding="utf-8")) if KEYS.is_file() else {}
    now = current_keys()
    kept = {name: sorted({*old.get(name, ()), *now.get(name, ())}) for name in sorted({*old, *now})}
    KEYS.parent.mkdir(parents=True, exist_ok=True)
    KEYS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    promise()
