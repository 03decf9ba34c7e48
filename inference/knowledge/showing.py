"""How an article stands before a reader: its label, its sources, its parts."""

from collections.abc import Iterable, Mapping
from typing import Any

from inference.knowledge.importing.errors import Unfit
from inference.knowledge.importing.lines import url_of
from inference.knowledge.loading import HEADINGS, SAYS
from inference.models import Article


def label_of(article: Article) -> str:
    """`출처 확인 · 2026.11.23`, or `수의사 검토 · 김수의 · 2026.12.01`."""
    reviewer = article.reviewed_by
    day = article.expires_at if article.is_expired else article.stands_since
    is_reviewed = reviewer is not None and not article.is_expired
    named = [reviewer.name] if reviewer is not None and is_reviewed else []
    return " · ".join([str(article.standing), *named, f"{day:%Y.%m.%d}"])


def page_of(article: Article, passages: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What the page of an article shows."""
    return {
        "article": article,
        "label": label_of(article),
        "parts": parts_of(passages),
        "sources": sources_of(article),
    }


def sources_of(article: Article) -> list[dict[str, str]]:
    """Each as a line, and its address where there is one that may stand in a link."""
    return [{"text": _line(one), "url": _address(one)} for one in article.sources]


def parts_of(passages: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Sections and texts as headed blocks of paragraphs and lists."""
    parts: list[dict[str, Any]] = []
    for section, text in passages:
        if section == SAYS:
            continue
        if not parts or parts[-1]["section"] != section:
            heading = HEADINGS.get(section, section)
            parts.append({"section": section, "heading": heading, "blocks": []})
        _add_blocks(parts[-1]["blocks"], text)
    return parts


def _add_blocks(blocks: list[dict[str, Any]], text: str) -> None:
    for line in filter(None, map(str.strip, text.splitlines())):
        is_list = line.startswith("- ")
        if not is_list or not blocks or not blocks[-1]["is_list"]:
            blocks.append({"is_list": is_list, "lines": []})
        blocks[-1]["lines"].append(line.removeprefix("- "))


def _line(source: Mapping[str, Any]) -> str:
    year = source.get("year")
    return f"{source['publisher']}, {source['title']}" + (f" ({year})" if year else "")


def _address(source: Mapping[str, Any]) -> str:
    try:
        return url_of(source.get("url") or "")
    except Unfit:
        return ""
