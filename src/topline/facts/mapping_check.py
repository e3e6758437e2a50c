"""Whether the mapping rules of a question can be used: patterns that compile, names that it knows."""

from __future__ import annotations

import re
import warnings

from topline.facts.checker import Checker
from topline.records import HARM_KINDS, MEASURE_TYPES, ArmMapping, OutcomeMapping, Question

_WAYS = ("title", "terms", "total", "reasons")


def check_mappings(question: Question, check: Checker) -> None:
    """Write down what is wrong with ``[[mappings]]`` and ``[[arm_mappings]]``."""
    endpoints = [e.id for e in question.endpoints]
    for i, rule in enumerate(question.mappings, 1):
        key = f"mappings[{i}]"
        check.among("endpoint", rule.endpoint, endpoints, f"{key}.endpoint")
        _check_ways(rule, key, check)
        for field in ("title", "not_title", "terms", "reasons"):
            for j, pattern in enumerate(getattr(rule, field), 1):
                _check_pattern(pattern, f"{key}.{field}[{j}]", check)
        for field in ("row", "unit", "population"):
            _check_pattern(getattr(rule, field), f"{key}.{field}", check)
        for j, kind in enumerate(rule.measure_types, 1):
            check.among("measure type", kind, MEASURE_TYPES, f"{key}.measure_types[{j}]")
        if rule.week is not None and rule.week < 1:
            repair = "write the week of the reading, or leave it out: then the time frame must name it"
            check.wrong("not a week", f"{key}.week", str(rule.week), "a whole number of 1 or more", repair)
    for i, arm in enumerate(question.arm_mappings, 1):
        _check_arm(question, arm, f"arm_mappings[{i}]", check)


def _check_ways(rule: OutcomeMapping, key: str, check: Checker) -> None:
    used = [way for way in _WAYS if getattr(rule, way)]
    if len(used) != 1:
        found = " and ".join(used) or "none of them"
        expected = "one of title, terms, total, reasons"
        check.wrong("a rule recognises in one way", key, found, expected, "write a rule of its own for each way")
    if rule.total is not None:
        check.among("table of adverse events", rule.total, HARM_KINDS, f"{key}.total")


def _check_arm(question: Question, rule: ArmMapping, key: str, check: Checker) -> None:
    check.among("drug", rule.treatment, {t.drug for t in question.treatments}, f"{key}.treatment")
    regimens = [r for t in question.treatments if t.drug == rule.treatment for r in t.regimens]
    if rule.dose_regimen is not None and regimens:
        check.among("dose_regimen", rule.dose_regimen, regimens, f"{key}.dose_regimen")
    if not rule.title:
        check.wrong("no pattern", f"{key}.title", "an empty list", "a pattern of the group's title", "add a pattern")
    for field in ("title", "not_title"):
        for j, pattern in enumerate(getattr(rule, field), 1):
            _check_pattern(pattern, f"{key}.{field}[{j}]", check)
    _check_pattern(rule.description, f"{key}.description", check)


def _check_pattern(pattern: str | None, key: str, check: Checker) -> None:
    if pattern is None:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern, re.IGNORECASE)
    except (re.error, FutureWarning, DeprecationWarning, RecursionError, OverflowError) as error:
        expected = "words, or a regular expression"
        repair = "write signs such as ( ) [ ] + ? . with a backslash before them, in single quotes"
        check.wrong(f"not a pattern ({error})", key, repr(pattern), expected, repair)
        return
    if not pattern.strip():
        check.wrong("an empty pattern fits everything", key, repr(pattern), "a word at least", "write the words")
