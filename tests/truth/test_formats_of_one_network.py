"""One published network in every format gives one result: what a file is called or laid out like changes no number.

The networks are those of tests/unit/data/tables (their ORIGIN says from where); the other formats are written here, as
RevMan, GeMTC, MetaInsight, CINeMA and spreadsheets lay them out.
"""

import csv
import itertools
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
import xlsxwriter

from topline.synthesis import nma
from topline.tables import read_table

DATA = Path(__file__).parents[1] / "unit" / "data" / "tables"
SMOKING, PARKINSON, SENN = "netmeta_smokingcessation", "gemtc_parkinson", "netmeta_Senn2013"
NAMES = {"netmeta_smokingcessation": ("events", "n"), "gemtc_parkinson": ("mean", "sd", "n")}
MEASURES = {SMOKING: "OR", PARKINSON: "MD", SENN: "MD"}


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def by_study(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    studies: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        studies.setdefault(row["study"], []).append(row)
    return studies


def write_csv(path: Path, header: list[str], rows: list[list[str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows([header, *rows])
    return path


def gemtc(folder: Path, name: str) -> Path:
    kind, attributes = (
        ("rate", {"events": "responders", "n": "sample"})
        if name == SMOKING
        else ("continuous", {"mean": "mean", "sd": "standardDeviation", "n": "sample"})
    )
    rows = rows_of(name)
    ids = {t: f"T{i}" for i, t in enumerate(sorted({row["treatment"] for row in rows}))}
    treatments = "".join(f"<treatment id={quoteattr(i)}>{escape(t)}</treatment>" for t, i in ids.items())
    studies = ""
    for study, arms in by_study(rows).items():
        measured = "".join(
            f"<measurement treatment={quoteattr(ids[arm['treatment']])} "
            + " ".join(f"{theirs}={quoteattr(arm[ours])}" for ours, theirs in attributes.items())
            + "/>"
            for arm in arms
        )
        studies += f"<study id={quoteattr(study)}>{measured}</study>\n"
    path = folder / "network.gemtc"
    path.write_text(
        f'<network type="{kind}"><treatments>{treatments}</treatments><studies>{studies}</studies></network>'
    )
    return path


def revman5(folder: Path, name: str) -> Path:
    """A comparison for each pair of treatments, each with the one outcome; a trial of three arms stands in three."""
    prefix, attributes = {
        SMOKING: ("DICH", {"events": "EVENTS", "n": "TOTAL"}),
        PARKINSON: ("CONT", {"mean": "MEAN", "sd": "SD", "n": "TOTAL"}),
        SENN: ("IV", {"TE": "ESTIMATE", "seTE": "SE"}),
    }[name]
    pairs: dict[tuple[str, str], list[str]] = {}
    rows = rows_of(name)
    for study, arms in by_study(rows).items():
        if name == SENN:
            for row in arms:
                given = " ".join(f"{theirs}={quoteattr(row[ours])}" for ours, theirs in attributes.items())
                pairs.setdefault((row["treat1"], row["treat2"]), []).append(
                    f'<IV_DATA STUDY_ID={quoteattr("STD-" + study)} {given} ESTIMABLE="YES"/>'
                )
            continue
        for one, two in itertools.combinations(arms, 2):
            given = " ".join(
                f"{theirs}_{i}={quoteattr(arm[ours])}"
                for ours, theirs in attributes.items()
                for i, arm in ((1, one), (2, two))
            )
            pairs.setdefault((one["treatment"], two["treatment"]), []).append(
                f'<{prefix}_DATA STUDY_ID={quoteattr("STD-" + study)} {given} ESTIMABLE="YES"/>'
            )
    comparisons = "".join(
        f'<COMPARISON ID="CMP-{i:03}" NO="{i}"><NAME>{escape(one)} versus {escape(two)}</NAME>'
        f'<{prefix}_OUTCOME ID="CMP-{i:03}.01" NO="1" EFFECT_MEASURE="{MEASURES[name]}" SWAP_EVENTS="NO">'
        f"<NAME>The outcome</NAME><GROUP_LABEL_1>{escape(one)}</GROUP_LABEL_1>"
        f"<GROUP_LABEL_2>{escape(two)}</GROUP_LABEL_2>{''.join(data)}</{prefix}_OUTCOME></COMPARISON>\n"
        for i, ((one, two), data) in enumerate(pairs.items(), 1)
    )
    studies = "".join(
        f'<STUDY ID={quoteattr("STD-" + study)} NAME={quoteattr(study)} YEAR="2000"/>' for study in by_study(rows)
    )
    path = folder / "review.rm5"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<COCHRANE_REVIEW TYPE="INTERVENTION"><STUDIES_AND_REFERENCES><STUDIES>'
        f"<INCLUDED_STUDIES>{studies}</INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES>"
        f"<ANALYSES_AND_DATA>{comparisons}</ANALYSES_AND_DATA></COCHRANE_REVIEW>"
    )
    return path


def metainsight(folder: Path, name: str, *, wide: bool) -> Path:
    theirs = {"events": "R", "n": "N", "mean": "Mean", "sd": "SD"}
    columns = NAMES[name]
    studies = by_study(rows_of(name))
    if not wide:
        header = ["StudyID", "Study", "T", *(theirs[c] for c in columns), "covar.year", "rob", "indirectness"]
        rows = [
            [str(i), study, arm["treatment"], *(arm[c] for c in columns), "1999", "1", "2"]
            for i, (study, arms) in enumerate(studies.items(), 1)
            for arm in arms
        ]
        return write_csv(folder / "long.csv", header, rows)
    most = max(map(len, studies.values()))
    header = ["Study", *(f"{c}.{i}" for i in range(1, most + 1) for c in ("T", *(theirs[c] for c in columns))), "rob"]
    rows = []
    for study, arms in studies.items():
        cells = [cell for arm in arms for cell in (arm["treatment"], *(arm[c] for c in columns))]
        rows.append([study, *cells, *["NA"] * ((most - len(arms)) * (len(columns) + 1)), "1"])
    return write_csv(folder / "wide.csv", header, rows)


def cinema(folder: Path, name: str, *, wide: bool) -> Path:
    theirs = {"events": "r", "n": "n", "mean": "y", "sd": "sd"}
    columns = NAMES[name]
    studies = by_study(rows_of(name))
    if not wide:
        header = ["study", "id", "t", *(theirs[c] for c in columns), "rob"]
        rows = [
            [f" {study}", str(i), arm["treatment"], *(arm[c] for c in columns), "1"]
            for i, (study, arms) in enumerate(studies.items(), 1)
            for arm in arms
        ]
        return write_csv(folder / "cinema.csv", header, rows, ";")
    header = ["id", "t1", "t2", *(f"{theirs[c]}{i}" for c in columns for i in (1, 2)), "rob", "indirectness"]
    rows = [
        [study, one["treatment"], two["treatment"], *(arm[c] for c in columns for arm in (one, two)), "1", "2"]
        for study, arms in studies.items()
        for one, two in itertools.combinations(arms, 2)
    ]
    return write_csv(folder / "cinema_pairs.csv", header, rows, ";")


def workbook(folder: Path, name: str) -> Path:
    """The table on the second sheet, numbers as numbers."""
    path = folder / "trials.xlsx"
    rows = rows_of(name)
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes")
        sheet = book.add_worksheet("Arms")
        sheet.write_row(0, 0, list(rows[0]))
        for i, row in enumerate(rows, 1):
            for j, (column, cell) in enumerate(row.items()):
                is_number = column not in ("study", "treatment", "treat1", "treat2", "treat1_long", "treat2_long")
                sheet.write(i, j, float(cell) if is_number else cell)
    return path


FORMATS = {
    "GeMTC": (gemtc, {}),
    "RevMan 5": (revman5, {"outcome": "The outcome"}),
    "MetaInsight, long": (lambda folder, name: metainsight(folder, name, wide=False), {}),
    "MetaInsight, wide": (lambda folder, name: metainsight(folder, name, wide=True), {}),
    "CINeMA, long": (lambda folder, name: cinema(folder, name, wide=False), {}),
    "CINeMA, pairs": (lambda folder, name: cinema(folder, name, wide=True), {}),
    "Excel": (workbook, {}),
}
CASES = [(name, kind) for name in (SMOKING, PARKINSON) for kind in FORMATS] + [(SENN, "RevMan 5"), (SENN, "Excel")]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_the_format_changes_nothing(name, kind, tmp_path, tolerances):
    write, options = FORMATS[kind]
    path = write(tmp_path, name)
    expected = nma(DATA / f"{name}.csv", measure=MEASURES[name])
    found = nma(path, measure=MEASURES[name], **options)
    assert found.treatments == expected.treatments
    assert (found.result.n_studies, found.result.n_arms) == (expected.result.n_studies, expected.result.n_arms)
    assert tolerances.close(found.result.tau2, expected.result.tau2, tolerances.SAME_FORMULA)
    assert tolerances.close(found.result.q.total, expected.result.q.total, tolerances.SAME_FORMULA)
    pairs = list(zip(found.result.league, expected.result.league, strict=True))
    assert len(pairs) == len(expected.treatments) * (len(expected.treatments) - 1)
    for ours, theirs in pairs:
        assert (ours.treatment, ours.reference) == (theirs.treatment, theirs.reference)
        assert tolerances.close(ours.estimate, theirs.estimate, tolerances.SAME_FORMULA, se=theirs.se)
        assert tolerances.close(ours.se, theirs.se, tolerances.SAME_FORMULA)


def test_revman_web_is_its_two_groups(tmp_path, tolerances):
    """The BCG trials as RevMan Web exports an analysis, beside another one: group 1 is experimental."""
    rows = rows_of("metadat_bcg")
    header = [
        "Analysis group", "Analysis number", "Analysis name", "Subgroup", "Study", "Study year", "GIV Mean", "GIV SE",
        "Experimental cases", "Experimental N", "Experimental mean", "Experimental SD", "Control cases", "Control N",
        "Control mean", "Control SD", "O-E", "Variance", "Weight", "Mean", "CI start", "CI end", "Footnotes",
    ]  # fmt: skip
    lines = [
        ["1", "1", "Tuberculosis", "", f"{row['author']} {row['year']}", row["year"], "", "",
         row["tpos"], str(int(row["tpos"]) + int(row["tneg"])), "", "",
         row["cpos"], str(int(row["cpos"]) + int(row["cneg"])), "", "", "", "", "7.7", "0.4", "0.1", "1.3", ""]
        for row in rows
    ]  # fmt: skip
    lines.append(["1", "2", "Death", "", "Aronson 1948", "1948", "-0.5", "0.2", *[""] * 15])
    path = write_csv(tmp_path / "CD000001-data-rows.csv", header, lines)
    assert read_table(path, outcome="1.2").layout == "contrast"
    found = nma(path, measure="RR", outcome="Tuberculosis", reference="control")
    expected = nma(DATA / "metadat_bcg.csv", measure="RR", columns={"study": "trial"}, reference="group 2")
    assert found.treatments == ("control", "experimental")
    assert tolerances.close(found.result.tau2, expected.result.tau2, tolerances.SAME_FORMULA)
    (ours,) = [e for e in found.result.effects if e.treatment == "experimental"]
    (theirs,) = [e for e in expected.result.effects if e.treatment == "group 1"]
    assert tolerances.close(ours.estimate, theirs.estimate, tolerances.SAME_FORMULA)
    assert tolerances.close(ours.se, theirs.se, tolerances.SAME_FORMULA)
