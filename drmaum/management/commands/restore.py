"""`manage.py restore`: the database and the uploaded files back from a backup."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from drmaum.backups import archive, restoring, server
from drmaum.lib.help import HelpFormatter
from drmaum.management.commands.backup import address, media
from drmaum.stack.services import Services

EPILOG = """\
examples:
  manage.py restore var/backups/drmaum-20261123-090000.tar             into an empty database
  manage.py restore var/backups/drmaum-20261123-090000.tar --replace   in the place of what is there

Stop the product first. The file is checked as a whole, the database is built beside the live one,
brought up to this version, and takes over at once: a restore that fails leaves all as it was.
What owners have erased since the backup was made is erased again before anybody can read it, as
long as the database that is being replaced can still be read.

exit codes: 0 restored; 1 nothing was changed, with the reason; 2 wrong arguments.
"""


class Command(BaseCommand):
    help = "Put a backup in the place of the database and of the uploaded files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="also where people have accounts already"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        say = self.stderr.write
        try:
            self._refuse_unless_free(is_replacing=options["replace"])
            found = restoring.restore(options["file"], address(), media(), say, lambda *_: None)
        except archive.BrokenArchiveError as error:
            raise CommandError(f"{options['file']} is refused: {error}") from error
        except (server.ServerError, OSError) as error:
            raise CommandError(f"nothing was restored: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), indent=2))
            return
        self.stdout.write(
            f"restored as of {found.made_at}: the database, {found.files} files;"
            f" {found.erased_again} erasures carried out again"
        )

    def _refuse_unless_free(self, *, is_replacing: bool) -> None:
        if settings.EMBEDDED and Services().state.keeper == "up":
            raise CommandError("Dr. 마음 is running; stop it first")
        if not is_replacing and not server.is_empty(address()):
            raise CommandError("people have accounts here already; --replace puts the backup there")
