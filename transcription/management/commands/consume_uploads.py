"""`manage.py consume_uploads`: hear from the bucket itself which files have arrived."""

import signal
from argparse import ArgumentParser
from typing import Any

from django import db
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from drmaum.lib.help import HelpFormatter
from transcription import arrivals
from transcription.queue import QueueDownError

EPILOG = """\
examples:
  manage.py consume_uploads           beside web and worker, until it is stopped
  manage.py consume_uploads --once    what waits now, then end

It is needed where MEDIA_BUCKET is set and the bucket sends its ObjectCreated events of incoming/
to the SQS queue of MEDIA_EVENTS_QUEUE (its address). A client confirms its upload itself; what it
could not confirm any more, because the page was closed or the network lost, is found here. Both
may happen, in any order and any number of times. Several of these processes may run at once.

An event that cannot be read is logged and dropped. While the database or the queue is away
nothing is lost: messages come again. TERM and INT end it after the messages at hand.

exit codes: 0 ended or done; 1 --once: queue or database did not answer; 2 MEDIA_EVENTS_QUEUE is not set,
or wrong arguments.
"""


class Command(BaseCommand):
    help = "Confirm uploads as soon as the bucket tells that their bytes have arrived."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = HelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("--once", action="store_true", help="do what waits now, then end")

    def handle(self, **options: Any) -> None:
        if not settings.MEDIA_EVENTS_QUEUE:
            raise CommandError(
                "MEDIA_EVENTS_QUEUE is not set: give the address of the queue to which the"
                " bucket sends its events (.env.example)",
                returncode=2,
            )
        shift = arrivals.Shift()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, shift.end)
        if not options["once"]:
            arrivals.consume(shift)
        try:
            count = arrivals.consume_waiting(shift)
        except QueueDownError as error:
            raise CommandError(f"the queue did not answer: {error}") from error
        except db.Error as error:
            raise CommandError(f"the database did not answer: {error}") from error
        self.stdout.write(f"{count} messages")
