"""Write the reference: JSON schemas from the records, the command line from its help, Python from its docstrings.

Run ``python docs/make_reference.py`` after a change; a test fails when what stands here is not what it writes.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import click

import topline
from topline.cli import topline as command_line
from topline.records import contract_schemas

REFERENCE = Path(__file__).parent / "reference"


def pages() -> dict[str, str]:
    """Every generated file of the reference by its path under ``docs/reference``."""
    files = {
        f"schemas/{name}.json": json.dumps(in_order(schema), indent=2, ensure_ascii=False) + "\n"
        for name, schema in contract_schemas().items()
    }
    files["command-line.md"] = command_line_page()
    files["python.md"] = python_page()
    return files


def in_order(schema: Any) -> Any:
    """The schema alike under every version: alternatives sorted, and descriptions without the code's indentation."""
    if isinstance(schema, list):
        return [in_order(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    ordered = {key: in_order(value) for key, value in schema.items()}
    if isinstance(ordered.get("description"), str):
        ordered["description"] = inspect.cleandoc(ordered["description"])
    if "anyOf" in ordered:
        ordered["anyOf"] = sorted(ordered["anyOf"], key=json.dumps)
    return ordered


def command_line_page() -> str:
    """The help of every command."""
    lines = ["# The command line", "", "Written from the commands themselves by `docs/make_reference.py`.", ""]
    for path, command in commands(command_line, ("topline",)):
        context = click.Context(
            command,
            info_name=" ".join(path),
            max_content_width=100,
            terminal_width=100,
            help_option_names=["-h", "--help"],
        )
        lines += [f"## {' '.join(path)}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines)


def commands(command: click.Command, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], click.Command]]:
    """The command and all below it, each with its path."""
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            found += commands(below, (*path, name))
    return found


def python_page() -> str:
    """The docstring of every public name, and of every public method."""
    written = "Every name of `import topline as tl`. Written from the docstrings by `docs/make_reference.py`."
    lines = ["# Python", "", written, ""]
    for name in sorted(topline.__all__, key=str.lower):
        value = getattr(topline, name)
        if isinstance(value, str):
            lines += [f"## {name}", "", "The version of topline.", ""]
            continue
        lines += [f"## {name}{signature(value)}", "", inspect.getdoc(value) or "", ""]
        if inspect.isclass(value):
            for method, member in sorted(members(value).items()):
                if not method.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                    shown = "" if isinstance(member, property) else signature(member)
                    lines += [f"### {name}.{method}{shown}", "", inspect.getdoc(member) or "", ""]
    return "\n".join(lines)


def members(value: type) -> dict[str, object]:
    """What the class and its bases of this package define, by name."""
    bases = [base for base in reversed(value.__mro__) if base.__module__.startswith("topline")]
    return {name: member for base in bases for name, member in vars(base).items()}


def signature(value: object) -> str:
    """The parameters of a function, or of a class that is no error."""
    if inspect.isclass(value) and issubclass(value, Exception):
        return ""
    parameters = list(inspect.signature(value).parameters.values())  # type: ignore[arg-type]
    names = [p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters if p.name != "self"]
    return f"({', '.join(names)})"


if __name__ == "__main__":
    for file, text in pages().items():
        target = REFERENCE / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"wrote {target}")
