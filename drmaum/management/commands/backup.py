"""`manage.py backup`: everything that people entrusted to the product, in one file."""

import json
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from drmaum.backups import archive, server
from drmaum.lib.help import HelpFormatter
from drmaum.stack.places import var

EPILOG = """\
examples:
  manage.py backup                        into var/backups, named by the moment
  manage.py backup /safe/drmaum.tar       into this file; an older one stays until the new is whole
  manage.py backup --json                 prints what was made

The product may go on running: the database is taken as of one moment. The file holds people's
data in the clear, readable for you alone: keep it where the data itself may lie. Not in it are
SECRET_KEY and other settings (sign-ins end after a restore under another key), and, where
MEDIA_BUCKET is set, the uploaded files: the bucket keeps its own versions.

exit codes: 0 made; 1 not made, with the reason; 2 wrong arguments.
"""


class Command(BaseCommand):
    help = "Write the database and the uploaded files into one file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("file", nargs="?", type=Path, help="where to write it")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        target: Path = options["file"] or _named_by_moment()
        try:
            contents = self._write(target, is_quiet=options["json"])
        except (server.ServerError, OSError) as error:
            raise CommandError(f"no backup was made: {error}") from error
        size = target.stat().st_size
        files = len(contents.checksums) - 1
        if options["json"]:
            told = {"file": str(target), "bytes": size, "files": files, "made_at": contents.made_at}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self.stdout.write(f"{target}: the database and {files} files, {size / 1e6:.1f} MB")

    def _write(self, target: Path, *, is_quiet: bool) -> archive.Contents:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
            dump = Path(folder) / archive.DUMP
            server.dump(address(), dump)
            return archive.write(target, dump, media(), self._progress(is_quiet=is_quiet))

    def _progress(self, *, is_quiet: bool) -> archive.Progress:
        def told(done: int, of: int) -> None:
            if not is_quiet and (done % 500 == 0 or done == of):
                self.stderr.write(f"{done} of {of} files")

        return told


def address() -> str:
    """The database's address. Raises CommandError where its password is not ours to read."""
    if settings.DATABASE_SECRET_ID:
        raise CommandError(
            "the database's login rotates (DATABASE_SECRET_ID): use the server's own snapshots,"
            " see docs/operations.md"
        )
    return os.environ["DATABASE_URL"]


def media() -> Path | None:
    """The folder of uploaded files; None where they lie in a bucket."""
    return None if settings.MEDIA_BUCKET else Path(settings.MEDIA_ROOT)


def _named_by_moment() -> Path:
    return var() / "backups" / f"drmaum-{timezone.now():%Y%m%d-%H%M%S}.tar"
