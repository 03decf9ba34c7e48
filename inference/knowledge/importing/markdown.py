"""Markdown: with front matter, as the library's own articles, or free."""

import re
from typing import Any

import yaml

from inference.knowledge.importing.errors import Unfit
from inference.knowledge.importing.plain import cleaned, plain
from inference.knowledge.importing.terms import COLUMNS, known_as
from inference.knowledge.loading import FRONT

_KEPT = {"sources": "sources", "conditions": "conditions", "says": "says"}
# What the file says of its own checking counts for nothing: a person has to say it.
_IGNORED = {"checked_at", "status"}


def told(text: str) -> dict[str, Any]:
    """What the file says of its one article. Raises Unfit."""
    text = cleaned(text).lstrip()
    matched = FRONT.match(text)
    front = _front(matched[1]) if matched else {}
    title, body = plain(text[matched.end() :] if matched else text)
    return {"title": title, **front, "body": body}


def _front(raw: str) -> dict[str, Any]:
    if re.search(r"(?:^|[\s:\[,-])[&*][A-Za-z0-9_]", raw):
        raise Unfit("front", "front matter with anchors or aliases is not read")
    try:
        found = yaml.safe_load(raw)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unfit("front", f"front matter is not YAML: {error}") from error
    if not isinstance(found, dict):
        raise Unfit("front", "front matter is not a list of names and values")
    named: dict[str, Any] = {}
    for key, value in found.items():
        name = _KEPT.get(str(key)) or known_as(str(key), COLUMNS)
        if name is None and key not in _IGNORED:
            raise Unfit("field", f"unknown field {key!r} in the front matter", word=str(key))
        if name is not None and value is not None:
            named[name] = value
    return named
