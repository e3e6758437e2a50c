"""Combinations of treatments as the sum of their parts."""
