"""Ranks: the probability of being better, P-scores, SUCRA, rank probabilities, and the precision of the hierarchy.

P-score: the mean over rivals of the probability of being better (Rücker and Schwarzer 2015, BMC Med Res Methodol
15:58). SUCRA: (T - mean rank)/(T - 1) (Salanti, Ades and Ioannidis 2011, J Clin Epidemiol 64:163). As the mean rank is
1 plus the sum of the probabilities of rivals being better, the two are equal, in a mixture too.

With a difference that matters, delta: the P-score takes the probability of being better by more than delta (Mavridis,
Porcher, Nikolakopoulou, Salanti and Ravaud 2020, Biom J 62:375), and treatments within delta of each other are tied.
Ties at their midpoint keep the mean of all SUCRA at one half (Curteis, Wigle, Michaels and Nikolakopoulou 2025, BMC Med
Res Methodol).

Predictive P-score: the same in a new trial, whose effects scatter with tau2 (Rosenberger, Duan, Chen and Lin 2021, BMC
Med Res Methodol 21:213). POTH: the variance of the scores as a share of what a certain hierarchy has (Wigle, Béliveau,
Salanti, Rücker, Schwarzer, Mavridis and Nikolakopoulou 2025, Stat Med).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topline.estimators import normal_probability
from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.arrays.mixture import Mixture, contrasts, joint_draws, probability


def better_probabilities(mixture: Mixture, sign: int, difference: float = 0.0, *, predictive: bool = False) -> Array:
    """The probability (T, T) that row is better than column by more than ``difference`` (0 or above).

    ``sign`` is 1 when higher is better, else -1. ``predictive`` adds tau2 to the variance, as in a new trial. By t
    where the mixture has degrees of freedom, else normal.
    """
    n = mixture.n_treatments
    i, j = np.triu_indices(n, 1)
    pairs = contrasts(mixture, i, j)
    variance = pairs.variances + (pairs.tau2[:, None] if predictive else 0.0)
    sd, ahead = np.sqrt(variance), sign * pairs.means
    result = np.zeros((n, n))
    upper = mixture.weights @ probability((ahead - difference) / sd, mixture.degrees)
    lower = 1 - upper
    if difference != 0:
        lower = mixture.weights @ probability((-ahead - difference) / sd, mixture.degrees)
    result[i, j], result[j, i] = upper, lower
    return result


def p_scores(mixture: Mixture, sign: int) -> Array:
    """P-scores (T,), which are the SUCRA values too."""
    return mean_over_rivals(better_probabilities(mixture, sign))


def mean_over_rivals(probabilities: Array) -> Array:
    """Scores (T,) from the probabilities (T, T) that row beats column."""
    return np.asarray(probabilities.sum(axis=1) / (len(probabilities) - 1))


def precision_of_hierarchy(scores: Array) -> Array:
    """POTH of scores (..., T), T >= 2: 0 when all are one half, 1 when they are evenly spaced from 0 to 1."""
    n = scores.shape[-1]
    return np.asarray(12 * (n - 1) / (n * (n + 1)) * ((scores - 0.5) ** 2).sum(axis=-1))


def rank_probabilities(mixture: Mixture, sign: int, n: int, seed: int) -> Array:
    """The probability (T, T) of each treatment (row) taking each rank (column, best first), from ``n`` draws."""
    merit = joint_draws(mixture, n, seed)[0]
    merit *= sign
    places = ranks_in(merit)
    return np.stack([np.bincount(row, minlength=len(places) + 1)[1:] for row in places]) / n


def ranks_in(merit: Array) -> NDArray[np.unsignedinteger[Any]]:
    """The rank (T, n) of each treatment (row) in each draw (column) of its merit, 1 the highest.

    Counted pair by pair, which beats sorting for the numbers of treatments that networks have.
    """
    small = np.min_scalar_type(len(merit))
    places = np.ones(merit.shape, dtype=small)
    for i in range(1, len(merit)):
        ahead = merit[:i] > merit[i]
        places[i] += ahead.sum(axis=0, dtype=small)
        places[:i] += ~ahead
    return places


def tied_rank_probabilities(mixture: Mixture, sign: int, difference: float, n: int, seed: int) -> Array:
    """Rank probabilities (T, T) where treatments within ``difference`` of each other are tied.

    With b rivals better by more than the difference and m within it, a treatment shares ranks b + 1 to b + m + 1
    evenly. Rows sum to 1; columns need not, since two treatments may both be tied with a third and not with each other.
    """
    merit = sign * joint_draws(mixture, n, seed)[0]
    size = len(merit)
    result = np.empty((size, size))
    for i in range(size):
        ahead = merit - merit[i]
        better = (ahead > difference).sum(axis=0)
        tied = (ahead >= -difference).sum(axis=0) - better
        step = np.bincount(better, 1 / tied, size + 1) - np.bincount(better + tied, 1 / tied, size + 1)
        result[i] = np.maximum(np.cumsum(step)[:size], 0) / n
    return result


def probability_errors(mixture: Mixture, sign: int, n: int, seed: int, shifts: int = 4) -> Array:
    """The standard error (T, T) of the rank probabilities that the draws leave.

    Plain simulation has sqrt(p (1 - p)/n). The points are a lattice, which does better by a factor that the spread over
    random ``shifts`` of it tells (Cranley and Patterson 1976, SIAM J Numer Anal 13:904), pooled over all probabilities.
    An event that never occurs in n draws counts as 1 in n + 2.
    """
    found = np.stack([rank_probabilities(mixture, sign, n, seed + k) for k in range(shifts)])
    mean = found.mean(axis=0)
    plain = (mean * (1 - mean)).sum() / n
    share = found.var(axis=0, ddof=1).sum() / plain if plain > 0 else 0.0
    kept = (found[0] * n + 1) / (n + 2)
    return np.asarray(np.sqrt(share * kept * (1 - kept) / n))


def rank_quantile(probabilities: Array, p: float) -> Index:
    """The smallest rank (T,), from 1, by which at least ``p`` of the probability has come."""
    return np.asarray((np.cumsum(probabilities, axis=1) < p - 1e-9).sum(axis=1) + 1, dtype=np.intp)


def new_trial_shares(mixture: Mixture, sign: int, n: int, seed: int) -> Array:
    """The share of rivals (T, n) that each treatment is expected to beat in a new trial, for each draw of the effects.

    In a draw with effects d and tau2 it is the mean over rivals of Phi((d_i - d_j)/tau), Rosenberger's expected scaled
    rank, whose mean over draws is the predictive P-score; at tau2 = 0 the scaled rank itself.
    """
    effects, tau2 = joint_draws(mixture, n, seed)
    merit, tau = sign * effects, np.sqrt(tau2)
    scattered = tau > 0
    shares = np.zeros_like(merit)
    for i in range(1, len(merit)):
        gap = merit[i] - merit[:i]
        wins = (gap > 0).astype(float)
        wins[:, scattered] = normal_probability(gap[:, scattered] / tau[scattered])
        shares[i] += wins.sum(axis=0)
        shares[:i] += 1 - wins
    return shares / (len(merit) - 1)
