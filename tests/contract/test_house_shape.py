"""The shape of the source: names, sizes, docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "topline"
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}  # names that say nothing of what is inside
LONGEST_MODULE = 500
LONGEST_FUNCTION = 80

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package with its path from the root."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [p.relative_to(ROOT).as_posix() for p in SOURCE.rglob("*") if p.stem in NAMELESS]
    named += [p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").rglob("*") if p.stem in NAMELESS]
    assert not named


def test_every_module_has_a_size_that_one_can_read() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in SOURCE.rglob("*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_MODULE
    }
    assert not long


def test_every_function_fits_on_a_screen() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_every_public_function_and_class_says_what_it_is_for() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules()
        for node in tree.body
        if isinstance(node, Definition) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_package_says_what_it_is_for() -> None:
    silent = [path for path, tree in modules() if path.endswith("__init__.py") and not ast.get_docstring(tree)]
    assert not silent


def is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nothing but a docstring, ``...``, ``pass`` or a refusal to work stands in the body.

    A decorated function may live by its decorator alone, as an overload or a group of commands does.
    """
    if node.decorator_list:
        return False
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return all(
        isinstance(line, ast.Pass)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        or (isinstance(line, ast.Raise) and "NotImplementedError" in ast.unparse(line))
        for line in body
    )


def test_no_function_is_left_empty() -> None:
    empty = []
    for path, tree in modules():
        protocols = {
            member
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
            for member in node.body
        }
        empty += [
            f"{path}:{node.lineno} {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node not in protocols and is_stub(node)
        ]
    assert not empty


def test_nothing_is_left_for_later() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(SOURCE.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert not left
