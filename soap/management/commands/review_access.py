"""`manage.py review_access`: who opened whose records in a month, and what to ask about."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from drmaum.lib.help import HelpFormatter
from soap import access_review

EPILOG = """\
examples:
  manage.py review_access                   the month that is over; on the 1st it is mailed too
  manage.py review_access --month 2026-10
  manage.py review_access --json

Every opening, copy, print, edit, approval and assignment of a note is in the log, which the
database lets nobody change or shorten. Accounts stand by how much they did; below them stands what
somebody should ask about: accounts that are closed by now, over 100 records in a day, over 30
copied or printed in a day, and openings between midnight and six.

exit codes: 0 nothing stands out; 3 there is something to ask about; 2 wrong arguments.
"""
QUESTIONS = 3


class Command(BaseCommand):
    help = "Review the access log of a month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="another month")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        found = access_review.review(options["month"] or access_review.last_month())
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(access_review.as_text(found))
        if found.questions:
            raise SystemExit(QUESTIONS)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no month; write it as 2026-10") from error


def _as_json(found: access_review.Review) -> dict[str, Any]:
    return {
        "month": f"{found.month:%Y-%m}",
        "entries": found.entries,
        "accounts": [
            {
                "email": use.email,
                "actions": dict(use.actions),
                "owners": len(use.owners),
                "addresses": sorted(use.addresses),
                "at_night": use.at_night,
            }
            for use in found.uses
        ],
        "questions": found.questions,
    }
