"""Which components each treatment is made of, read from its name, and the columns that follow for a linear model.

"Fluticasone+Salmeterol" is made of two components. The matrix C has a row a treatment and a column a component, 1 where
the treatment holds it; a column for an interaction is 1 where the treatment holds all of its components. The inactive
component, usually placebo, has no column: its effect is taken as 0.

Source: Welton, Caldwell, Adamopoulos and Vedhara 2009, Am J Epidemiol 169:1158; Rücker, Petropoulou and Schwarzer 2020,
Biom J 62:808.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis.arrays.laplacian import Array

Interaction = tuple[str, ...]

# how combinations are written in practice, for an offer when the separator that was given is in no name
USUAL_SEPARATORS = ("+", " & ", " / ", "/", " and ", " plus ", " with ", ";", "_", "|")


@dataclass(frozen=True)
class Composition:
    """The components of every treatment.

    ``components`` are sorted and leave ``inactive`` out; ``parts`` holds the components of each of ``treatments``, the
    inactive one included. ``interactions`` are sorted tuples of two or more components.
    """

    treatments: tuple[str, ...]
    parts: tuple[frozenset[str], ...]
    components: tuple[str, ...]
    inactive: str | None
    separator: str
    interactions: tuple[Interaction, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of C: the components, then the interactions, written ``A*B``."""
        return (*self.components, *map(interaction_name, self.interactions))

    @property
    def matrix(self) -> Array:
        """C (T, p): a row a treatment, a column a component or an interaction."""
        return np.array([self.row(held) for held in self.parts])

    def row(self, held: frozenset[str]) -> Array:
        """The row of C (p,) for a treatment of these components, whether it was studied or not."""
        single = [float(name in held) for name in self.components]
        return np.array(single + [float(held.issuperset(names)) for names in self.interactions])

    def read(self, treatment: Any) -> tuple[str, frozenset[str]]:
        """The name and the components of a treatment, studied or not; a studied one has the name that it has here.

        Raises ``ArgumentError`` for what is no name, ``UnknownNameError`` for a component that no treatment has.
        """
        if not isinstance(treatment, str):
            raise ArgumentError(
                "a treatment is not text", found=repr(treatment), expected=f"such as {self._example()!r}"
            )
        if treatment in self.treatments:
            return treatment, self.parts[self.treatments.index(treatment)]
        held = _parts(treatment, self.separator)
        for name in sorted(held):
            if name not in self.components and name != self.inactive:
                raise UnknownNameError.among("component", name, self._everything())
        for known, own in zip(self.treatments, self.parts, strict=True):
            if own == held:
                return known, own
        return treatment.strip(), held

    def with_interactions(self, interactions: Any) -> Composition:
        """The same components with these interactions instead.

        Raises ``ArgumentError`` for one that no treatment has, that is named twice, or that is no tuple of components;
        ``UnknownNameError`` for a component that is not there.
        """
        return replace(self, interactions=_interactions(interactions, self))

    def pairs(self) -> list[Interaction]:
        """Every two components that some treatment holds together, sorted."""
        names = self.components
        together = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
        return [pair for pair in together if any(held.issuperset(pair) for held in self.parts)]

    def _everything(self) -> list[str]:
        return sorted(set().union(*self.parts))

    def _example(self) -> str:
        return next(name for name, held in zip(self.treatments, self.parts, strict=True) if len(held) > 1)


def compose(
    treatments: Sequence[str], *, inactive: str | None = None, separator: str = "+", interactions: Any = ()
) -> Composition:
    """Read the components of ``treatments`` off their names, spaces around them trimmed.

    Raises ``ArgumentError`` for a separator that can't be one or that no name holds, and for interactions (see
    :meth:`Composition.with_interactions`); ``UnknownNameError`` for an inactive component that no treatment holds;
    ``DataError`` for a name with an empty or a repeated component, and for two names of one set of components.
    """
    _check_separator(separator)
    parts = tuple(_parts(name, separator) for name in treatments)
    if all(len(held) == 1 for held in parts):
        _refuse_singles(treatments, separator)
    seen: dict[frozenset[str], str] = {}
    for name, held in zip(treatments, parts, strict=True):
        if held in seen:
            raise DataError(
                f"two treatments are made of the same components ({', '.join(sorted(held))})",
                found=f"{seen[held]!r} and {name!r}",
                expected="one name for one combination",
                repair="give both the same name in the data; the order of the components makes no difference",
            )
        seen[held] = name
    everything = sorted(set().union(*parts))
    if inactive is not None and not isinstance(inactive, str):
        raise ArgumentError("inactive is not text", found=repr(inactive), expected="the name of a component")
    if inactive is not None and inactive not in everything:
        raise UnknownNameError.among("component", inactive, everything)
    components = tuple(name for name in everything if name != inactive)
    return Composition(tuple(treatments), parts, components, inactive, separator, ()).with_interactions(interactions)


def interaction_name(names: Iterable[str]) -> str:
    """An interaction in print: ``A*B``."""
    return "*".join(names)


def _check_separator(separator: Any) -> None:
    if not isinstance(separator, str) or not separator.strip():
        raise ArgumentError("this can't separate components", found=repr(separator), expected="such as '+'")
    if separator[0].isalnum() or separator[-1].isalnum():
        raise ArgumentError(
            "a separator that begins or ends with a letter or a digit would cut names apart",
            found=repr(separator),
            expected="such as '+' or ' and '",
            repair=f"put spaces around it: separator={' ' + separator.strip() + ' '!r}",
        )


def _parts(treatment: str, separator: str) -> frozenset[str]:
    """The components of one treatment."""
    names = [name.strip() for name in treatment.split(separator)]
    if not all(names):
        raise DataError(
            f"the treatment {treatment!r} has a component without a name",
            found=" | ".join(names),
            expected=f"a name on either side of {separator!r}",
            repair="rename the treatment, or choose a separator that is in no name",
        )
    if len(set(names)) < len(names):
        twice = ", ".join(sorted({name for name in names if names.count(name) > 1}))
        raise DataError(
            f"the treatment {treatment!r} names a component twice",
            found=twice,
            expected="each component once",
            repair="give a dose of its own a name of its own, such as 'A 20 mg'",
        )
    return frozenset(names)


def _refuse_singles(treatments: Sequence[str], separator: str) -> None:
    found = [s for s in USUAL_SEPARATORS if s != separator and any(s in name for name in treatments)]
    repair = "without combinations the network meta-analysis says it all: use nma()"
    if found:
        repair = f"choose the separator of these names: {' or '.join(f'separator={s!r}' for s in found)}"
    raise ArgumentError(
        "no treatment is a combination, so that there are no components to tell apart",
        found=f"no {separator!r} in {', '.join(map(repr, treatments[:6]))}" + (", …" if len(treatments) > 6 else ""),
        expected=f"at least one treatment such as 'A{separator}B'",
        repair=repair,
    )


def _interactions(given: Any, composition: Composition) -> tuple[Interaction, ...]:
    """The interactions sorted, each checked against the treatments."""
    expected = "tuples of components, such as [('A', 'B')]"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ArgumentError("interactions are not a list of tuples", found=repr(given), expected=expected)
    found: list[Interaction] = []
    for names in given:
        is_tuple = isinstance(names, (tuple, list)) and len(names) > 1 and all(isinstance(n, str) for n in names)
        if not is_tuple or len(set(names)) < len(names):
            raise ArgumentError("an interaction is of two or more components", found=repr(names), expected=expected)
        for name in names:
            if name == composition.inactive:
                raise ArgumentError(
                    "the inactive component has no effect, so that it has no interaction",
                    found=repr(tuple(names)),
                    repair=f"leave {name} out, or fit the model without inactive={name!r}",
                )
            if name not in composition.components:
                raise UnknownNameError.among("component", name, composition.components)
        interaction = tuple(sorted(names))
        if interaction in found:
            raise ArgumentError("an interaction is named twice", found=repr(interaction), expected="each once")
        if not any(held.issuperset(interaction) for held in composition.parts):
            together = ", ".join(map(interaction_name, composition.pairs())) or "no two components at all"
            raise ArgumentError(
                f"no treatment holds {' and '.join(interaction)} together",
                found=interaction_name(interaction),
                expected=f"components of one treatment; two by two these are: {together}",
            )
        found.append(interaction)
    return tuple(sorted(found))
