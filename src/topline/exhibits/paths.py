"""Outlines as absolute path commands: M, L, C and Z, with the coordinates of each.

Source: W3C, Scalable Vector Graphics (SVG) 2, 2018, chapters 8 (transforms) and 9 (paths).
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from topline.errors import ArgumentError

Commands: TypeAlias = tuple[tuple[str, tuple[float, ...]], ...]
# (a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f.
Matrix: TypeAlias = tuple[float, float, float, float, float, float]

# How far a cubic's handles reach so that it follows a quarter of a circle to within 0.03% of the radius.
_HANDLE = 4 / 3 * (math.sqrt(2) - 1)
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PATH = re.compile(rf"\s*,?\s*(?:([A-Za-z])|({_NUMBER}))")
_TRANSFORM = re.compile(r"\s*,?\s*(\w+)\s*\(([^()]*)\)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "Z": 0}


def parse_path(data: str) -> Commands:
    """The commands of an SVG path. Raises ``ArgumentError`` for a command that is not M, L, H, V, Q, C or Z."""
    tokens = _tokens(data)
    out: list[tuple[str, tuple[float, ...]]] = []
    x = y = start_x = start_y = 0.0
    while tokens:
        letter = tokens.pop(0)
        kind = str(letter).upper()
        if kind not in _ARGUMENTS:
            raise ArgumentError(
                f"the path command {letter!r} can't be drawn", found=data[:60], expected="M L H V Q C Z"
            )
        relative = str(letter).islower()
        first = True
        while first or (tokens and isinstance(tokens[0], float)):
            if kind == "Z":
                out.append(("Z", ()))
                x, y = start_x, start_y
                break
            given = _take(tokens, _ARGUMENTS[kind], data)
            points = _absolute(kind, given, x, y, relative)
            if kind == "Q":
                points = _raised(x, y, points)
            x, y = points[-2:]
            if kind == "M" and first:
                start_x, start_y = x, y
            shown = "M" if kind == "M" and first else "C" if kind in "QC" else "L"
            out.append((shown, points))
            first = False
    return tuple(out)


def _tokens(data: str) -> list[str | float]:
    tokens: list[str | float] = []
    end = 0
    for match in _PATH.finditer(data):
        if match.start() != end:
            break
        tokens.append(match[1] or float(match[2]))
        end = match.end()
    if data[end:].strip() or not tokens or tokens[0] not in ("M", "m"):
        raise ArgumentError("the path can't be read", found=data[end : end + 60] or data[:60])
    return tokens


def _take(tokens: list[str | float], count: int, data: str) -> list[float]:
    given, tokens[:count] = tokens[:count], []
    numbers = [v for v in given if isinstance(v, float)]
    if len(numbers) != count:
        raise ArgumentError("a path command lacks a number", found=data[:60])
    return numbers


def _absolute(kind: str, given: list[float], x: float, y: float, relative: bool) -> tuple[float, ...]:
    if kind == "H":
        return (given[0] + (x if relative else 0.0), y)
    if kind == "V":
        return (x, given[0] + (y if relative else 0.0))
    return tuple(v + ((x, y)[k % 2] if relative else 0.0) for k, v in enumerate(given))


def _raised(x: float, y: float, points: tuple[float, ...]) -> tuple[float, ...]:
    """A quadratic curve from (x, y) as a cubic one."""
    qx, qy, end_x, end_y = points
    return (
        x + 2 / 3 * (qx - x), y + 2 / 3 * (qy - y), end_x + 2 / 3 * (qx - end_x), end_y + 2 / 3 * (qy - end_y),
        end_x, end_y,
    )  # fmt: skip


def circle(x: float, y: float, r: float) -> Commands:
    """A circle as four cubic curves."""
    k = _HANDLE * r
    return (
        ("M", (x + r, y)),
        ("C", (x + r, y + k, x + k, y + r, x, y + r)),
        ("C", (x - k, y + r, x - r, y + k, x - r, y)),
        ("C", (x - r, y - k, x - k, y - r, x, y - r)),
        ("C", (x + k, y - r, x + r, y - k, x + r, y)),
        ("Z", ()),
    )


def rectangle(x: float, y: float, width: float, height: float, radius: float = 0.0) -> Commands:
    """A rectangle, its corners rounded by ``radius``."""
    right, bottom = x + width, y + height
    r = min(radius, width / 2, height / 2)
    if r <= 0:
        return (("M", (x, y)), ("L", (right, y)), ("L", (right, bottom)), ("L", (x, bottom)), ("Z", ()))
    k = r * (1 - _HANDLE)
    return (
        ("M", (x + r, y)), ("L", (right - r, y)), ("C", (right - k, y, right, y + k, right, y + r)),
        ("L", (right, bottom - r)), ("C", (right, bottom - k, right - k, bottom, right - r, bottom)),
        ("L", (x + r, bottom)), ("C", (x + k, bottom, x, bottom - k, x, bottom - r)),
        ("L", (x, y + r)), ("C", (x, y + k, x + k, y, x + r, y)), ("Z", ()),
    )  # fmt: skip


def polygon(points: str) -> Commands:
    """The corners of a ``points`` attribute, joined by lines and closed."""
    values = [float(v) for v in re.split(r"[ ,\n]+", points.strip())]
    corners = [(values[k], values[k + 1]) for k in range(0, len(values) - 1, 2)]
    return (*(("L" if k else "M", corner) for k, corner in enumerate(corners)), ("Z", ()))


def placed(path: Commands, matrix: Matrix) -> Commands:
    """The path under a transform."""
    a, b, c, d, e, f = matrix

    def moved(values: tuple[float, ...]) -> tuple[float, ...]:
        pairs = ((values[k], values[k + 1]) for k in range(0, len(values), 2))
        return tuple(v for x, y in pairs for v in (a * x + c * y + e, b * x + d * y + f))

    return tuple((kind, moved(values)) for kind, values in path)


def parse_transform(value: str, around: Matrix) -> Matrix:
    """A ``transform`` attribute within ``around``. Raises ``ArgumentError`` for skews and what else is not known."""
    matrix, end = around, 0
    for match in _TRANSFORM.finditer(value):
        if match.start() != end:
            break
        end = match.end()
        numbers = [float(v) for v in re.split(r"[ ,]+", match[2].strip())]
        for step in _steps(match[1], numbers, value):
            matrix = _times(matrix, step)
    if value[end:].strip():
        raise ArgumentError("the transform can't be read", found=value)
    return matrix


def _steps(name: str, numbers: list[float], value: str) -> tuple[Matrix, ...]:
    if name == "translate" and len(numbers) in (1, 2):
        return ((1.0, 0.0, 0.0, 1.0, numbers[0], numbers[1] if len(numbers) == 2 else 0.0),)
    if name == "scale" and len(numbers) in (1, 2):
        return ((numbers[0], 0.0, 0.0, numbers[-1], 0.0, 0.0),)
    if name == "rotate" and len(numbers) in (1, 3):
        turn = math.radians(numbers[0])
        x, y = numbers[1:] if len(numbers) == 3 else (0.0, 0.0)
        turned = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0.0, 0.0)
        return ((1.0, 0.0, 0.0, 1.0, x, y), turned, (1.0, 0.0, 0.0, 1.0, -x, -y))
    if name == "matrix" and len(numbers) == 6:
        a, b, c, d, e, f = numbers
        return ((a, b, c, d, e, f),)
    raise ArgumentError("the transform can't be drawn", found=value, expected="translate, scale, rotate or matrix")


def _times(m: Matrix, n: Matrix) -> Matrix:
    a, b, c, d, e, f = m
    g, h, i, j, k, l = n  # noqa: E741
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f)
