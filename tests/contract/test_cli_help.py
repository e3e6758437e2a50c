"""The help: every verb with an example that works, every option with a word on what it does."""

from __future__ import annotations

import re
import shlex

import click
import pytest

import topline as tl
from topline.cli import VERBS
from topline.cli import topline as root


def commands(command, path=()):
    """Every command with its path, the groups too."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*path, name))


EVERY = list(commands(root))
IDS = [" ".join(("topline", *path)) for path, _ in EVERY]


@pytest.fixture(params=EVERY, ids=IDS)
def one(request):
    return request.param


def shown_examples(help_text):
    """The lines under Example(s), as they stand on the screen."""
    block = re.search(r"^ *Examples?:\n((?: +\S.*\n)+)", help_text, re.MULTILINE)
    return [] if block is None else [line.strip() for line in block.group(1).splitlines()]


def test_help_is_asked_for_in_two_ways(command, one):
    path, _ = one
    long, short = command(*path, "--help"), command(*path, "-h")
    assert (long.status, short.status) == (0, 0)
    assert long.out == short.out
    assert long.err == ""
    assert long.out.startswith(f"Usage: {' '.join(('topline', *path))}")


def test_every_command_shows_examples_one_a_line(command, one):
    path, _ = one
    text = command(*path, "--help").out
    examples = shown_examples(text)
    assert examples, text
    start = " ".join(("topline", *path))
    assert all(line.startswith(start) for line in examples), examples
    assert "\\b" not in text


def test_every_example_can_be_typed(one):
    _, body = one
    documented = [line.strip() for line in body.help.splitlines() if line.strip().startswith("topline ")]
    assert documented
    for line in documented:
        words = shlex.split(line)[1:]
        found = root
        context = click.Context(root, info_name="topline", **root.context_settings)
        while isinstance(found, click.Group):
            found = found.get_command(context, words.pop(0))
            assert found is not None, line
        found.make_context(found.name, words, parent=context)  # raises for an option or argument that is not there


def test_every_option_says_what_it_does(one):
    _, body = one
    for option in body.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.help.rstrip("])").endswith(".") or option.help.endswith("]"), option.help


def test_every_verb_has_a_line_in_the_list(command):
    text = command("--help").out
    for verb, line in VERBS.items():
        assert verb in text
        assert line.split(":")[0] in text


def test_the_line_of_a_verb_and_its_own_help_agree():
    for verb in VERBS:
        assert root.get_command(click.Context(root), verb).name == verb


def test_method_names_are_spelled_out(command):
    text = " ".join(command("nma", "--help").out.split())
    for words in ("restricted maximum likelihood", "DerSimonian-Laird", "maximum likelihood", "odds ratio"):
        assert words in text


def test_version(command):
    answer = command("--version")
    assert answer.status == 0
    assert answer.out == f"topline, version {tl.__version__}\n"


def test_without_a_verb_the_help_is_shown(command):
    answer = command()
    assert answer.status in (0, 2)  # 2 since click 8.2
    assert "Usage: topline" in answer.out + answer.err
