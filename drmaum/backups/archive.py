"""The file of a backup: a tar with the database's dump, the uploaded files and a manifest.

Nothing in it is compressed again: the dump and the photos are. The manifest comes last and names
the SHA-256 of every other member, so that a file that broke off or was changed is refused before
anything is replaced. It holds people's data in the clear: it is made readable for its owner alone.
"""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

DUMP, MEDIA, MANIFEST = "database.dump", "media", "manifest.json"
FORMAT = 1
Progress = Callable[[int, int], None]


class BrokenArchiveError(Exception):
    """The file is no whole backup of ours; the message says why."""


@dataclass(frozen=True)
class Contents:
    """What a manifest says: when it was made, whether uploaded files are in it, the checksums."""

    made_at: str
    has_media: bool
    checksums: dict[str, str]


def write(target: Path, dump: Path, media: Path | None, progress: Progress) -> Contents:
    """Write the file beside its place, then put it there: an older one stays until then.

    `progress` is told how many files are in, and of how many. Raises OSError.
    """
    files = {DUMP: dump}
    if media is not None:
        files |= {f"{MEDIA}/{file.relative_to(media)}": file for file in _under(media)}
    staged = target.with_name(f"{target.name}.part")
    checksums: dict[str, str] = {}
    staged.touch(mode=0o600)
    try:
        with tarfile.open(staged, "w") as tar:
            for number, (name, file) in enumerate(files.items(), 1):
                checksum = _add(tar, name, file)
                checksums |= {name: checksum} if checksum else {}
                progress(number, len(files))
            contents = Contents(datetime.now(UTC).isoformat(), media is not None, checksums)
            _add_manifest(tar, contents)
        staged.replace(target)
    finally:
        staged.unlink(missing_ok=True)
    return contents


def unpack(source: Path, folder: Path, progress: Progress) -> Contents:
    """Take a backup apart into `folder` and hold every file against its checksum.

    Raises BrokenArchiveError, OSError.
    """
    try:
        with tarfile.open(source) as tar:
            contents = _manifest(tar)
            for number, (name, checksum) in enumerate(contents.checksums.items(), 1):
                tar.extract(name, folder, filter="data")
                if _checksum(folder / name) != checksum:
                    raise BrokenArchiveError(f"{name} is not what was backed up")
                progress(number, len(contents.checksums))
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise BrokenArchiveError(f"not a whole backup ({type(error).__name__})") from error
    if DUMP not in contents.checksums:
        raise BrokenArchiveError("no database in it")
    return contents


def _under(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(file for file in folder.rglob("*") if file.is_file())


def _add(tar: tarfile.TarFile, name: str, file: Path) -> str:
    """The checksum of what was added; empty for a file that was erased meanwhile."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return ""
    with opened:
        counted = _Counted(opened)
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=opened), counted)
        return counted.checksum.hexdigest()


class _Counted:
    """Reads a file and its checksum in one go."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.checksum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self.checksum.update(found)
        return found


def _add_manifest(tar: tarfile.TarFile, contents: Contents) -> None:
    told = {"format": FORMAT, **contents.__dict__}
    info = tarfile.TarInfo(MANIFEST)
    data = json.dumps(told, indent=1).encode()
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, BytesIO(data))


def _manifest(tar: tarfile.TarFile) -> Contents:
    file = tar.extractfile(MANIFEST)
    try:
        told = json.load(file) if file else {}
        is_ours = told.pop("format") == FORMAT
        contents = Contents(**told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenArchiveError("its manifest cannot be read") from error
    if not is_ours:
        raise BrokenArchiveError("made by another version of this command")
    return contents


def _checksum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def put_in_place(fresh: Path, place: Path) -> None:
    """`fresh` becomes `place`; what was there goes. Both lie on one disk or are copied."""
    old = place.with_name(f"{place.name}.before")
    shutil.rmtree(old, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(old)
    if fresh.exists():
        shutil.move(fresh, place)
    else:
        place.mkdir()
    shutil.rmtree(old, ignore_errors=True)
