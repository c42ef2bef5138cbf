"""Reading CSV as office programs write it: three encodings, three separators."""

import codecs
import csv
import io

from orchestrator.i18n import _
from orchestrator.intake.columns import column_of
from orchestrator.intake.table import MOST_COLUMNS, Table, refused, table_of

_SEPARATORS = ",;\t"


def read_delimited(data: bytes, name: str) -> Table:
    """Read a CSV file; encoding and separator are recognised and said in the notices."""
    text, encoding = _decoded(data, name)
    text, separator = _separated(text)
    notice = _("{name} was read as {encoding}, with columns separated by {separator}.").format(
        name=name,
        encoding=encoding,
        separator={",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}[separator],
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return table_of(name, (tuple(cells[:MOST_COLUMNS]) for cells in reader), (notice,))
    except csv.Error as error:
        raise refused(
            name,
            _(
                "Near line {line} a quotation mark is missing or too many, or a cell is huge."
            ).format(line=reader.line_num),
            _("Correct that line, or save the table as XLSX."),
        ) from error


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _text(data[len(mark) :], (encoding,), name)
    return _text(data, ("utf-8", "cp1252"), name)


def _text(data: bytes, encodings: tuple[str, ...], name: str) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not text.startswith("%PDF-"):
            return text, encoding.upper() if encoding != "cp1252" else _("cp1252 (Windows)")
    raise refused(
        name,
        _("It is neither an Excel workbook nor CSV text."),
        _("Save it as XLSX or as CSV (UTF-8)."),
    )


def _separated(text: str) -> tuple[str, str]:
    """Text without Excel's ``sep=`` line, and the separator that fits the heading best."""
    first, _end, rest = text.partition("\n")
    hint = first.strip().strip('"').casefold()
    if hint.startswith("sep=") and len(hint) <= 5:
        separator = hint[4:] or first.rstrip("\r\n")[-1:]
        return rest, separator if separator in _SEPARATORS else ","
    heading = next((line for line in text[:10_000].splitlines() if line.strip(",;\t ")), "")
    return text, max(_SEPARATORS, key=lambda each: _fit(heading, each))


def _fit(heading: str, separator: str) -> tuple[int, int]:
    cells = next(csv.reader([heading], delimiter=separator), [])
    return sum(column_of(cell) is not None for cell in cells), len(cells)
