"""The mail backend of the embedded setup: mail is kept in a folder and named in the log."""

import email
import email.policy
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Letter
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


@dataclass(frozen=True)
class Mail:
    at: datetime
    to: str
    subject: str
    text: str


class LocalMailbox(BaseEmailBackend):
    """Writes each mail to `MAILBOX_FOLDER` and its first lines to the terminal."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAILBOX_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            file = folder / f"{time.time_ns()}-{secrets.token_hex(3)}.eml"
            file.write_bytes(message.message().as_bytes())
            recipients = ", ".join(message.to)
            print(f"메일 → {recipients} | {message.subject} | /mailbox/", flush=True)  # noqa: T201
        return len(email_messages)


def newest(limit: int = 30) -> list[Mail]:
    """The last mails, newest first."""
    files = sorted(Path(settings.MAILBOX_FOLDER).glob("*.eml"), reverse=True)[:limit]
    return [_read(file) for file in files]


def _read(file: Path) -> Mail:
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = letter.get_body(preferencelist=("plain",)) if isinstance(letter, Letter) else None
    at = datetime.fromtimestamp(int(file.name.split("-")[0]) / 1e9, tz=UTC)
    text = body.get_content() if body else ""
    return Mail(at, str(letter["To"]), str(letter["Subject"]).strip(), text)
