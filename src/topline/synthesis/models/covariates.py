"""Study-level covariates: what differs between trials, as numbers or as levels, and the evidence that has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.choices import as_list, is_number, names_of
from topline.synthesis.evidence.network import Network, levels_of, part_of

Value = float | str


@dataclass(frozen=True)
class Covariate:
    """A covariate with a value for every study of a network, in the order of its studies.

    A covariate of numbers has ``levels`` (), and effects are stated at its ``centre``; one of text has its levels, the
    first of which, ``centre``, is what the others are compared with.
    """

    name: str
    values: tuple[Value, ...]
    levels: tuple[str, ...]
    centre: Value

    @property
    def columns(self) -> tuple[str | None, ...]:
        """What the columns stand for: None for a number, the level for a level other than the first."""
        return self.levels[1:] if self.levels else (None,)

    def numbers(self) -> Array:
        """The values (K,) of a covariate of numbers."""
        return np.array(self.values, dtype=float)

    def scale(self) -> tuple[float, float]:
        """Where the column is centred for the computation, and by what it is divided; 0 and 1 for levels."""
        if self.levels:
            return 0.0, 1.0
        return float(self.numbers().mean()), float(self.numbers().std())

    def coded(self, value: Value) -> Array:
        """The columns (M,) at ``value``: on the scale of the computation, or 1 for the level that it is."""
        if self.levels:
            return np.array([float(level == value) for level in self.levels[1:]])
        middle, spread = self.scale()
        return np.array([(float(value) - middle) / spread])

    def words(self, value: Value) -> str:
        """``value`` as it is written: a level as it is, a number to four digits."""
        return str(value) if self.levels else f"{float(value):.4g}"

    def checked(self, value: object) -> Value:
        """``value`` as a value of this covariate. Raises ``ArgumentError`` (``UnknownNameError``)."""
        if self.levels:
            if not isinstance(value, str) or value not in self.levels:
                raise UnknownNameError.among(f"level of {self.name}", str(value), self.levels)
            return str(value)
        if not is_number(value) or not np.isfinite(value):  # type: ignore[call-overload]
            raise ArgumentError(
                f"{self.name} is a covariate of numbers", found=repr(value)[:80], expected="a finite number"
            )
        return float(value)  # type: ignore[arg-type]


def covariates_of(network: Network, covariate: str | Sequence[str]) -> tuple[str, ...]:
    """The covariates asked for, each once. Raises ``ArgumentError`` (``UnknownNameError``)."""
    names = names_of("the covariate", covariate)
    if len(set(names)) < len(names):
        raise ArgumentError("name one or more covariates, each once", found=repr(covariate)[:80])
    for name in names:
        if name not in network.covariates:
            repair = "read the data with covariates=[...], naming the columns"
            raise UnknownNameError.among("covariate", name, network.covariates, repair=repair)
    return names


def without_values(network: Network, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each covariate, the studies that have no value of it."""
    return {name: tuple(s for s in network.studies if network.covariates[name].get(s) is None) for name in names}


def read_covariate(network: Network, name: str, centre: object = True) -> Covariate:
    """The covariate, every study of the network having a value of it.

    ``centre`` True takes the mean over studies; False takes 0; a number, or the name of a level, is taken as it is.
    Levels stand in the order of how many studies have them, the commonest first. Raises ``DataError`` for a covariate
    that does not vary, ``ArgumentError`` for a centre that is none of its values.
    """
    found: list[Value] = [v for s in network.studies if (v := network.covariates[name].get(s)) is not None]
    if len(set(found)) < 2:
        raise DataError(
            f"the covariate {name} is the same in all studies that have it",
            found=repr(found[0]) if found else "no value",
            expected="at least two values",
            repair="leave it out",
        )
    if all(isinstance(value, int | float) for value in found):
        numeric = Covariate(name, tuple(float(value) for value in found), (), 0.0)
        if centre is True:
            return replace(numeric, centre=float(numeric.numbers().mean()))
        return numeric if centre is False else replace(numeric, centre=numeric.checked(centre))
    counts = Counter(str(value) for value in found)
    levels = tuple(sorted(counts, key=lambda level: (-counts[level], level)))
    covariate = Covariate(name, tuple(str(value) for value in found), levels, levels[0])
    if isinstance(centre, bool):
        return covariate
    first = str(covariate.checked(centre))
    return replace(covariate, levels=(first, *(level for level in levels if level != first)), centre=first)


def restricted(network: Network, studies: Iterable[str]) -> Network:
    """The evidence of ``studies`` alone.

    Raises ``NetworkError`` when they compare nothing, ``DisconnectedError`` when they fall apart.
    """
    kept = set(studies)
    if kept >= set(network.studies):
        return network
    return part_of(network, [arm for arm in levels_of(network) if arm.study in kept])


def at_values(covariates: Sequence[Covariate], at: object) -> list[tuple[Value, ...]]:
    """Where effects are asked for: a value of the only covariate, a mapping by name, or a list or column of either.

    What a mapping leaves out is at its centre; None asks for the centres. Raises ``ArgumentError``.
    """
    if at is None:
        return [tuple(c.centre for c in covariates)]
    if not isinstance(at, Mapping):
        plain = as_list(at)
        # a row of a frame is indexed by covariates, a column by row numbers
        column = isinstance(plain, Mapping) and not all(isinstance(name, str) for name in plain)
        at = list(plain.values()) if isinstance(plain, Mapping) and column else plain
    if isinstance(at, Sequence) and not isinstance(at, str):
        return [values for one in at for values in at_values(covariates, one)]
    if not isinstance(at, Mapping):
        if len(covariates) > 1:
            raise ArgumentError(
                "several covariates need their values by name",
                found=repr(at)[:80],
                expected="such as at={" + ", ".join(f"{c.name!r}: {c.centre!r}" for c in covariates) + "}",
            )
        return [(covariates[0].checked(at),)]
    for name in at:
        if name not in {c.name for c in covariates}:
            raise UnknownNameError.among("covariate", str(name), [c.name for c in covariates])
    return [tuple(c.checked(at[c.name]) if c.name in at else c.centre for c in covariates)]
