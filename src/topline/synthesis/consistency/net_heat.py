"""Net heat: which design disagrees with which, and which one drives it."""

from __future__ import annotations

import msgspec
import numpy as np

from topline.errors import NetworkError
from topline.estimators import chi_square_p
from topline.exhibits import Figure
from topline.exhibits.net_heat import HeatDesign, net_heat_chart
from topline.exhibits.text import fixed, p_value, significant
from topline.synthesis.arrays.detachment import detach, hat, second_stage
from topline.synthesis.consistency.designs import design_name, tau2_of, weighted_designs
from topline.synthesis.engines import Estimate

# below this share of the largest part of Q, two parts are the same but for rounding
TIE = 1e-9


class HeatCell(msgspec.Struct, frozen=True, kw_only=True):
    """What detaching the design ``detached`` takes off the part of Q between designs that ``design`` has.

    Above 0: the two disagree. Below 0: ``detached`` supported ``design``. With itself: the whole of its part.
    ``hat`` is the weight of the estimate from ``detached`` in the network's estimates for the treatments of ``design``.
    """

    design: str
    detached: str
    heat: float
    hat: float


def net_heat(estimate: Estimate, model: str = "common", method: str | None = None) -> tuple[HeatCell, ...]:
    """A row for each ordered pair of designs that others can contradict, the largest part of Q between designs first.

    Empty where there are none. tau2 is 0, or for ``model="random"`` that within designs, by ``method`` or the fit's own
    engine. Raises ``ArgumentError`` for engines without Q, an unknown model or method, and where tau2 within designs
    can't be estimated.
    """
    return _tabulate(estimate, model, method)[0]


def _tabulate(estimate: Estimate, model: str, method: str | None) -> tuple[tuple[HeatCell, ...], float, int, float]:
    """The cells, Q between designs, its degrees of freedom, and tau2."""
    parts = weighted_designs(estimate)
    network = estimate.network
    tau2 = tau2_of(estimate, parts, model, method)
    stage = second_stage(parts, len(network.treatments), tau2)
    heat, weight = detach(stage).heat, hat(parts, stage)
    names = [design_name(network, part) for part in parts]
    # parts that are equal on paper, as in a single loop, stand in the order of their names
    step = TIE * float(stage.q.max(initial=0.0)) or 1.0
    order = sorted(np.flatnonzero(stage.loss).tolist(), key=lambda k: (-round(float(stage.q[k]) / step), names[k]))
    cells = tuple(
        HeatCell(design=names[d], detached=names[e], heat=float(heat[d, e]), hat=float(weight[d, e]))
        for d in order
        for e in order
    )
    return cells, float(stage.q.sum()), stage.df, tau2


def net_heat_figure(estimate: Estimate, model: str = "common", method: str | None = None) -> Figure:
    """The net heat plot. Raises as :func:`net_heat` does, and ``NetworkError`` where no design can be contradicted."""
    cells, q, df, tau2 = _tabulate(estimate, model, method)
    if not cells:
        raise NetworkError(
            "a net heat plot needs designs that can contradict each other",
            found="every comparison rests on one design alone: no treatments are joined in two ways",
            repair="look at the heterogeneity within designs instead: design_decomposition()",
        )
    size = round(len(cells) ** 0.5)
    rows = [cells[k * size : (k + 1) * size] for k in range(size)]
    p = chi_square_p(q, df)
    assert p is not None
    effects = (
        "common effect" if model.lower() == "common" else f"random effects, tau2 {significant(tau2)} within designs"
    )
    return net_heat_chart(
        "net-heat",
        f"Q between designs is {fixed(q, 1)} on {df} degrees of freedom, p {p_value(p)} ({effects})",
        [HeatDesign(row[0].design, tuple(cell.heat for cell in row), tuple(cell.hat for cell in row)) for row in rows],
    )
