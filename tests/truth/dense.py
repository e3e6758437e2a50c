"""The same models with every matrix written out: slow, plain, and independent of the Laplacian.

Contrasts of each study against its first arm, V = v_1 11' + diag(v), Sigma = (I + 11')/2 (correlation one half).
"""

import numpy as np


def contrasts(arrays):
    """(y, X, V, Sigma) of arm arrays; X has one column a treatment (the caller drops the ground)."""
    blocks = []
    for s in range(arrays.n_studies):
        rows = np.flatnonzero(arrays.study == s)
        first, others = rows[0], rows[1:]
        m = len(others)
        x = np.zeros((m, arrays.n_treatments))
        x[np.arange(m), arrays.treatment[others]] = 1
        x[:, arrays.treatment[first]] -= 1
        v = arrays.v[first] * np.ones((m, m)) + np.diag(arrays.v[others])
        sigma = (np.eye(m) + np.ones((m, m))) / 2
        blocks.append((arrays.y[others] - arrays.y[first], x, v, sigma))
    n = sum(len(b[0]) for b in blocks)
    v, sigma, at = np.zeros((n, n)), np.zeros((n, n)), 0
    for b in blocks:
        m = len(b[0])
        v[at : at + m, at : at + m], sigma[at : at + m, at : at + m] = b[2], b[3]
        at += m
    return np.concatenate([b[0] for b in blocks]), np.vstack([b[1] for b in blocks]), v, sigma


def gls(y, x, w):
    """Estimate, covariance and residual quadratic form for weight matrix w."""
    covariance = np.linalg.inv(x.T @ w @ x)
    d = covariance @ x.T @ w @ y
    return d, covariance, float((y - x @ d) @ w @ (y - x @ d))


def log_likelihood(y, x, v, sigma, tau2, restricted=True):
    total = v + tau2 * sigma
    w = np.linalg.inv(total)
    _, covariance, q = gls(y, x, w)
    value = -0.5 * (np.linalg.slogdet(total)[1] + q)
    return value + 0.5 * np.linalg.slogdet(covariance)[1] if restricted else value


def golden_section(function, lower, upper, steps=90):
    """The place of the maximum of a unimodal function."""
    ratio = (5**0.5 - 1) / 2
    a, b = upper - ratio * (upper - lower), lower + ratio * (upper - lower)
    fa, fb = function(a), function(b)
    for _ in range(steps):
        if fa > fb:
            upper, b, fb = b, a, fa
            a = upper - ratio * (upper - lower)
            fa = function(a)
        else:
            lower, a, fa = a, b, fb
            b = lower + ratio * (upper - lower)
            fb = function(b)
    return (lower + upper) / 2


def moments_tau2(y, x, v, sigma):
    w = np.linalg.inv(v)
    _, covariance, q = gls(y, x, w)
    p = w - w @ x @ covariance @ x.T @ w
    return max(0.0, (q - (len(y) - x.shape[1])) / np.trace(p @ sigma))
