"""The order of caveats."""

from topline.records import Caveat, worst_first


def test_the_worst_come_first_and_equals_stay_in_order() -> None:
    given = [
        Caveat(code=c, text="x", severity=s)
        for c, s in (("a", "minor"), ("b", "serious"), ("c", "minor"), ("d", "moderate"), ("e", "serious"))
    ]
    assert [c.code for c in worst_first(given)] == ["b", "e", "d", "a", "c"]
