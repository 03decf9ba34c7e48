"""An owner hears once that a vet has checked the note."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from soap import reviewing, tasks, telling
from soap.models import NoteNotice
from soap.tests.notes import make_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(consultation, vet, handed):
    note = make_note(consultation)
    return reviewing.approve(note=note, vet=vet, read_version=note.version)


def test_the_owner_is_written_to_once(approved, owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (tasks.tell_owners(), tasks.tell_owners()) == (1, 0)
    [letter] = mail.outbox
    assert letter.to == [owner.email]
    assert "보리" in letter.subject
    assert f"/notes/{approved.pk}" in letter.body
    assert "토" not in letter.body  # nothing of the note itself


def test_nothing_is_promised_before_the_signature(consultation):
    make_note(consultation)
    assert not NoteNotice.objects.exists()


def test_a_mail_server_that_is_away_is_tried_again(approved, monkeypatch):
    def away(*_):
        raise ConnectionRefusedError

    with monkeypatch.context() as once:
        once.setattr(telling, "send_mail", away)
        assert tasks.tell_owners() == 0
    assert NoteNotice.objects.get().mailed_at is None
    assert tasks.tell_owners() == 1


@pytest.mark.parametrize("changes", [{"email_verified_at": None}, {"is_active": False}])
def test_who_cannot_be_written_to_is_not(approved, owner, changes):
    type(owner).objects.filter(pk=owner.pk).update(**changes)
    assert tasks.tell_owners() == 0


def test_old_news_are_no_news(approved):
    NoteNotice.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert tasks.tell_owners() == 0


def test_an_erased_consultation_takes_its_notice_along(approved, consultation):
    consultation.delete()
    assert not NoteNotice.objects.exists()
