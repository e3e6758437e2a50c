"""The brief: composed and worded from records; the pages come from the exhibits."""

from topline.brief.compose import compose
from topline.brief.inputs import Analysis, BriefInputs, SensitivityAnalysis

__all__ = ["Analysis", "BriefInputs", "SensitivityAnalysis", "compose"]
