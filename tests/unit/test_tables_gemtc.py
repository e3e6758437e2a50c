"""GeMTC networks as tables of arms."""

from pathlib import Path

import pytest

from topline.errors import DataError
from topline.tables import read_table
from topline.tables.gemtc import read_gemtc

COUNTS = b"""<!-- a comment may stand first -->
<network description="Cessation">
 <treatments><treatment id="A">No  contact</treatment><treatment id="B">Self-help</treatment></treatments>
 <studies>
  <study id="01"><measurement treatment="A" responders="9" sample="140"/>
                 <measurement treatment="B" responders="23" sample="141"/></study>
  <study id="02"><measurement treatment="B" sample="30"/></study>
 </studies>
</network>"""


def write(folder: Path, data: bytes, name: str = "network.gemtc") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["network.gemtc", "network.xml"])
def test_counts_with_the_names_of_the_treatments(tmp_path: Path, name: str) -> None:
    table = read_table(write(tmp_path, COUNTS, name))
    assert table.columns == {
        "study": ["01", "01", "02"],
        "treatment": ["No contact", "Self-help", "Self-help"],
        "events": [9, 23, None],
        "n": [140, 141, 30],
    }
    network = read_gemtc(COUNTS, "network.gemtc")
    assert network.description == "Cessation"
    assert network.places[2] == "studies/study[2]/measurement[1]"


def test_means_and_ids_where_names_are_missing_or_shared(tmp_path: Path) -> None:
    data = (
        b'<g:network xmlns:g="http://drugis.org/gemtc" type="continuous"><treatments><treatment id="A"/>'
        b'<treatment id="B"/></treatments><studies><study id="1">'
        b'<measurement treatment="A" mean="-1.22" standardDeviation="3.7" sample="54"/>'
        b'<measurement treatment="B" mean="-1.53" standardDeviation="4.28" sample="95"/></study></studies></g:network>'
    )
    table = read_table(write(tmp_path, data), measure="MD")
    assert (table.columns["treatment"], table.columns["mean"]) == (["A", "B"], [-1.22, -1.53])
    shared = COUNTS.replace(b"Self-help", b"no contact")
    assert read_gemtc(shared, "x").rows[0][1] == "A"


def test_wrong_values_and_treatments_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="more events than patients") as caught:
        read_table(write(tmp_path, COUNTS.replace(b'responders="23"', b'responders="230"')))
    assert (caught.value.problem.row, caught.value.problem.column) == (3, "responders")
    with pytest.raises(DataError, match="not in the list") as unknown:
        read_table(write(tmp_path, COUNTS.replace(b'measurement treatment="A"', b'measurement treatment="Z"')))
    assert unknown.value.problem.found == "'Z' in study '01'"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (COUNTS.replace(b"<network ", b'<network type="none" '), "no outcomes"),
        (b"<network><treatments/><studies/></network>", "no arms"),
        (b"<networks/>", "kind that is not read"),
        (COUNTS[:-20], "not XML"),
    ],
)
def test_what_is_no_network_with_arms_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read_table(write(tmp_path, data))
