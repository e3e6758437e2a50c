"""Absolute outcomes: from relative effects and a baseline."""
