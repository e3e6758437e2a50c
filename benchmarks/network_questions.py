"""The questions to a fit: how long each takes on a network of depression trials (9 treatments, 59 studies).

    python benchmarks/network_questions.py

Beside each time stands its ratio to one dense generalised least-squares fit of the same network (REML by Fisher scoring
with all matrices written out), measured in the same run. Times are the best of several runs in one process; reading the
table is timed apart. Data: netmeta's Linde2015, the studies with the outcome resp. For orientation, netmeta 3.3-1 in R
4.2.2 took 7.3 s for the fit, 2.4 s for decomp.design and 1.9 s for netcontrib on a machine of two cores.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from network_meta_analysis import dense_reml

from topline.synthesis.consistency.node_split import node_split, separate
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.evidence.data import read_network
from topline.synthesis.flow.contributions import contributions
from topline.synthesis.league import league
from topline.synthesis.ranking.ranks import ranks
from topline.synthesis.spec import plan

DATA = Path(__file__).resolve().parents[1] / "tests" / "truth" / "data" / "netmeta_flow_linde2015.json"


def best(function: Callable[[], object], seconds: float = 0.6) -> float:
    """The best time in milliseconds within ``seconds`` of runs."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    while not times or (time.perf_counter() < until and len(times) < 200):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def main() -> None:
    rows = json.loads(DATA.read_text(encoding="utf-8"))["data"]
    reading = best(lambda: read_network(rows, measure="OR"))
    network = read_network(rows, measure="OR")
    spec = plan(network, engine="reml", reference="Placebo", better="higher")

    def fresh() -> Estimate:
        return estimate(spec)

    fitted = fresh()
    fitted.solution  # noqa: B018 - the questions below share it, as they do behind a fit

    def everything() -> None:
        e = fresh()
        league(e)
        ranks(e)
        node_split(e)
        e.q_parts  # noqa: B018
        contributions(e)

    questions: dict[str, Callable[[], object]] = {
        "fit (REML)": fresh,
        "league": lambda: league(fitted),
        "ranks": lambda: ranks(fitted),
        "node-splits, side": lambda: node_split(fitted),
        "contributions, random walk": lambda: contributions(fitted),
        "all of these and Q, from the start": everything,
        "node-splits, separate models": lambda: separate(fitted),
        "contributions, shortest path": lambda: contributions(fitted, "shortestpath"),
    }
    dense = best(lambda: dense_reml(network.arrays))
    print(f"{len(network.treatments)} treatments, {len(network.studies)} studies; reading the rows {reading:.1f} ms")
    print(f"{'question':<38} {'ms':>8} {'of one dense fit':>18}")
    for name, ask in questions.items():
        taken = best(ask)
        print(f"{name:<38} {taken:>8.2f} {taken / dense:>18.3f}")
    print(f"{'one dense fit':<38} {dense:>8.2f} {1:>18.3f}")


if __name__ == "__main__":
    main()
