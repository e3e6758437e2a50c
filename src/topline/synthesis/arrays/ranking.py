"""Ranks: the probability of being better, P-scores, SUCRA, and rank probabilities.

P-score: the mean over rivals of the probability of being better (Rücker and Schwarzer 2015, BMC Med Res Methodol
15:58). SUCRA: (T - mean rank)/(T - 1) (Salanti, Ades and Ioannidis 2011, J Clin Epidemiol 64:163). As the mean rank is
1 plus the sum of the probabilities of rivals being better, the two are equal, in a mixture too.
"""

from __future__ import annotations

import numpy as np

from topline.estimators import normal_probability
from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.arrays.mixture import Mixture, contrasts, draws


def better_probabilities(mixture: Mixture, sign: int) -> Array:
    """The probability (T, T) that row is better than column; ``sign`` is 1 when higher is better, else -1."""
    n = mixture.n_treatments
    i, j = np.triu_indices(n, 1)
    pairs = contrasts(mixture, i, j)
    upper = mixture.weights @ normal_probability(sign * pairs.means / np.sqrt(pairs.variances))
    result = np.zeros((n, n))
    result[i, j], result[j, i] = upper, 1 - upper
    return result


def p_scores(mixture: Mixture, sign: int) -> Array:
    """P-scores (T,), which are the SUCRA values too."""
    return np.asarray(better_probabilities(mixture, sign).sum(axis=1) / (mixture.n_treatments - 1))


def rank_probabilities(mixture: Mixture, sign: int, n: int, seed: int) -> Array:
    """The probability (T, T) of each treatment (row) taking each rank (column, best first), from ``n`` draws."""
    size = mixture.n_treatments
    order = np.argsort(-sign * draws(mixture, n, seed), axis=1, kind="stable")
    flat = order * size + np.arange(size)
    return np.bincount(flat.ravel(), minlength=size * size).reshape(size, size) / n


def rank_quantile(probabilities: Array, p: float) -> Index:
    """The smallest rank (T,), from 1, by which at least ``p`` of the probability has come."""
    return np.asarray((np.cumsum(probabilities, axis=1) < p - 1e-9).sum(axis=1) + 1, dtype=np.intp)
