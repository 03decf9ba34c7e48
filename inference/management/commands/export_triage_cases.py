"""`manage.py export_triage_cases`: the labelled messages of the review board, without names."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drmaum.lib.help import HelpFormatter
from inference import regression

EPILOG = """\
examples:
  manage.py export_triage_cases cases.jsonl             every labelled case, one a line
  manage.py export_triage_cases cases.jsonl --force     write over an older export

A line is {"id", "text", "species", "label", "accept", "pet", "history"}: the owner's message, the
urgency that a vet chose, the urgencies that count as right, the known facts of the animal and the
owner's messages before. A case comes of a message of the review board in the portal that was
labelled there. Ids hold a number and the day of the decision.

Masked in all words: phone numbers, e-mail addresses, register numbers of animals, the name of the
owner and of the owner's animals (as a word, particles kept). Owners may name people in other
ways: read the file before it leaves the house. It is written for its user's eyes only. Where the
rules read a message differently once it is masked, its id is listed.

exit codes: 0 written, also when there is no case yet; 1 FILE exists already, or could not be
written; 2 wrong arguments.
"""


class Command(BaseCommand):
    help = "Write the labelled cases of the review board to FILE, as JSON lines without names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("file", type=Path, metavar="FILE", help="where to write")
        parser.add_argument("--force", action="store_true", help="write over FILE")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        file: Path = options["file"]
        if file.exists() and not options["force"]:
            raise CommandError(f"{file} exists already: --force writes over it")
        exported = list(regression.export_cases())
        try:
            _write(file, exported)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        self._report(file, exported, as_json=options["json"])

    def _report(self, file: Path, exported: list[regression.Exported], *, as_json: bool) -> None:
        differing = [one.case.id for one in exported if not one.is_read_alike]
        if as_json:
            body = {"file": str(file), "cases": len(exported), "read_differently": differing}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{len(exported)} cases in {file}")
        for name in differing:
            self.stderr.write(f"{name}: the rules read it differently once it is masked")


def _write(file: Path, exported: Iterable[regression.Exported]) -> None:
    """All of it or nothing: an older export stays until the new one is complete."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as draft:
        try:
            for one in exported:
                draft.write(json.dumps(asdict(one.case), ensure_ascii=False) + "\n")
            draft.flush()
            os.replace(draft.name, file)
        except OSError:
            Path(draft.name).unlink(missing_ok=True)
            raise
