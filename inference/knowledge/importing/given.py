"""What is told of an article, by its file and by the person who brings it, made into a draft."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from inference.knowledge.importing import lines, terms
from inference.knowledge.importing.errors import Unfit
from inference.knowledge.importing.plain import cleaned, in_short_paragraphs
from inference.knowledge.loading import (
    HEADING,
    HEADINGS,
    LONGEST_PART,
    SECTIONS,
    Draft,
    sections_of,
)

# An article is given to a model whole: a long document becomes several of them.
LONGEST_ARTICLE = 6000
LONGEST_OWN = 12_000
LONGEST_TITLE, LONGEST_LICENCE = 110, 200
USUAL_TERM = timedelta(days=365)


@dataclass(frozen=True)
class Given:
    """What the person says who brings a file, for what the file does not say itself."""

    today: date
    publisher: str = ""
    title: str = ""
    year: str = ""
    url: str = ""
    licence: str = ""
    species: tuple[str, ...] = ()
    category: str = ""
    urgency: str = ""
    expires_at: date | None = None
    is_checked: bool = False


def drafts_of(name: str, told: Mapping[str, Any], given: Given) -> Iterator[Draft]:
    """The articles of one document: `told` holds what its file says, `name` tells it from others
    of the same source. Raises Unfit."""
    sources = _sources(told, given)
    title = cleaned(str(told.get("title") or "")).strip() or name
    if len(title) > LONGEST_TITLE:
        raise Unfit("title", f"title longer than {LONGEST_TITLE} characters", word=title[:40])
    slug = slug_of(name, sources[0])
    bodies = list(_bodies(str(told["body"])))
    for number, body in enumerate(bodies, start=1):
        is_split = len(bodies) > 1
        shared = {
            "slug": f"{slug}-p{number}" if number > 1 else slug,
            "title": f"{title} ({number}/{len(bodies)})" if is_split else title,
            "body": body,
            "sources": sources,
        }
        yield _draft(shared, told, given)


def slug_of(name: str, source: Mapping[str, Any]) -> str:
    """The same for the same document of the same source, so that bringing it again updates it."""
    told = [source["publisher"], source["title"], name]
    key = "|".join(" ".join(cleaned(one).split()).casefold() for one in told)
    word = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:50].strip("-")
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return f"{word or 'document'}-{digest}"


def document_of(slug: str) -> str:
    """The slug of the document that an article is a part of."""
    return re.sub(r"-p\d+$", "", slug)


def content_hash(fields: Mapping[str, Any]) -> str:
    """Of all that is read or searched; a new term is no new text."""
    told = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def text_fields(
    *, title: str, category: str, species: Any, conditions: Any, says: Any, urgency: str,
    sources: Any, licence: str, body: str,
) -> dict[str, Any]:  # fmt: skip
    """What the hash of an article is taken of."""
    return {
        "title": title, "category": category, "species": sorted(species),
        "conditions": list(conditions), "says": list(says), "urgency": urgency,
        "sources": list(sources), "licence": licence, "body": body,
    }  # fmt: skip


def _draft(shared: dict[str, Any], told: Mapping[str, Any], given: Given) -> Draft:
    licence = cleaned(str(told.get("licence") or given.licence)).strip()
    if not licence:
        raise Unfit("licence", "the licence is missing: say under which terms it may be used")
    if len(licence) > LONGEST_LICENCE:
        raise Unfit("licence_long", f"licence longer than {LONGEST_LICENCE} characters")
    expires = told.get("expires_at") or given.expires_at or given.today + USUAL_TERM
    expires_at = terms.date_of(expires)
    if expires_at <= given.today:
        raise Unfit("expired", f"expired on {expires_at}", word=str(expires_at))
    text = text_fields(
        title=shared["title"],
        category=terms.category_of(told.get("category") or given.category or "care"),
        species=terms.species_of(told.get("species")) or given.species or tuple(terms.SPECIES),
        conditions=_conditions(told.get("conditions")),
        says=[cleaned(one) for one in terms.listed(told.get("says"))],
        urgency=terms.urgency_of(told.get("urgency") or given.urgency or "soon"),
        sources=shared["sources"],
        licence=licence,
        body=shared["body"],
    )
    values: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in text.items()
    }
    return Draft(
        slug=shared["slug"],
        checked_at=given.today,
        expires_at=expires_at,
        sections=sections_of(shared["body"]),
        content_hash=content_hash(text),
        status="source_checked" if given.is_checked else "draft",
        origin="imported",
        **values,
    )


def _sources(told: Mapping[str, Any], given: Given) -> list[dict[str, Any]]:
    """Those of the file, or the one that its columns and the person name together."""
    listed = told.get("sources")
    if listed:
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise Unfit("source", "sources is not a list with publisher and title")
        keys = ("publisher", "title", "year", "url")
        return [lines.source(*(one.get(key) for key in keys)) for one in listed]
    publisher = told.get("source_publisher") or given.publisher
    title = told.get("source_title") or given.title
    if not publisher or not title:
        raise Unfit("source", "the source is missing: its publisher and its title are required")
    year = told.get("source_year") or given.year
    return [lines.source(publisher, title, year, told.get("source_url") or given.url)]


def _conditions(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return [_condition(one) for one in value]
    return [lines.condition_of(cleaned(one)) for one in terms.listed(value)]


def _condition(told: Mapping[str, Any]) -> dict[str, Any]:
    if not told.get("ko"):
        raise Unfit("condition", f"a condition without a Korean name: {dict(told)}", word=str(told))
    synonyms = [str(one) for one in told.get("synonyms") or ()]
    found = {"ko": str(told["ko"]), "en": str(told.get("en") or "")}
    return {**found, **({"synonyms": synonyms} if synonyms else {})}


def _bodies(body: str) -> Iterator[str]:
    """A body by our headings stays whole; another one is cut between its passages."""
    if not body.strip():
        raise Unfit("empty", "there is no text in it")
    headings = HEADING.findall(body)
    if headings and set(headings) <= set(SECTIONS) and body.startswith("## "):
        if len(body) > LONGEST_OWN:
            reason = f"longer than {LONGEST_OWN} characters: make several articles of it"
            raise Unfit("long", reason, most=LONGEST_OWN)
        yield body
        return
    body = in_short_paragraphs(body, LONGEST_PART)
    if len(body) <= LONGEST_ARTICLE:
        yield body
        return
    part, under = "", ""
    for section, text in sections_of(body):
        heading = HEADINGS.get(section, section)
        head = "" if heading == under or heading == "본문" else f"## {heading}\n\n"
        if part and len(part) + len(head) + len(text) > LONGEST_ARTICLE:
            yield part.strip()
            part, head = "", "" if heading == "본문" else f"## {heading}\n\n"
        part, under = f"{part}{head}{text}\n\n", heading
    yield part.strip()
