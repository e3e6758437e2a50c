"""The verb: a component network meta-analysis of any table, connected or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from topline.errors import ArgumentError
from topline.synthesis.components.composition import Interaction
from topline.synthesis.components.fit import ComponentFit, check_engine, component_fit
from topline.synthesis.evidence.data import read_network
from topline.synthesis.spec import plan


def component_nma(
    data: Any,
    *,
    measure: str = "OR",
    model: str = "random",
    engine: str = "reml",
    inactive: str | None = None,
    separator: str = "+",
    interactions: Iterable[Interaction] = (),
    reference: str | None = None,
    better: str | None = None,
    level: float = 0.95,
    ci: str = "wald",
    columns: Mapping[str, str] | None = None,
    contrasts: Any = None,
    continuity: float = 0.5,
    continuity_rule: str = "only0",
    smd_correction: str = "exact",
) -> ComponentFit:
    """Fit a component network meta-analysis; trials need not join all treatments where components do.

    Treatments are named by their components, with ``separator`` between them. ``inactive`` is the component that has no
    effect, usually placebo. ``interactions`` are tuples of components that may do more or less together than the sum:
    ``[("A", "B")]``. ``engine`` estimates tau2: ``reml``, ``dl`` or ``ml``. ``reference`` is by default the inactive
    component where that is a treatment. The other arguments are those of :func:`topline.synthesis.api.nma`.

    Raises ``DataError`` for wrong data and for names that can't be read; ``NetworkError`` when neither trials nor
    components join all treatments; ``ArgumentError`` (``UnknownNameError``) for a request that can't be understood;
    ``FitError`` when a fit fails.
    """
    _check_types(
        measure=measure, model=model, engine=engine, ci=ci, continuity_rule=continuity_rule,
        smd_correction=smd_correction, reference=reference, better=better,
    )  # fmt: skip
    check_engine(engine)
    for name, number in (("level", level), ("continuity", continuity)):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ArgumentError(f"{name} is not a number", found=repr(number), expected="a number")
    if columns is not None and not isinstance(columns, Mapping):
        raise ArgumentError(
            "columns is not a mapping",
            found=repr(columns),
            expected="roles to column names",
            repair='columns={"study": "studyn", "treatment": "trtc"}',
        )
    network = read_network(
        data,
        measure=measure,
        columns=columns,
        contrasts=contrasts,
        continuity=continuity,
        continuity_rule=continuity_rule,
        smd_correction=smd_correction,
        allow_disconnected=True,
    )
    if reference is None and inactive in network.treatments:
        reference = inactive
    spec = plan(network, model=model, engine=engine, reference=reference, better=better, level=level, ci=ci)
    return component_fit(spec, inactive=inactive, separator=separator, interactions=interactions)


def _check_types(**given: Any) -> None:
    """Refuse what is not text here, before it fails somewhere without a name."""
    for name, value in given.items():
        if not isinstance(value, str) and not (value is None and name in ("reference", "better")):
            raise ArgumentError(f"{name} is not text", found=repr(value), expected="text")
