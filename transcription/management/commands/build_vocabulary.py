"""`manage.py build_vocabulary`: the words that an engine of speech is to expect."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from transcription import vocabulary


class Command(BaseCommand):
    help = (
        "Collect the breeds, medicines, signs and conditions of the shipped library, those that it"
        " speaks of most first. Without an option it compares them with the file that comes along"
        " and ends with 1 where that is out of date; --write brings it up to date. --amazon writes"
        " the table of a custom vocabulary of Amazon Transcribe: upload it to your bucket, create"
        " the vocabulary with language ko-KR, and set TRANSCRIBE_VOCABULARY to its name."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="bring the shipped file up to date"
        )
        parser.add_argument("--amazon", type=Path, help="write Amazon Transcribe's table here")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        built = vocabulary.build()
        shipped = vocabulary.terms() if vocabulary.FILE.exists() else ()
        told: dict[str, Any] = {
            "words": len(built),
            "added": sorted(set(built) - set(shipped)),
            "removed": sorted(set(shipped) - set(built)),
            "is_up_to_date": built == shipped,
        }
        try:
            if options["write"]:
                vocabulary.FILE.write_text(vocabulary.text_of(built), encoding="utf-8")
            if options["amazon"]:
                table = vocabulary.amazon_table(built)
                options["amazon"].write_text(table, encoding="utf-8")
        except OSError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(f"{len(built)} words")
            for mark, changed in (("+", told["added"]), ("-", told["removed"])):
                self.stdout.write("".join(f"{mark} {word}\n" for word in changed), ending="")
        if not (told["is_up_to_date"] or options["write"] or options["amazon"]):
            raise SystemExit(1)
