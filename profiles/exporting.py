"""Everything that is kept of an owner as one file: a JSON document a part, and the files.

Each app registers its own parts when it is ready; a part reads what is its owner's and nothing
else, and here it is only put in its place.
"""

import json
import zipfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from profiles.models import User


class FileGoneError(Exception):
    """The bytes of an attachment are not there any more."""


@dataclass(frozen=True)
class Attachment:
    """A file of the owner's under the name that it has in the copy."""

    name: str
    borrowed: Callable[[], AbstractContextManager[Path]]
    """Raises FileGoneError."""


@dataclass(frozen=True)
class Part:
    """What one collector found: rows as JSON can say them, and files that belong to them."""

    rows: Any
    files: Iterable[Attachment] = field(default=())


Collect = Callable[[User], Part]


@dataclass(frozen=True)
class Registered:
    name: str
    title: str
    collect: Collect


_parts: dict[str, Registered] = {}


def register(name: str, title: str, collect: Collect) -> None:
    """Add a part: its document is `<name>.json`, and `title` says what it is in Korean."""
    _parts[name] = Registered(name, title, collect)


def parts() -> list[Registered]:
    return list(_parts.values())


def write(user: User, path: Path) -> None:
    """Build the copy of everything of `user` at `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        missing: list[str] = []
        for part in parts():
            found = part.collect(user)
            body = json.dumps(found.rows, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
            target.writestr(f"{part.name}.json", body + "\n")
            missing += [one.name for one in found.files if not _put(target, one)]
        told = {"parts": parts(), "missing": missing, "made_at": timezone.localtime()}
        target.writestr("README.txt", render_to_string("export_readme.txt", told))


def _put(target: zipfile.ZipFile, file: Attachment) -> bool:
    """Photos and recordings are packed already: they are stored as they are."""
    try:
        with file.borrowed() as source:
            target.write(source, f"files/{file.name}", zipfile.ZIP_STORED)
    except FileGoneError:
        return False
    return True
