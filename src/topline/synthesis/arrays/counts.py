"""Arms as counts: events of n, by study and treatment, for the likelihoods that need no continuity correction."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.laplacian import Array, Index


@dataclass(frozen=True)
class CountArrays:
    """Arms sorted by study and treatment.

    ``study``, ``treatment`` (A,) count from 0; ``events``, ``n`` (A,) with 0 <= events <= n and n > 0. A study has each
    treatment at most once, and its own free level.
    """

    study: Index
    treatment: Index
    events: Array
    n: Array
    n_studies: int
    n_treatments: int

    def of_study(self) -> list[slice]:
        """The arms of each study (K), as slices."""
        edges = np.searchsorted(self.study, np.arange(self.n_studies + 1)).tolist()
        return [slice(a, b) for a, b in itertools.pairwise(edges)]


def count_arrays(study: Index, treatment: Index, events: Array, n: Array, n_treatments: int) -> CountArrays:
    """Sort the arms and number the studies from 0, in their order."""
    order = np.lexsort((treatment, study))
    _, s = np.unique(study[order], return_inverse=True)
    return CountArrays(
        study=s.astype(np.intp),
        treatment=treatment[order].astype(np.intp),
        events=events[order].astype(float),
        n=n[order].astype(float),
        n_studies=int(s.max()) + 1,
        n_treatments=n_treatments,
    )


def merge(treatment: Index, one: int, other: int) -> Index:
    """Treatments (A,) numbered anew with ``one`` as ``other``: the columns left once their difference is fixed."""
    merged = np.where(treatment == one, other, treatment)
    return np.asarray(merged - (merged > one))
