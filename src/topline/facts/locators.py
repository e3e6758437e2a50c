"""Where in its source a fact stands, in words made from structured fields, never from free text."""

from __future__ import annotations

from topline.records import Endpoint, Fact, Source, Trial

REGISTRY = "registry record"
REPOSITORY = "copy in a public repository"
DATA_KINDS = (REGISTRY, REPOSITORY)
"""Kinds whose titles name a trial or a table, and so tell nothing of what came later."""

_KINDS = (
    (REGISTRY, ("clinicaltrials.gov", "clinicaltrialsregister.eu", "anzctr.org")),
    ("company filing", ("sec.gov",)),
    ("press release", ("prnewswire", "globenewswire", "press-release", "businesswire")),
    ("journal article", ("pubmed.", "pmc.ncbi", "doi:", "doi.org")),
    ("assessment body", ("nice.org.uk",)),
    (REPOSITORY, ("github:",)),
)


def source_kind(source: Source) -> str:
    """What kind of document a source is, told from its address; ``web page`` where the address does not say."""
    address = source.address.lower()
    return next((kind for kind, marks in _KINDS if any(mark in address for mark in marks)), "web page")


def locate(fact: Fact, trial: Trial, endpoint: Endpoint, source: Source) -> str:
    """For example ``NCT05651711, arm placebo, EASI-75 at week 24 (registry record)``."""
    return (
        f"{trial.nct_id or trial.trial}, arm {fact.arm}, {endpoint.label} at week {fact.week} ({source_kind(source)})"
    )
