"""Pairwise and network meta-analysis: from trial results to relative and absolute effects."""

from topline.synthesis.absolute.outcomes import absolute_outcomes
from topline.synthesis.api import nma
from topline.synthesis.components.api import component_nma
from topline.synthesis.components.fit import ComponentFit
from topline.synthesis.evidence.data import read_network
from topline.synthesis.evidence.network import Network
from topline.synthesis.evidence.selection import Selection, select_evidence
from topline.synthesis.fit import NmaFit, fit
from topline.synthesis.priors import HalfNormal, Prior, Uniform, parse_prior
from topline.synthesis.ranking.partial_order import PartialOrder, partial_order
from topline.synthesis.spec import ModelSpec, plan

__all__ = [
    "ComponentFit", "HalfNormal", "ModelSpec", "Network", "NmaFit", "PartialOrder", "Prior", "Selection", "Uniform",
    "absolute_outcomes", "component_nma", "fit", "nma", "parse_prior", "partial_order", "plan",
    "read_network", "select_evidence",
]  # fmt: skip
