"""S39: the access log is kept, and somebody is told of it every month."""

import json
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from profiles.models import User
from soap.models import AccessLog
from soap.tasks import mail_access_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def vet(db):
    return User.objects.create_user("vet@example.com", None, role=User.Role.VET)


@pytest.fixture
def opened(vet, time_machine):
    """Log so many openings at a moment of Korean time."""

    def write(at, count=1, action="open", actor=vet):
        time_machine.move_to(f"{at}+09:00", tick=False)
        for _ in range(count):
            AccessLog.objects.create(
                actor_id=actor.pk, actor_email=actor.email, action=action, note_id=uuid4(),
                owner_id=uuid4(), address="203.0.113.7",
            )  # fmt: skip

    return write


def reviewed(*arguments):
    out = StringIO()
    try:
        call_command("review_access", "--json", *arguments, stdout=out)
    except SystemExit as ended:
        return json.loads(out.getvalue()), ended.code
    return json.loads(out.getvalue()), 0


def test_s39_no_entry_is_ever_changed_or_removed(opened):
    opened("2026-10-05T10:00:00")
    for act in (AccessLog.objects.all().delete, lambda: AccessLog.objects.update(detail="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert AccessLog.objects.count() == 1


def test_s39_a_month_is_counted_by_account(opened):
    opened("2026-09-30T23:59:59")
    opened("2026-10-01T00:00:00", action="copy")
    opened("2026-10-31T23:59:59", count=2)
    opened("2026-11-01T00:00:00")

    found, _ = reviewed("--month", "2026-10")

    assert found["entries"] == 3
    (account,) = found["accounts"]
    assert account["actions"] == {"copy": 1, "open": 2}
    assert account["owners"] == 3


def test_s39_the_month_that_is_over_is_reviewed_by_itself(opened, time_machine):
    opened("2026-10-05T10:00:00")
    time_machine.move_to("2026-11-01T07:00:00+09:00")

    found, code = reviewed()

    assert (found["month"], found["entries"], found["questions"], code) == ("2026-10", 1, [], 0)


@pytest.mark.parametrize(
    ("at", "count", "action", "says"),
    [
        ("2026-10-05T03:00:00", 1, "open", "새벽"),
        ("2026-10-05T10:00:00", 101, "open", "101건을 열었어요"),
        ("2026-10-05T10:00:00", 31, "copy", "31건을 복사하거나"),
    ],
)
def test_s39_what_stands_out_is_asked_about(opened, at, count, action, says):
    opened(at, count, action)

    found, code = reviewed("--month", "2026-10")

    assert [says in question for question in found["questions"]] == [True]
    assert code == 3


def test_s39_an_account_that_is_closed_is_asked_about(opened, vet):
    opened("2026-10-05T10:00:00")
    User.objects.filter(pk=vet.pk).update(is_active=False)

    found, code = reviewed("--month", "2026-10")

    assert "쓸 수 없는 계정" in found["questions"][0]
    assert code == 3


def test_s39_it_is_mailed_to_who_answers_for_the_portal_and_names_no_owner(opened, time_machine):
    User.objects.create_superuser("chief@example.com", "a-long-passphrase-9")
    opened("2026-10-05T10:00:00")
    time_machine.move_to("2026-11-01T07:00:00+09:00")

    assert mail_access_review() == 1

    (letter,) = mail.outbox
    assert letter.to == ["chief@example.com"]
    assert "vet@example.com: 열람 1" in letter.body
    entry = AccessLog.objects.get()
    assert str(entry.owner_id) not in letter.body
    assert str(entry.note_id) not in letter.body


def test_s39_the_review_is_on_the_schedule():
    entry = settings.CELERY_BEAT_SCHEDULE["mail-access-review"]
    assert entry["task"] == mail_access_review.name
    day = timezone.datetime(2026, 12, 1).day
    assert entry["schedule"].day_of_month == {day}


def test_s39_a_month_that_is_none_is_refused():
    with pytest.raises(CommandError, match="no month"):
        call_command("review_access", "--month", "2026-13")
