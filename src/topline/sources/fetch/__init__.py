"""The only way out to the network: public addresses only, checked at every hop, and never more than was allowed for.

Proxies named in the environment are not used: a proxy would resolve names itself, and the check of the address that is
connected to would be void.
"""

from topline.sources.fetch.cache import Cache, Cached, default_cache
from topline.sources.fetch.client import Fetched, Limits, fetch
from topline.sources.fetch.studies import REGISTRY, fetch_study, registry_address

__all__ = [
    "REGISTRY", "Cache", "Cached", "Fetched", "Limits", "default_cache", "fetch", "fetch_study", "registry_address",
]  # fmt: skip
