"""The published register of animal hospitals, read row by row. Pure Python.

The same register is published under different column names and orders, in CP949 or UTF-8, with
or without quotes, with a trailing comma or padded numbers. Columns are found by name only.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from drmaum.lib.text import UnreadableTextError, clean
from inference.clinics import phones, places

SOURCE = "행정안전부 지방행정 인허가데이터 (동물병원)"

# Our name -> the names of different years, compared without case.
COLUMNS = {
    "key": ("관리번호",),
    "name": ("사업장명",),
    "status": ("영업상태구분코드", "영업상태코드"),
    "address": ("도로명전체주소", "도로명주소"),
    "lot_address": ("소재지전체주소", "지번주소", "소재지주소"),
    "phone": ("소재지전화", "전화번호"),
    "x": ("좌표정보(x)", "좌표정보x", "좌표정보x(epsg5174)"),
    "y": ("좌표정보(y)", "좌표정보y", "좌표정보y(epsg5174)"),
    "licensed_on": ("인허가일자",),
    "closed_on": ("폐업일자",),
    "cancelled_on": ("인허가취소일자",),
    "modified_at": ("최종수정시점", "최종수정일자"),
    "refreshed_on": ("데이터갱신일자", "데이터갱신시점"),
}
REQUIRED = ("key", "name", "status", "address", "lot_address", "phone", "x", "y")
STATUSES = {"1": "open", "2": "paused", "3": "closed", "4": "closed", "5": "closed"}
FARM_WORDS = ("가축", "축산", "출장", "대동물")
# The limit is one for the whole process: another reader may have raised it.
LONGEST_CELL = 100_000
LONGEST = {"key": 30, "name": 100, "address": 200, "lot_address": 200}

Degrees = Callable[[float, float], tuple[float, float] | None]


class RegisterError(ValueError):
    """The file is no register; the message says why, for the person who named it."""


@dataclass(frozen=True)
class Skipped:
    """A row, or only its telephone or coordinates, that was left out: where, and why."""

    line: int
    key: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One animal hospital. Coordinates are degrees, both or neither; `modified_at` is the
    register's own time stamp, which sorts as text."""

    line: int
    key: str
    name: str
    phone: str
    address: str
    lot_address: str
    latitude: float | None
    longitude: float | None
    status: str = "open"
    licensed_on: date | None = None
    closed_on: date | None = None
    modified_at: str = ""
    refreshed_on: date | None = None

    @property
    def province(self) -> str:
        return places.divide(self.address)[0]

    @property
    def district(self) -> str:
        return places.divide(self.address)[1]

    @property
    def is_large_animal(self) -> bool:
        """Whether the name says that it treats farm animals or only makes calls."""
        return any(word in self.name for word in FARM_WORDS)


def read(raw: bytes, degrees: Degrees) -> Iterator[Row | Skipped]:
    """Every row of a published file, and what had to be left out of it.

    `degrees` turns the grid's x and y into latitude and longitude, None outside Korea.
    Raises RegisterError when the file as a whole cannot be read.
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(_decoded(raw), newline=""))
    try:
        positions = _positions(next(reader, []))
        width = max(positions.values()) + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield from _parsed(reader.line_num, cells, width, positions, degrees)
    except csv.Error as error:
        raise RegisterError(f"line {reader.line_num} is not CSV: {error}") from error


def parse_date(text: str) -> date | None:
    """A day written 2024-08-02, 20240802 or with a time behind it; None when it is none."""
    digits = "".join(sign for sign in text[:10] if sign.isdecimal())[:8]
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterError("the text is neither UTF-8 nor CP949")


def _positions(header: list[str]) -> dict[str, int]:
    """Our column name -> where it stands. Raises RegisterError when one is missing."""
    named = {name.strip().casefold(): place for place, name in enumerate(header)}
    found = {
        column: named[name] for column, names in COLUMNS.items() for name in names if name in named
    }
    missing = [COLUMNS[column][0] for column in REQUIRED if column not in found]
    if missing:
        raise RegisterError(f"columns are missing: {', '.join(missing)}")
    return found


def _parsed(
    line: int, cells: list[str], width: int, positions: dict[str, int], degrees: Degrees
) -> Iterator[Row | Skipped]:
    if len(cells) < width:
        yield Skipped(line, "", "too few columns")
        return
    try:
        values = {name: " ".join(clean(cells[at]).split()) for name, at in positions.items()}
    except UnreadableTextError:
        yield Skipped(line, "", "unreadable signs")
        return
    values["address"] = places.modernised(values["address"] or values["lot_address"])
    values["lot_address"] = places.modernised(values["lot_address"])
    if reason := _problem(values):
        yield Skipped(line, values["key"], reason)
        return
    phone = _phone(values)
    if values["phone"] and not phone:
        yield Skipped(line, values["key"], "phone unreadable")
    point, reason = _point(values, degrees)
    if reason:
        yield Skipped(line, values["key"], reason)
    yield _row(line, values, phone, point)


def _problem(values: dict[str, str]) -> str:
    """Why a row cannot be used; "" when it can."""
    for name in ("key", "name", "address"):
        if not values[name]:
            return f"no {name}"
    for name, limit in LONGEST.items():
        if len(values[name]) > limit:
            return f"{name} too long"
    if not places.divide(values["address"])[0]:
        return "unknown province"
    if values["status"].lstrip("0") not in STATUSES:
        return f"unknown status {values['status'][:20]!r}"
    return ""


def _phone(values: dict[str, str]) -> str:
    return phones.normalised(values["phone"], places.area_code(*places.divide(values["address"])))


def _point(
    values: dict[str, str], degrees: Degrees
) -> tuple[tuple[float, float] | tuple[None, None], str]:
    """Latitude and longitude, or neither and why. No coordinates at all need no reason."""
    if not values["x"] and not values["y"]:
        return (None, None), ""
    try:
        x, y = float(values["x"]), float(values["y"])
    except ValueError:
        return (None, None), "coordinates unreadable"
    # Zeros stand for "unknown"; on the grid they are a spot in the sea that is still Korea.
    point = degrees(x, y) if x or y else None
    return (point, "") if point else ((None, None), "coordinates outside Korea")


def _row(
    line: int,
    values: dict[str, str],
    phone: str,
    point: tuple[float, float] | tuple[None, None],
) -> Row:
    status = STATUSES[values["status"].lstrip("0")]
    ended = values.get("closed_on") or values.get("cancelled_on") or ""
    return Row(
        line=line,
        key=values["key"],
        name=values["name"],
        phone=phone,
        address=values["address"],
        lot_address=values["lot_address"],
        latitude=point[0],
        longitude=point[1],
        status=status,
        licensed_on=parse_date(values.get("licensed_on", "")),
        closed_on=parse_date(ended) if status == "closed" else None,
        modified_at=values.get("modified_at", ""),
        refreshed_on=parse_date(values.get("refreshed_on", "")),
    )
