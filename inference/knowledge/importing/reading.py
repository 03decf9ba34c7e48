"""The front door: a file of any kind in, drafts of articles out."""

import unicodedata
from pathlib import PurePath
from typing import Any

from inference.knowledge.importing import apart, markdown, table
from inference.knowledge.importing.errors import Unfit
from inference.knowledge.importing.given import Given, drafts_of
from inference.knowledge.importing.plain import plain
from inference.knowledge.loading import Draft

MOST_BYTES = 20 * 1024 * 1024
KINDS = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "markdown", ".pdf": "pdf",
    ".html": "html", ".htm": "html", ".csv": "table", ".tsv": "table",
}  # fmt: skip


def read(path_name: str, data: bytes, defaults: Given) -> list[Draft]:
    """The drafts in a file; `defaults` speak where it is silent. Raises loading.ArticleError."""
    path = PurePath(unicodedata.normalize("NFC", path_name))
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(KINDS)
        raise Unfit("kind", f"not a kind of file that is read; known: {known}", word=path.suffix)
    if not data:
        raise Unfit("empty", "the file is empty")
    if len(data) > MOST_BYTES:
        raise Unfit("size", f"larger than {MOST_BYTES // 1024 // 1024} MB", most=20)
    if kind == "table":
        return table.drafts(
            decoded(data), lambda title, told: list(drafts_of(title, told, defaults))
        )
    return list(drafts_of(_name(path), _told(kind, data), defaults))


def decoded(data: bytes) -> str:
    """UTF-8, or the Korean code page of Windows. Raises Unfit."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unfit("encoding", "neither UTF-8 nor CP949 text")


def _told(kind: str, data: bytes) -> dict[str, Any]:
    if kind == "markdown":
        return markdown.told(decoded(data))
    if kind == "pdf":
        return {"body": plain(apart.text_of("pdf", data))[1]}
    title, body = plain(apart.text_of("html", decoded(data).encode()))
    return {"title": title, "body": body}


def _name(path: PurePath) -> str:
    """The name of a file as a title."""
    return " ".join(path.stem.replace("_", " ").split())[:100] or "document"
