"""What the contract tests share: the command line as a function, the shipped case, its briefs, readers of a page."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import topline as tl
from topline.cli import run
from topline.pipeline import Brief, Case

HERE = Path(__file__).parent
TODAY = "2026-11-24"  # the day of every test that asks for what is known "today"


@dataclass(frozen=True)
class Answer:
    """What a command gave: its exit status and what stood on standard output and standard error."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """``command("brief", "rocatinlimab")`` runs the command line in this process; it never shows a stack trace."""

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        status = run([str(a) for a in arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return Answer(status, shown.out, shown.err)

    return call


@pytest.fixture(scope="session")
def case() -> Iterator[Case]:
    """The shipped case, opened once."""
    opened = tl.open_case("atopic-dermatitis")
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def brief_of(case: Case) -> Callable[..., Brief]:
    """``brief_of("rocatinlimab", "2026-02-02")``: a brief of the shipped case, made once."""

    @functools.cache
    def make(programme: str = "rocatinlimab", as_of: str = TODAY, strict_dates: bool = False) -> Brief:
        return case.brief(programme, as_of=as_of, strict_dates=strict_dates)

    return make


def _module(name: str) -> ModuleType:
    """A module beside this file, loaded by path so that no test depends on the import path."""
    spec = importlib.util.spec_from_file_location(f"contract_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def page_numbers() -> ModuleType:
    """The reader of a page's numbers."""
    return _module("page_numbers")


@pytest.fixture(scope="session")
def page_elements() -> ModuleType:
    """The reader of a page's elements."""
    return _module("page_elements")
