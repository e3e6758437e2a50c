"""Cells of workbooks that hold errors, or formulas without values: refused where their value is needed."""

import zipfile
from pathlib import Path

import pytest

from topline.errors import DataError
from topline.tables import read_table, spoiled_cells

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = ["study", "treatment", "events", "n", "share"]
FIVE = "<v>5</v>"


def text(value: str) -> str:
    return f"<is><t>{value}</t></is>"


def write_workbook(
    folder: Path,
    cell: str,
    *,
    place: str = "C3",
    kind: str = "",
    after: str = "",
    calculation: str = "",
    before: str = "",
    references: bool = True,
) -> Path:
    """Two arms in the second of two sheets, whose part has another number; one cell, by default C3, as given."""
    rows = [HEADER, ["a", "x", 3, 10, 0.3], ["a", "y", 5, 10, 0.5]]
    lines = ""
    for i, row in enumerate(rows, 1):
        cells = ""
        for j, value in enumerate(row):
            name = f"{'ABCDE'[j]}{i}"
            kinds, inside = (' t="inlineStr"', text(value)) if isinstance(value, str) else ("", f"<v>{value}</v>")
            if name == place:
                kinds, inside = (f' t="{kind}"' if kind else ""), cell
            cells += f"<c r='{name}'{kinds}>{inside}</c>" if references else f"<c{kinds}>{inside}</c>"
        lines += f'<row r="{i}">{cells}</row>' if references else f"<row>{cells}</row>"
    path = folder / "trials.xlsx"
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Notes" sheetId="1" r:id="q1"/>'
            f'<sheet name="Arms &amp; more" sheetId="2" r:id="q2"/></sheets>{calculation}</workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="q1" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="q2" Type="{OFFICE}/worksheet" '
            'Target="/xl/worksheets/sheet7.xml"/></Relationships>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f'{sheet}<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row></sheetData></worksheet>',
        )
        book.writestr("xl/worksheets/sheet7.xml", f"{before}{sheet}{lines}{after}</sheetData></worksheet>")
    return path


def refused(path: Path, **options):
    with pytest.raises(DataError) as caught:
        read_table(path, sheet="Arms & more", **options)
    return caught.value.problem


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!"])
@pytest.mark.parametrize("references", [True, False])
def test_an_error_is_refused_with_its_cell(tmp_path, error, references):
    path = write_workbook(tmp_path, f"<f>C2/0</f><v>{error}</v>", kind="e", references=references)
    problem = refused(path)
    assert problem.message == f"C3 holds the error {error}"
    assert (problem.file, problem.row, problem.column) == (f"{path}, sheet 'Arms & more'", 3, "events")
    assert problem.repair


@pytest.mark.parametrize("rest", ["", "<v></v>", "<v/>"])
def test_a_formula_without_a_value_is_refused_with_its_cell(tmp_path, rest):
    problem = refused(write_workbook(tmp_path, f"<f>C2+2</f>{rest}"))
    assert problem.message == "C3 holds a formula without a stored value"
    assert problem.found == "=C2+2"
    assert problem.repair == "open the workbook in a spreadsheet program and save it"


def test_formulas_with_values_are_read(tmp_path):
    assert read_table(write_workbook(tmp_path, f"<f>C2+2</f>{FIVE}"), sheet="Arms & more").columns["events"] == [3, 5]
    empty = write_workbook(tmp_path, '<f>IF(1,"")</f><v></v>', kind="str")
    assert read_table(empty, sheet="Arms & more").columns["events"] == [3, None]


def test_zero_is_no_value_where_formulas_wait_for_their_calculation(tmp_path):
    # What XlsxWriter writes for a formula: the value 0, and a mark to calculate when the file is opened.
    mark = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'
    waiting = write_workbook(tmp_path, "<f>C2+2</f><v>0</v>", calculation=mark)
    assert refused(waiting).message == "C3 holds a formula without a stored value"
    kept = write_workbook(tmp_path, f"<f>C2+2</f>{FIVE}", calculation=mark)
    assert read_table(kept, sheet="Arms & more").columns["events"] == [3, 5]
    true_zero = write_workbook(tmp_path, "<f>C2-3</f><v>0</v>")
    assert read_table(true_zero, sheet="Arms & more").columns["events"] == [3, 0]


def test_cells_that_are_not_used_may_hold_errors(tmp_path):
    path = write_workbook(tmp_path, "<v>#DIV/0!</v>", place="E3", kind="e")
    assert read_table(path, sheet="Arms & more").columns["events"] == [3, 5]
    assert "E3 holds the error #DIV/0!" in refused(path, keep=["share"]).message
    beside = write_workbook(tmp_path, FIVE, after='<row r="5"><c r="AB5"><f>SUM(C2:C3)</f></c></row>')
    assert read_table(beside, sheet="Arms & more").n_rows == 2


def test_names_headers_and_rows_below_are_searched_too(tmp_path):
    assert refused(write_workbook(tmp_path, "<v>#N/A</v>", place="B3", kind="e")).column == "treatment"
    assert refused(write_workbook(tmp_path, "<v>#REF!</v>", place="C1", kind="e")).message == "C1 holds the error #REF!"
    below = write_workbook(tmp_path, FIVE, after='<row r="4"><c r="C4"><f>SUM(C2:C3)</f></c></row>')
    assert refused(below).message == "C4 holds a formula without a stored value"


def test_a_sheet_that_cannot_be_searched_is_refused(tmp_path, monkeypatch):
    doctype = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert refused(write_workbook(tmp_path, FIVE, before=doctype)).found == "a document type declaration"
    outside = '<row r="99999999999"><c r="C99999999999"><f>1</f></c></row>'
    assert refused(write_workbook(tmp_path, FIVE, after=outside)).found == "a cell outside the sheet"
    monkeypatch.setattr(spoiled_cells, "LARGEST", 100)
    problem = refused(write_workbook(tmp_path, FIVE))
    assert "can't be searched" in problem.message
    assert "has more than" in problem.found


def write_ods(folder: Path, cell: str) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    words = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{w}</text:p></table:table-cell>' for w in HEADER
    )
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    arm = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = "<table:table-row>" + arm.format("a") + arm.format("{}") + "{}" + number.format(10) + "</table:table-row>"
    path = folder / "trials.ods"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{names}:manifest:1.0"/>')
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
            f'xmlns:text="{names}:text:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
            'calcext:1.0"><office:body><office:spreadsheet><table:table table:name="Arms & more">'.replace(
                "& m", "&amp; m"
            )
            + '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
            f"<table:table-row>{words}</table:table-row>{row.format('x', number.format(3))}{row.format('y', cell)}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


@pytest.mark.parametrize(
    "value", ['office:value-type="string" office:string-value=""', 'office:value-type="float" office:value="0"']
)
def test_an_error_in_an_opendocument_sheet_is_refused_with_its_cell(tmp_path, value):
    cell = f'<table:table-cell {value} calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    problem = refused(write_ods(tmp_path, cell))
    assert problem.message == "C5 holds the error #DIV/0!"
    assert (problem.row, problem.column) == (5, "events")
    good = '<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>'
    assert read_table(write_ods(tmp_path, good), sheet="Arms & more").columns["events"] == [3, 5]


def test_an_error_that_stands_for_several_opendocument_cells_is_found_in_each(tmp_path):
    path = write_ods(
        tmp_path,
        '<table:table-cell table:number-columns-repeated="3" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>Err:502</text:p></table:table-cell><table:table-cell/>',
    )
    columns = {"study": "study", "treatment": "treatment", "events": "n", "n": "share"}
    assert refused(path, columns=columns).message == "D5 holds the error Err:502"
