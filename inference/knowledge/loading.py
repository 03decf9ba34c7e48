"""An article as Markdown with front matter: parsed, checked, cut into passages. Pure Python.

One section is one passage: sections are short (120 to 420 characters) and each has a purpose
that the answer uses. What owners say ("says") and the conditions' names form one more passage
that is searched but never quoted.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
HEADING = re.compile(r"^## +(.+?) *$", re.M)
SAYS = "says"
SECTIONS = {
    "이런 모습이에요": "looks",
    "무엇일 수 있나요": "maybe",
    "바로 병원에 가야 하는 신호": "danger",
    "지금 할 일": "do",
    "하지 말아야 할 일": "avoid",
    "병원에서는": "clinic",
    "예방과 관리": "prevention",
}
HEADINGS = {name: heading for heading, name in SECTIONS.items()}
FIELDS = {"title", "category", "species", "conditions", "urgency", "sources"}
FIELDS |= {"checked_at", "expires_at", "says"}


class ArticleError(ValueError):
    """The file is not an article; the message says what is wrong, for the person who wrote it."""


@dataclass(frozen=True)
class Draft:
    """A parsed article, before it is stored."""

    slug: str
    title: str
    category: str
    species: tuple[str, ...]
    conditions: tuple[dict[str, Any], ...]
    urgency: str
    sources: tuple[dict[str, Any], ...]
    checked_at: date
    expires_at: date
    says: tuple[str, ...]
    body: str
    sections: tuple[tuple[str, str], ...]
    content_hash: str


@dataclass(frozen=True)
class Piece:
    """One passage to be embedded: `text` is shown and quoted, `search_text` is what is found."""

    section: str
    position: int
    text: str
    search_text: str

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.search_text.encode()).hexdigest()


def parse(slug: str, raw: str) -> Draft:
    """Read one file. Raises ArticleError."""
    matched = FRONT.match(raw)
    if not matched:
        raise ArticleError("no front matter between --- lines")
    try:
        front = yaml.safe_load(matched.group(1))
    except yaml.YAMLError as error:
        raise ArticleError(f"front matter is not YAML: {error}") from error
    missing = FIELDS - set(front if isinstance(front, dict) else ())
    if missing:
        raise ArticleError(f"front matter lacks {', '.join(sorted(missing))}")
    for name in ("checked_at", "expires_at"):
        if not isinstance(front[name], date):
            raise ArticleError(f"{name} is not a date: {front[name]!r}")
    body = raw[matched.end() :].strip()
    return Draft(
        slug=slug,
        title=str(front["title"]),
        category=str(front["category"]),
        species=tuple(front["species"]),
        conditions=tuple(front["conditions"]),
        urgency=str(front["urgency"]),
        sources=tuple(front["sources"]),
        checked_at=front["checked_at"],
        expires_at=front["expires_at"],
        says=tuple(map(str, front["says"])),
        body=body,
        sections=_sections(body),
        content_hash=hashlib.sha256(raw.encode()).hexdigest(),
    )


def names_of(draft: Draft) -> list[str]:
    """Every name of the article's conditions: Korean, English, synonyms."""
    return [
        name
        for condition in draft.conditions
        for name in (condition["ko"], condition["en"], *condition.get("synonyms", ()))
    ]


def pieces(draft: Draft) -> list[Piece]:
    """The passages of an article. The title stands before each, since a section rarely names it."""
    names = ", ".join(names_of(draft))
    said = " / ".join(draft.says)
    found = [Piece(SAYS, 0, draft.title, f"{draft.title}\n{names}\n{said}")]
    for position, (section, text) in enumerate(draft.sections, start=1):
        found.append(Piece(section, position, text, f"{draft.title}\n{text}"))
    return found


def _sections(body: str) -> tuple[tuple[str, str], ...]:
    parts = HEADING.split(body)
    unknown = [name for name in parts[1::2] if name not in SECTIONS]
    if unknown or parts[0].strip():
        raise ArticleError(f"unknown heading or stray text: {unknown or parts[0][:40]}")
    found = tuple(
        (SECTIONS[name], text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    )
    if not found:
        raise ArticleError("no sections")
    return found
