"""Conditions and sources as a person types them: a line each, its parts between bars."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from inference.knowledge.importing.errors import Unfit

FIRST_YEAR, LAST_YEAR = 1900, 2100
_BAR = re.compile(r"\s*\|\s*|\s+/\s+")


def condition_of(line: str) -> dict[str, Any]:
    """`포도 중독 | grape toxicosis | 건포도 중독, 청포도 중독`. Raises Unfit."""
    korean, english, others, *_more = [*_BAR.split(line.strip()), "", "", ""]
    if not korean:
        raise Unfit("condition", f"a condition without a name: {line!r}", word=line)
    synonyms = [one.strip() for one in others.split(",") if one.strip()]
    return {"ko": korean, "en": english, **({"synonyms": synonyms} if synonyms else {})}


def condition_line(condition: Mapping[str, Any]) -> str:
    parts = [condition["ko"], condition.get("en", ""), ", ".join(condition.get("synonyms", ()))]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def source_of(line: str) -> dict[str, Any]:
    """`MSD Veterinary Manual | Otitis Externa | 2024 | https://…`. Raises Unfit."""
    publisher, title, year, url, *_more = [*re.split(r"\s*\|\s*", line.strip()), "", "", "", ""]
    if not year.isdigit() and year.startswith("http"):
        year, url = "", year
    return source(publisher, title, year, url)


def source_line(told: Mapping[str, Any]) -> str:
    parts = [told["publisher"], told["title"], str(told.get("year", "")), told.get("url", "")]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def source(publisher: Any, title: Any, year: Any = "", url: Any = "") -> dict[str, Any]:
    """One source as it is stored. Raises Unfit."""
    if not str(publisher or "").strip() or not str(title or "").strip():
        raise Unfit("source", "a source needs a publisher and a title")
    told: dict[str, Any] = {"publisher": str(publisher).strip(), "title": str(title).strip()}
    if str(year or "").strip():
        told["year"] = year_of(year)
    if str(url or "").strip():
        told["url"] = url_of(url)
    return told


def year_of(value: Any) -> int:
    """Raises Unfit."""
    text = str(value).strip()
    if not text.isdigit() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Unfit("year", f"not a year: {text!r}", word=text)
    return int(text)


def url_of(value: Any) -> str:
    """An address that may stand in a link. Raises Unfit."""
    text = str(value).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    is_whole = parts.scheme in ("http", "https") and parts.netloc
    if not is_whole or re.search(r"[\s\"'<>\\]", text):
        raise Unfit("url", f"not an http address: {text!r}", word=text)
    return text
