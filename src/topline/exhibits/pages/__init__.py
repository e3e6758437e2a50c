"""Whole pages: the Jinja environment, the page shell, the parts of a page, and the style sheet.

A page works without a network and without JavaScript. Values are escaped by default, a name that is not given is an
error, and a number prints as a traceable ``data`` element wherever a template shows it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from topline.exhibits.text import date
from topline.exhibits.words import Link, html, plain
from topline.records import Number, worst_first

__all__ = ["environment", "in_notebook", "render_page", "stylesheet"]

_HERE = Path(__file__).parent
# Inside a notebook an exhibit is no page: no width, no margins of one.
_ALONE = "& { max-width: none; margin: 0; padding: .25rem .75rem; }"


def render_page(template: str, *, folders: tuple[Path, ...] = (), **context: Any) -> str:
    """A page from a template of this folder (``page.html``, ``parts.html``) or of ``folders``.

    ``page.html`` takes ``title``, ``main`` (or a child template's block), and, all optional, ``sections`` (pairs of id
    and label, for the navigation), ``header``, ``footer``, ``lang``, ``description`` and ``stylesheet_address`` (a
    link to the style sheet in place of the inlined one).
    """
    defaults: dict[str, Any] = {
        "lang": "en", "description": "", "sections": (), "header": "", "footer": "", "stylesheet_address": None,
    }  # fmt: skip
    return environment(folders).get_template(template).render({**defaults, **context})


@cache
def environment(folders: tuple[Path, ...] = ()) -> Environment:
    """The Jinja environment; templates are looked for in ``folders`` first, then here.

    Filters: ``date`` ("8 Mar 2025"), ``plain`` (words without markup), ``words`` (a run of text and numbers as HTML),
    ``worst_first`` (caveats by severity).
    """
    loaders = [FileSystemLoader(folder) for folder in (*folders, _HERE)]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_present,
    )
    made.filters.update(date=date, plain=plain, words=html, worst_first=worst_first)
    made.globals["stylesheet"] = stylesheet
    return made


@cache
def stylesheet() -> Markup:
    """The style sheet of every page; its classes are listed at its top."""
    return Markup(_HERE.joinpath("page.css").read_text(encoding="utf-8"))


def in_notebook(exhibit: Markup) -> str:
    """An exhibit for a notebook: with the style sheet, which reaches nothing outside the exhibit."""
    return str(Markup('<div class="topline-exhibit">\n<style>{}</style>\n{}</div>\n').format(_scoped(), exhibit))


@cache
def _scoped() -> Markup:
    """The style sheet for screens as rules nested in one class, which stands for the page's root and body."""
    rules = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL).partition("@media print")[0]
    rules = re.sub(r"^( *)(?::root|body) \{", r"\1& {", rules, flags=re.MULTILINE)
    return Markup(".topline-exhibit {{\n{}\n{}\n}}\n").format(Markup(rules.strip()), Markup(_ALONE))


def _present(value: Any) -> Any:
    """How a template shows a value: numbers, and runs of words that hold some, as traceable HTML."""
    if isinstance(value, Number) or (
        isinstance(value, tuple) and value and all(isinstance(part, str | Number | Link) for part in value)
    ):
        return html(value)
    return value
