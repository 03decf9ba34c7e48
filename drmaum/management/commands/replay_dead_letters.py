"""`manage.py replay_dead_letters`: a second chance for what was given up."""

import io
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from drmaum.lib.help import HelpFormatter
from drmaum.queues import replaying
from drmaum.queues.fates import Fate

EPILOG = """\
examples:
  manage.py replay_dead_letters --dry-run             what is dead, nothing is changed
  manage.py replay_dead_letters                       try all of it once more
  manage.py replay_dead_letters --queue answers       only answers and notes
  manage.py replay_dead_letters --limit 5             a few first, to see whether they live
  manage.py replay_dead_letters --dry-run --json      for a program

Two kinds of things die. A row of a job table dies after its three attempts: an answer, a note, the
text of a recording, a copy of somebody's data. It gets three more, and the owner's apology makes
way for the answer. With Amazon SQS as the broker a message dies too, when its task failed as often
as the queue's redrive policy allows; it goes back to its queue.

First find out why they died (the portal shows the error of a row, the log that of a task) and mend
it, or they die again. Running this twice, or beside the workers, does no harm: a reply, a note and
a text are stored once, however often their task comes.

What stays dead is told with its reason: a recording that is erased meanwhile, a task that this
release does not know, a message that is none of Celery's.

exit codes: 0 nothing is dead any more, of what was asked for; 1 something stays dead, or SQS did
not answer; 2 wrong arguments.
"""
COLUMNS = ("source", "what", "outcome", "count")


class Command(BaseCommand):
    help = "Give a second chance to dead jobs, and to messages in the dead-letter queues of SQS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        names = replaying.queue_names()
        parser.add_argument("--queue", choices=names, help="only what goes through this queue")
        parser.add_argument("--limit", type=_count, metavar="N", help="no more than so many")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: Any) -> None:
        queues = [options["queue"]] if options["queue"] else replaying.queue_names()
        counted = self._replay(queues, options["limit"] or sys.maxsize, options["dry_run"])
        self._report(_lines(counted, is_rehearsal=options["dry_run"]), as_json=options["json"])
        stays = sum(count for fate, count in counted.items() if fate.left)
        if stays:
            raise CommandError(f"{stays} stay dead, for the reasons above")

    def _replay(self, queues: list[str], most: int, is_rehearsal: bool) -> Counter[Fate]:
        counted: Counter[Fate] = Counter()
        with _bar() as bar:
            task = bar.add_task("dead", total=min(most, replaying.waiting(queues)))
            for fate in replaying.replay(queues, most=most, is_rehearsal=is_rehearsal):
                counted[fate] += 1
                bar.advance(task)
        return counted

    def _report(self, lines: list[dict[str, Any]], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(lines, ensure_ascii=False, indent=2))
        elif not lines:
            self.stdout.write("nothing is dead")
        else:
            table = Table(*COLUMNS, box=None)
            for line in lines:
                table.add_row(*(str(line[column]) for column in COLUMNS))
            text = io.StringIO()
            Console(file=text, width=140).print(table)
            self.stdout.write(text.getvalue().rstrip())


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _lines(counted: Counter[Fate], *, is_rehearsal: bool) -> list[dict[str, Any]]:
    done = "would be replayed" if is_rehearsal else "replayed"
    return [
        {
            "source": fate.source,
            "what": fate.what,
            "outcome": f"left: {fate.left}" if fate.left else done,
            "count": count,
        }
        for fate, count in counted.items()
    ]


def _bar() -> Progress:
    """On the error stream, so that --json stays clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
