"""A table (CSV): a row is an article, its columns named in English or Korean."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from inference.knowledge.importing.errors import Unfit, UnfitRows
from inference.knowledge.importing.plain import plain
from inference.knowledge.importing.terms import COLUMNS, known_as
from inference.knowledge.loading import HEADINGS, Draft

MOST_ROWS = 2000
LONGEST_CELL = 200_000


def drafts(text: str, make: Callable[[str, Mapping[str, Any]], list[Draft]]) -> list[Draft]:
    """Every row by `make`, which is given its title and what it tells. Raises UnfitRows with all
    that are wrong, Unfit where it is no table."""
    found: list[Draft] = []
    wrong: list[tuple[int, Unfit]] = []
    rows_of: dict[str, int] = {}
    for number, row in _rows(text):
        try:
            title = row.get("title", "")
            if not title:
                raise Unfit("row_title", "no title")
            if title in rows_of:
                reason = f"the same title as row {rows_of[title]}"
                raise Unfit("row_twice", reason, row=rows_of[title])
            rows_of[title] = number
            found += make(title, {**row, "body": _body(row)})
        except Unfit as error:
            wrong.append((number, error))
    if wrong:
        raise UnfitRows(wrong)
    if not found:
        raise Unfit("empty", "there is no row in it")
    return found


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that are not empty, by the names of their columns."""
    header, _newline, _rest = text.partition("\n")
    mark = max(",;\t", key=header.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        names = [_column(one) for one in next(reader, [])]
        if len(set(names)) < len(names):
            raise Unfit("columns_twice", "two columns have the same name")
        for number, cells in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                raise Unfit("many_rows", f"more than {MOST_ROWS} rows", most=MOST_ROWS)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                reason = f"row {number} has more cells than the first row names"
                raise Unfit("cells", reason, row=number)
            yield (
                number,
                {
                    name: cell.strip()
                    for name, cell in zip(names, cells, strict=False)
                    if cell.strip()
                },
            )
    except csv.Error as error:
        raise Unfit("csv", f"not a table of comma-separated values: {error}") from error


def _column(name: str) -> str:
    known = known_as(name, COLUMNS)
    if known is None:
        reason = f"unknown column {name!r}; known: {', '.join(COLUMNS)}"
        raise Unfit("column", reason, word=name)
    return known


def _body(row: Mapping[str, str]) -> str:
    """The sections that have a column, or the one of the body."""
    sections = [(HEADINGS[name], row[name]) for name in HEADINGS if name in row]
    if sections and "body" in row:
        raise Unfit("row_body", "both a body and sections")
    if not sections:
        return plain(row.get("body", ""))[1]
    return "\n\n".join(f"## {heading}\n\n{plain(text)[1]}" for heading, text in sections)
