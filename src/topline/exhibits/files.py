"""A figure as a file of its own; the end of the name says which kind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topline.errors import ArgumentError
from topline.exhibits.matplotlib_figure import positive
from topline.exhibits.words import plain

if TYPE_CHECKING:
    from topline.exhibits.figure import Figure

# The pixels along a side of a picture: with fewer no letter is a letter, more are no picture that a program opens.
LEAST_PIXELS, MOST_PIXELS = 100, 2**16 - 1
DRAWN = (".pdf", ".png", ".tif", ".tiff")
KINDS = (".svg", ".html", *DRAWN)
# Embedded TrueType fonts, which journals ask for, and no cropping by a user's own style.
_SETTINGS: Any = {"pdf.fonttype": 42, "savefig.bbox": None, "savefig.facecolor": "auto"}


def save(figure: Figure, path: str | Path, *, width_inches: float | None, dpi: float, font: str | None) -> Path:
    """Write the figure and return the path; the same figure gives the same bytes.

    Raises ``ArgumentError`` for a kind of file that is not known or a place that can't be written, and what
    :func:`topline.exhibits.matplotlib_figure.draw` raises.
    """
    if not isinstance(path, str | Path):
        raise ArgumentError("path is not a path", found=repr(path), expected="text, such as 'forest.pdf'")
    file = Path(path)
    kind = file.suffix.lower()
    if kind not in KINDS:
        raise ArgumentError(
            f"{file.name!r} is no kind of file that a figure can be",
            found=kind or "no ending",
            expected=", ".join(KINDS),
        )
    if font is not None and kind not in DRAWN:
        raise ArgumentError(f"the font of a {kind} file is the reader's", repair="leave font out, or save a .pdf")
    if width_inches is not None and kind == ".html":
        raise ArgumentError("a page is as wide as its reader's window", repair="leave width_inches out")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if kind in DRAWN:
            _draw(figure, file, kind, width_inches, dpi, font)
        else:
            file.write_text(_svg(figure, width_inches) if kind == ".svg" else figure.to_page(), encoding="utf-8")
    except OSError as error:
        raise ArgumentError(
            f"{file} can't be written",
            found=error.strerror or str(error),
            repair="name a file in a folder of yours",
        ) from None
    return file


def page_path(path: object) -> Path:
    """The path of a page. Raises ``ArgumentError`` for what is no path, and for a name that is not a page's."""
    if not isinstance(path, str | Path) or not str(path):
        raise ArgumentError("path is not a path", found=repr(path)[:80], expected="text, such as 'report.html'")
    page = Path(path)
    if page.suffix.lower() not in (".html", ".htm"):
        raise ArgumentError(
            "a report is a page",
            found=repr(str(page)),
            expected=".html or .htm",
            repair="name it .html; print it to PDF from the browser",
        )
    return page


def _svg(figure: Figure, width_inches: float | None) -> str:
    """The drawing, with its size in inches where it is asked for."""
    svg = figure.to_svg()
    if width_inches is None:
        return svg
    wide = positive("width_inches", width_inches)
    width, height = (float(v) for v in re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    size = f'width="{wide:g}in" height="{wide * height / width:.4g}in"'
    return re.sub(r'width="[^"]*" height="[^"]*"', size, svg, count=1)


def _draw(figure: Figure, file: Path, kind: str, width_inches: float | None, dpi: float, font: str | None) -> None:
    drawn = figure.to_matplotlib(width_inches=width_inches, dpi=dpi, font=font)
    if kind != ".pdf":
        wide, high = drawn.get_size_inches()
        _check_pixels(float(wide) * dpi, float(high) * dpi, dpi)
    from matplotlib import rc_context

    title = plain(figure.title)
    # What a reader who can't see the picture is told, and no date: the same figure is the same file.
    said: dict[str, dict[str, Any]] = {
        ".png": {"metadata": {"Title": title, "Description": figure.description, "Software": None}},
        ".pdf": {"metadata": {"Title": title, "Subject": figure.description, "CreationDate": None}},
    }
    packed = {"pil_kwargs": {"compression": "tiff_lzw"}} if kind in (".tif", ".tiff") else said[kind]
    with rc_context(_SETTINGS):
        drawn.savefig(file, dpi=dpi, **packed)


def _check_pixels(wide: float, high: float, dpi: float) -> None:
    """Raise ``ArgumentError`` for a picture whose letters would be nothing, or that is too large for a file."""
    if wide >= LEAST_PIXELS and max(wide, high) <= MOST_PIXELS:
        return
    raise ArgumentError(
        f"dpi={dpi:g} makes a picture that is too {'small to read' if wide < LEAST_PIXELS else 'large'}",
        found=f"{wide:,.0f} by {high:,.0f} pixels",
        expected=f"{LEAST_PIXELS} pixels or more across, and {MOST_PIXELS:,} at most",
        repair="300 to 600 dpi is what papers ask for",
    )
