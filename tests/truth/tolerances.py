"""How close is close enough, and why."""

# between our own engines and a brute-force computation of the same formula: double precision through one solve
SAME_FORMULA = 1e-8

# another package's closed form, printed to 15 or more digits: only rounding in another order of operations
CLOSED_FORM = 1e-6

# another package's iterated maximum: metafor's rma.mv stops when the likelihood is flat, which leaves about 6 digits
ITERATED = 1e-5

# tau2 at the boundary: ours is exactly 0, an optimiser stops near 1e-10
BOUNDARY_TAU2 = 1e-8

# our posterior against dense quadrature of the same model, in posterior standard deviations. The stored posteriors have
# N(0, 100^2) on the trial level where ours is flat: that moves a mean by about v/100^2, 1e-5 here
EXACT_POSTERIOR = 1e-5
FLAT_LEVEL = 2e-4

# k standard errors of a simulation: 4 is passed by chance once in 16,000
MONTE_CARLO_SE = 4.0

# rank probabilities from our quasi-random draws against their exact values: n^-1 log n is 6e-4 at n = 16381; measured
# 5e-4
QUASI_RANDOM = 2e-3


def close(found: float, expected: float, tolerance: float, se: float = 0.0) -> bool:
    """Within ``tolerance`` of the larger of the expected value and its standard error."""
    return abs(found - expected) <= tolerance * max(abs(expected), se, 1e-300)
