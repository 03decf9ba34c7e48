"""Back from a backup, without bringing back what its owners have erased since.

All is made ready in a database beside the live one (filled, brought up to this version's tables,
erased once more), and takes over as a whole. Whatever goes wrong before leaves nothing behind.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from chat.erasing import erase_consultation
from chat.models import Consultation
from drmaum.backups import archive, server
from drmaum.stack.places import var
from profiles import erasing
from profiles.models import Erasure, Pet, User

Say = Callable[[str], None]
Receipt = Mapping[str, Any]


@dataclass(frozen=True)
class Restored:
    """What came back: the moment of the backup, its uploaded files, erasures carried out again."""

    made_at: str
    files: int
    erased_again: int


def restore(
    source: Path, url: str, media: Path | None, say: Say, progress: archive.Progress
) -> Restored:
    """Put the backup in the place of the database at `url` and of the folder of uploads.

    Raises archive.BrokenArchiveError, server.ServerError, OSError.
    """
    receipts = _receipts()
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=var()) as name:
        folder = Path(name)
        say("checking the file")
        contents = archive.unpack(source, folder, progress)
        say("building the database")
        fresh = server.build(url, folder / archive.DUMP)
        with _connected_to(fresh):
            call_command("migrate", verbosity=0)
            say("erasing again what was erased since")
            again = sum(erase_again(receipt) for receipt in receipts)
        say("taking over")
        server.take_over(url)
        if contents.has_media and media is not None:
            archive.put_in_place(folder / archive.MEDIA, media)
    cache.clear()
    return Restored(contents.made_at, len(contents.checksums) - 1, again)


@transaction.atomic
def erase_again(receipt: Receipt) -> bool:
    """Keep a receipt that the backup does not know, and erase its subject if it came back.

    Files that came back with it go with the next sweep, as after any erasure.
    """
    if Erasure.objects.filter(subject=receipt["subject"]).exists():
        return False
    has_come_back = _erase(receipt["kind"], receipt["subject"])
    if not has_come_back:
        Erasure.objects.create(**receipt)
    # The number that the owner was given stays good.
    kept = {name: receipt[name] for name in ("id", "asked_at")}
    Erasure.objects.filter(subject=receipt["subject"]).update(**kept)
    return has_come_back


def _erase(kind: str, subject: Any) -> bool:
    models: dict[str, Any] = {
        Erasure.Kind.CONSULTATION: Consultation,
        Erasure.Kind.PET: Pet,
        Erasure.Kind.ACCOUNT: User,
    }
    found = models[kind].objects.filter(pk=subject).first()
    if found is None:
        return False
    if kind == Erasure.Kind.CONSULTATION:
        erase_consultation(consultation=found)
    elif kind == Erasure.Kind.PET:
        erasing.erase_pet(pet=found)
    else:
        erasing.erase_user(user=found)
    return True


def _receipts() -> list[Receipt]:
    """The receipts of the live database; none where there is no database yet."""
    try:
        return list(Erasure.objects.order_by("asked_at").values())
    except DatabaseError:
        return []


@contextmanager
def _connected_to(url: str) -> Iterator[None]:
    """Let the product's own code work in another database of the server. Afterwards no
    connection is left, in neither of them."""
    live = connection.settings_dict["NAME"]
    _let_go()
    connection.settings_dict["NAME"] = url.rpartition("/")[2].partition("?")[0]
    try:
        yield
    finally:
        _let_go()
        connection.settings_dict["NAME"] = live


def _let_go() -> None:
    connection.close()
    if connection.settings_dict.get("OPTIONS", {}).get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
