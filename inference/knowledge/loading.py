"""An article as Markdown with front matter: parsed, checked, cut into passages. Pure Python.

One section is one passage: sections are short (120 to 420 characters) and each has a purpose
that the answer uses. What owners say ("says") and the conditions' names form one more passage
that is searched but never quoted.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
HEADING = re.compile(r"^## +(.+?) *$", re.M)
SAYS = "says"
LONGEST_PART = 900
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
    status: str = "source_checked"
    red_flags: tuple[str, ...] = ()
    """Rules of triage whose dangers this article is about."""
    origin: str = "shipped"
    licence: str = ""


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
    except (yaml.YAMLError, ValueError) as error:  # the latter: 30 February
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
        status=str(front.get("status", "source_checked")),
        red_flags=tuple(map(str, front.get("red_flags", ()))),
    )


def parse_folder(folder: Path) -> tuple[list[Draft], dict[str, str]]:
    """All articles of a folder, and the reasons of those that could not be read."""
    drafts, failed = [], {}
    for file in sorted(folder.glob("*.md")):
        try:
            drafts.append(parse(file.stem, file.read_text(encoding="utf-8")))
        except (ArticleError, UnicodeDecodeError, KeyError, TypeError) as error:
            failed[file.stem] = str(error)
    return drafts, failed


def whole_text(draft: Draft) -> str:
    """All that an article is found by when words are asked."""
    said = " / ".join(draft.says)
    return f"{draft.title}\n{', '.join(names_of(draft))}\n{said}\n{draft.body}"


def names_of(draft: Draft) -> list[str]:
    """Every name of the article's conditions: Korean, English, synonyms."""
    return [
        name
        for condition in draft.conditions
        for name in (condition["ko"], condition.get("en"), *condition.get("synonyms", ()))
        if name
    ]


def pieces(draft: Draft) -> list[Piece]:
    """The passages of an article. The title stands before each, since a section rarely names it."""
    names = ", ".join(names_of(draft))
    said = " / ".join(draft.says)
    found = [Piece(SAYS, 0, draft.title, f"{draft.title}\n{names}\n{said}")]
    for position, (section, text) in enumerate(draft.sections, start=1):
        found.append(Piece(section, position, text, f"{draft.title}\n{text}"))
    return found


def sections_of(body: str) -> tuple[tuple[str, str], ...]:
    """The sections of any article: by our headings where they are used, or else by its own,
    a long one in parts of a few paragraphs."""
    parts = HEADING.split(body)
    if not parts[0].strip() and set(parts[1::2]) <= set(SECTIONS):
        return _sections(body)
    headed = [("본문", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return tuple(
        (heading[:40], part) for heading, text in headed for part in _paragraphs(text.strip())
    )


def _paragraphs(text: str) -> list[str]:
    """Consecutive paragraphs together, up to LONGEST_PART characters; a longer one is cut."""
    found: list[str] = []
    for paragraph in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
        for start in range(0, len(paragraph), LONGEST_PART):
            piece = paragraph[start : start + LONGEST_PART]
            if found and len(found[-1]) + len(piece) < LONGEST_PART:
                found[-1] = f"{found[-1]}\n\n{piece}"
            else:
                found.append(piece)
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
