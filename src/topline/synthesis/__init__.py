"""Pairwise and network meta-analysis: from trial results to relative and absolute effects."""

from topline.synthesis.absolute import absolute_outcomes
from topline.synthesis.api import nma
from topline.synthesis.data import read_network
from topline.synthesis.fit import NmaFit, fit
from topline.synthesis.network import Network, components
from topline.synthesis.priors import HalfNormal, Prior, Uniform, parse_prior
from topline.synthesis.selection import Selection, select_evidence
from topline.synthesis.spec import ModelSpec, plan

__all__ = [
    "HalfNormal", "ModelSpec", "Network", "NmaFit", "Prior", "Selection", "Uniform", "absolute_outcomes", "components",
    "fit", "nma", "parse_prior", "plan", "read_network", "select_evidence",
]  # fmt: skip
