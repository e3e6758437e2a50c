"""Adverse events: rates and risk differences against the reference arm of the same trial."""

from topline.safety.profile import safety_profile

__all__ = ["safety_profile"]
