"""Tables as files that a spreadsheet opens, in which nothing anybody wrote can become a formula (ADR 24)."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

Cell = str | date | None
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BEGINS_A_FORMULA: Final = frozenset("=+-@|%\N{MINUS SIGN}")
# A semicolon ends a cell where the spreadsheet's language says so, whatever the file's own quotes say.
_PART: Final = re.compile(r"[^;\n]+")
_LOOKED_PAST: Final = frozenset({"Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Co"})
_QUOTES: Final = frozenset("\"'`")
_NO_TEXT: Final = frozenset({"Cc", "Cs", "Cn"})
_WIDEST: Final = 60
_NARROW: Final = 24


def safe(words: str) -> str:
    """The words as they may stand in a cell: whatever would begin a formula has an apostrophe before it.

    Also behind spaces and invisible letters, in full width, as a superscript, and behind a semicolon or a line's end
    inside the cell. Control characters go; tabs and returns become spaces; line ends stay.
    """
    return _PART.sub(lambda part: _marked(part[0]), _plain(words))


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table with commas, every cell in quotes, days as 2027-03-14; with the mark by which Excel knows UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    for row in [header, *rows]:
        writer.writerow([_written(cell) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """The table as an Excel workbook of one sheet: a bold first row that stays in sight, days as days."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for place, words in enumerate(header):
        sheet.column_dimensions[get_column_letter(place + 1)].width = (
            _WIDEST if place == 0 else max(16, min(36, len(words) + 4))
        )
    heads = [WriteOnlyCell(sheet, words) for words in header]
    for cell in heads:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.append(heads)
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in rows:
        sheet.append([_in_workbook(sheet, cell, wrapped) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _in_workbook(sheet: Any, cell: Cell, wrapped: Any) -> Any:
    """What openpyxl writes: a plain value, which is quick, or a cell whose words are wrapped where there are many."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(cell, str):
        return cell
    words = safe(cell)
    if len(words) <= _NARROW:
        return words
    made = WriteOnlyCell(sheet, words)
    made.alignment = wrapped
    return made


def _written(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else safe(cell or "")


def _marked(part: str) -> str:
    for place, letter in enumerate(part):
        if unicodedata.normalize("NFKC", letter)[:1] in _BEGINS_A_FORMULA:
            return f"{part[:place]}'{part[place:]}"
        if not _is_looked_past(letter):
            break
    return part


def _plain(words: str) -> str:
    if words.isprintable():  # most are, and a long list has a hundred thousand of them
        return words.strip()
    lines = words.replace("\r\n", "\n").replace("\t", " ").replace("\r", " ")
    kept = [letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in _NO_TEXT]
    return "".join(kept).strip()


def _is_looked_past(letter: str) -> bool:
    return letter.isspace() or letter in _QUOTES or unicodedata.category(letter) in _LOOKED_PAST
