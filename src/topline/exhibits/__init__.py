"""Record → Table or Figure: a value describes what is shown; HTML, SVG, text, Markdown or CSV is chosen last.

Pages are in :mod:`topline.exhibits.pages`, which needs Jinja; nothing here does.
"""

from topline.exhibits.figure import Figure
from topline.exhibits.forest import ForestRow, forest
from topline.exhibits.harm_dots import HarmRow, harm_chart
from topline.exhibits.league import LeagueEntry, league_table
from topline.exhibits.network_graph import NetworkEdge, NetworkNode, network_graph
from topline.exhibits.palette import Role
from topline.exhibits.ranks import RankRow, rank_chart
from topline.exhibits.rates import RateRow, rate_chart
from topline.exhibits.table import Cell, Column, Row, Table
from topline.exhibits.timeline import TimelineEvent, timeline
from topline.exhibits.words import Link, Text, Words, html, plain

__all__ = [
    "Cell", "Column", "Figure", "ForestRow", "HarmRow", "LeagueEntry", "Link", "NetworkEdge", "NetworkNode", "RankRow",
    "RateRow", "Role", "Row", "Table", "Text", "TimelineEvent", "Words", "forest", "harm_chart", "html",
    "league_table", "network_graph", "plain", "rank_chart", "rate_chart", "timeline",
]  # fmt: skip
