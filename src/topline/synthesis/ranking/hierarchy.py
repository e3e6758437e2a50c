"""How probable it is that a statement about the order of the treatments holds, and which orders are most probable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from topline.errors import ArgumentError, UnknownNameError
from topline.synthesis.arrays.hierarchy import Statement, hierarchy_probabilities, statement_probability
from topline.synthesis.choices import is_whole
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.ranking.ranks import difference_on_scale, direction

# shifts of the lattice of points, for the standard error
SHIFTS = 4
Pairs: TypeAlias = tuple[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class HierarchyProbability:
    """A statement in words, its probability, and the standard error that the quasi-random draws leave in it."""

    statement: str
    probability: float
    error: float

    def __float__(self) -> float:
        return self.probability


def hierarchy_probability(
    estimate: Estimate,
    *,
    best: str | Iterable[str] | None = None,
    among_best: Mapping[str, int] | None = None,
    order: Sequence[str] | None = None,
    better: Pairs | None = None,
    minimum_difference: float | None = None,
) -> HierarchyProbability:
    """The probability that all that is given holds at once.

    ``best``: this treatment, or one of these, is the best. ``among_best``: a treatment has a rank at least as good,
    ``{"A": 3}``. ``order``: these stand in this order, the best first, whoever stands between. ``better``: a pair, or
    several, of which the first is better than the second, by more than ``minimum_difference`` if that is given
    (:func:`~topline.synthesis.ranking.ranks.difference_on_scale`).

    Raises ``ArgumentError`` without a direction or a statement, ``UnknownNameError`` for an unknown treatment.
    """
    sign, network = direction(estimate), estimate.network
    if minimum_difference is not None and better is None:
        raise ArgumentError("minimum_difference belongs to better", repair="better=('A', 'B'), minimum_difference=...")
    delta = 0.0 if minimum_difference is None else difference_on_scale(network, minimum_difference)
    first = [] if best is None else _names(network, "best", [best] if isinstance(best, str) else best, 1)
    places = _places(network, among_best)
    ordered = [] if order is None else _names(network, "order", order, 2)
    pairs = [] if better is None else _pairs(network, better)
    if not (first or places or ordered or pairs):
        raise ArgumentError(
            "there is nothing to find the probability of",
            expected="best, among_best, order or better",
            repair="best='A'",
        )
    index = network.index
    statement = Statement(
        best=tuple(index(name) for name in first),
        among_best=tuple((index(name), k) for name, k in places.items()),
        orders=(tuple(index(name) for name in ordered),) if ordered else (),
        better=tuple((index(a), index(b)) for a, b in pairs),
        difference=delta,
    )
    spec = estimate.spec
    seeds = [spec.seed + k for k in range(SHIFTS)]
    probability, error = statement_probability(estimate.mixture, sign, statement, spec.rank_draws, seeds)
    of = "a ratio of " if network.scale == "log" else ""
    by = "" if minimum_difference is None else f" by more than {of}{float(minimum_difference):g}"
    words = _words(first, places, ordered, pairs, by)
    return HierarchyProbability(words, probability, error)


def hierarchies(estimate: Estimate, most: int = 10) -> list[dict[str, Any]]:
    """The most probable complete orders, a row each: ``probability``, then the treatments as ``rank_1`` and so on.

    Raises ``ArgumentError`` without a direction, or when ``most`` is not a whole number from 1.
    """
    if not is_whole(most) or most < 1:
        raise ArgumentError("most is not a whole number from 1", found=repr(most))
    spec, names = estimate.spec, estimate.network.treatments
    orders, probabilities = hierarchy_probabilities(estimate.mixture, direction(estimate), spec.rank_draws, spec.seed)
    # stable: among equals the order of the treatments decides
    shown = np.argsort(-probabilities, kind="stable")[:most]
    return [
        {"probability": float(probabilities[k])} | {f"rank_{r}": names[t] for r, t in enumerate(orders[k].tolist(), 1)}
        for k in shown.tolist()
    ]


def _names(network: Network, argument: str, names: Iterable[str], least: int) -> list[str]:
    """The names, checked: at least so many, each known and given once."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise ArgumentError(
            f"{argument} is not a list of treatments", found=repr(names), repair=f"{argument}=['A', 'B']"
        )
    found = list(names)
    for name in found:
        if name not in network.treatments:
            raise UnknownNameError.among("treatment", str(name), network.treatments)
    if len(set(found)) < max(least, len(found)):
        raise ArgumentError(
            f"{argument} needs {'different treatments' if least > 1 else 'a treatment'}",
            found=", ".join(found) or "none",
            expected=f"at least {least}, each once",
        )
    return found


def _places(network: Network, among_best: Mapping[str, int] | None) -> dict[str, int]:
    if among_best is None:
        return {}
    if not isinstance(among_best, Mapping) or not among_best:
        raise ArgumentError(
            "among_best is not a mapping of treatments to ranks", found=repr(among_best), repair="among_best={'A': 3}"
        )
    _names(network, "among_best", among_best, 1)
    for name, k in among_best.items():
        if not is_whole(k) or not 1 <= k <= len(network.treatments):
            raise ArgumentError(
                f"the rank of {name!r} in among_best is not one",
                found=repr(k),
                expected=f"a whole number from 1 to {len(network.treatments)}",
            )
    return {name: int(k) for name, k in among_best.items()}


def _pairs(network: Network, better: Pairs) -> list[tuple[str, str]]:
    given = list(better) if isinstance(better, Iterable) and not isinstance(better, str) else []
    pairs: list[Any] = [given] if given and all(isinstance(part, str) for part in given) else given
    found = []
    for pair in pairs:
        members = _names(network, "better", pair, 2)
        if len(members) != 2:
            raise ArgumentError("better takes two treatments", found=repr(pair), repair="better=('A', 'B')")
        found.append((members[0], members[1]))
    if not found:
        raise ArgumentError("better holds no pair of treatments", found=repr(better), repair="better=('A', 'B')")
    return found


def _words(
    best: Sequence[str],
    places: Mapping[str, int],
    order: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    by: str,
) -> str:
    parts = []
    if best:
        parts.append(f"{best[0]} is best" if len(best) == 1 else f"one of {', '.join(best)} is best")
    parts += [f"{name} is among the best {k}" for name, k in places.items()]
    if order:
        parts.append(" before ".join(order))
    parts += [f"{a} is better than {b}{by}" for a, b in pairs]
    return "; ".join(parts)
