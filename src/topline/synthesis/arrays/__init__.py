"""Numerics of synthesis: plain arrays in, small frozen dataclasses out; papers' symbols, papers cited."""
