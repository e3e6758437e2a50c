"""Colours by meaning: Okabe and Ito's palette, safe for the common kinds of colour blindness.

Source: M. Okabe and K. Ito, "Color Universal Design", 2008 (jfly.uni-koeln.de/color). The colours here keep a contrast
of at least 3 to 1 with the light page and, through the page's style sheet, with the dark one. Nothing depends on
colour alone: each meaning also has a shape, a weight or a word.
"""

from __future__ import annotations

from typing import Final, Literal

Role = Literal["programme", "rival", "reference", "harm"]

BLUE: Final = "#0072B2"
SKY_BLUE: Final = "#56B4E9"
VERMILION: Final = "#D55E00"
ORANGE: Final = "#E69F00"
GREY: Final = "#6B7075"
LIGHT_GREY: Final = "#A3A8AE"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
# For areas that lie over each other; light enough to be behind words.
SHADES: Final = (SKY_BLUE, ORANGE, GREEN, PURPLE)
# Tints of blue and of vermilion that words can stand on, the palest first, and what lies between the two.
BLUE_TINTS: Final = ("#CCE3F0", "#99C7E0", "#66AAD1")
VERMILION_TINTS: Final = ("#F7DFCC", "#EEBF99", "#E69E66")
BETWEEN: Final = "#F4F5F6"
ON_TINT: Final = "#1B1D20"
TEXT: Final = "currentColor"

ON_LIGHT: Final[dict[Role, str]] = {"programme": BLUE, "rival": GREY, "reference": TEXT, "harm": VERMILION}
ON_DARK: Final[dict[Role, str]] = {"programme": SKY_BLUE, "rival": LIGHT_GREY, "reference": TEXT, "harm": ORANGE}


def colour_of(role: Role) -> str:
    """The colour of a role on a light background; ``currentColor`` means the colour of the text around it."""
    return ON_LIGHT[role]
