"""Record → Table or Figure: a value describes what is shown; HTML, SVG, text, Markdown or CSV is chosen last.

Pages are in :mod:`topline.exhibits.pages`, which needs Jinja; nothing here does.
"""

from topline.exhibits.bubbles import Bubble, LinePoint, bubble_chart
from topline.exhibits.comparison_forest import ComparisonRow, Measured, comparison_forest
from topline.exhibits.contribution_map import ContributionRow, contribution_map
from topline.exhibits.figure import Figure
from topline.exhibits.forest import ForestRow, forest
from topline.exhibits.funnel import FunnelPoint, funnel
from topline.exhibits.harm_dots import HarmRow, harm_chart
from topline.exhibits.hasse import HasseNode, hasse_diagram
from topline.exhibits.league import LeagueEntry, league_table
from topline.exhibits.league_heat import HeatEntry, league_heat
from topline.exhibits.net_heat import HeatDesign, net_heat_chart
from topline.exhibits.network_graph import MultiArm, NetworkEdge, NetworkNode, network_graph
from topline.exhibits.palette import Role
from topline.exhibits.profile import ProfilePoint, profile_chart
from topline.exhibits.rankogram import RankogramPanel, rankogram
from topline.exhibits.ranks import RankRow, rank_chart
from topline.exhibits.rates import RateRow, rate_chart
from topline.exhibits.scores import ScoreRow, score_chart
from topline.exhibits.table import Cell, Column, Row, Table
from topline.exhibits.threshold_forest import ThresholdRow, threshold_forest
from topline.exhibits.timeline import TimelineEvent, timeline
from topline.exhibits.words import Link, Text, Words, html, plain

__all__ = [
    "Bubble", "Cell", "Column", "ComparisonRow", "ContributionRow", "Figure", "ForestRow", "FunnelPoint", "HarmRow",
    "HasseNode", "HeatDesign", "HeatEntry", "LeagueEntry", "LinePoint", "Link", "Measured", "MultiArm", "NetworkEdge",
    "NetworkNode", "ProfilePoint", "RankRow", "RankogramPanel", "RateRow", "Role", "Row", "ScoreRow", "Table", "Text",
    "ThresholdRow", "TimelineEvent", "Words", "bubble_chart", "comparison_forest", "contribution_map", "forest",
    "funnel", "harm_chart", "hasse_diagram", "html", "league_heat", "league_table", "net_heat_chart", "network_graph",
    "plain", "profile_chart", "rank_chart", "rankogram", "rate_chart", "score_chart", "threshold_forest", "timeline",
]  # fmt: skip
