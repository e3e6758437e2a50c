"""Odds ratios from sparse counts, without corrections."""
