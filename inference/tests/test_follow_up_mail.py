"""The mail of a check-in: to the owner only, once, and tried again when its server fails."""

import smtplib

import pytest
from django.core import mail
from django.utils import timezone

from chat import services as chat_services
from drmaum.stack.product import programs
from inference.followups import asking
from inference.models import FollowUp
from inference.tests.check_ins import after, asked_after, at_once, of, say
from profiles import services as profile_services
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("enqueued")]


@pytest.fixture
def broken_mail(monkeypatch):
    """The mail server fails so, until `mend` is called."""

    def fail(error: Exception) -> None:
        def refuse(*_, **__):
            raise error

        monkeypatch.setattr("inference.followups.asking.send_mail", refuse)

    fail.mend = lambda: monkeypatch.setattr(  # type: ignore[attr-defined]
        "inference.followups.asking.send_mail", mail.send_mail
    )
    return fail


def test_the_name_of_a_pet_is_no_markup_in_a_mail(consultation, monkeypatch):
    profile_services.change_pet(pet=consultation.pet, facts={"name": "보리 & <콩>"})
    monkeypatch.setattr("inference.followups.questions._by_rule", lambda _: None)
    monkeypatch.setattr("inference.followups.questions.BY_KIND", {})
    asked_after(consultation)

    assert mail.outbox[0].subject == "[Dr. 마음] 보리 & <콩>의 안부를 여쭤봐요"
    assert "보리 & <콩>, 지금 좀 어떤가요?" in mail.outbox[0].body


def test_a_name_of_two_lines_is_a_subject_of_one(consultation):
    profile_services.change_pet(pet=consultation.pet, facts={"name": "보리\n콩"})
    asked_after(consultation)

    assert mail.outbox[0].subject == "[Dr. 마음] 보리 콩의 안부를 여쭤봐요"


def test_an_unconfirmed_address_gets_no_mail(consultation, owner):
    User.objects.filter(pk=owner.pk).update(email_verified_at=None)
    asked_after(consultation)

    assert mail.outbox == []


@pytest.mark.parametrize("deleted", ["consultation", "pet", "account"])
def test_what_was_deleted_is_neither_asked_nor_mailed(consultation, owner, deleted, broken_mail):
    broken_mail(ConnectionRefusedError())
    asked_after(consultation, hours=3)
    {"consultation": consultation, "pet": consultation.pet, "account": owner}[deleted].delete()
    broken_mail.mend()
    with after(12):
        asking.ask_due()

    assert not FollowUp.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPServerDisconnected()],
    ids=["refused", "slow", "cut"],
)
def test_a_mail_server_that_fails_is_tried_again(consultation, broken_mail, error):
    broken_mail(error)
    follow_up = asked_after(consultation, hours=3)
    assert (follow_up.status, follow_up.mailed_at, mail.outbox) == ("asked", None, [])

    broken_mail.mend()
    with after(3.5):
        asking.ask_due()

    follow_up.refresh_from_db()
    assert follow_up.mailed_at is not None
    assert len(mail.outbox) == 1


def test_one_address_that_is_refused_does_not_stop_the_others(consultation, stranger, monkeypatch):
    rabbit = profile_services.register_pet(owner=stranger, facts={"name": "토토", "species": "dog"})
    say(chat_services.open_consultation(owner=stranger, pet=rabbit))
    say(consultation)

    def refuse(subject, text, sender, to):
        if to == [stranger.email]:
            raise smtplib.SMTPRecipientsRefused({})
        return mail.send_mail(subject, text, sender, to)

    monkeypatch.setattr("inference.followups.asking.send_mail", refuse)
    with after(3):
        asking.ask_due()

    assert [letter.to for letter in mail.outbox] == [[consultation.owner.email]]


def test_killed_between_question_and_mail_the_next_round_mails(consultation, monkeypatch):
    def killed() -> None:
        raise SystemExit

    say(consultation)
    with monkeypatch.context() as patch, after(3):
        patch.setattr("inference.followups.asking._send_mails", killed)
        with pytest.raises(SystemExit):
            asking.ask_due()
    assert (FollowUp.objects.asked().count(), mail.outbox) == (1, [])

    with after(3.1):
        assert asking.ask_due() == 0

    assert len(mail.outbox) == 1


def test_a_mail_that_is_half_a_day_late_is_not_sent(consultation, broken_mail):
    broken_mail(ConnectionRefusedError())
    asked_after(consultation)
    broken_mail.mend()
    with after(25):
        asking.ask_due()

    assert mail.outbox == []
    assert FollowUp.objects.asked().count() == 1


def test_an_answered_question_is_not_mailed(consultation, broken_mail):
    broken_mail(ConnectionRefusedError())
    follow_up = asked_after(consultation, hours=3)
    FollowUp.objects.filter(pk=follow_up.pk).update(status="answered")
    broken_mail.mend()
    with after(3.5):
        asking.ask_due()

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_is_being_sent_holds_up_no_message_and_is_sent_once(consultation, monkeypatch):
    first = say(consultation)
    FollowUp.objects.filter(message=first, hours=3).update(due_at=timezone.now())
    meanwhile = []

    def slowly(*letter):
        """While the mail server takes its time, another worker and the owner come along."""
        if not meanwhile:
            meanwhile.append("here")
            at_once(asking.ask_due, count=1)
            at_once(lambda: say(consultation, "강아지가 숨을 못 쉬어요"), count=1)
        return mail.send_mail(*letter)

    monkeypatch.setattr("inference.followups.asking.send_mail", slowly)
    asking.ask_due()

    assert meanwhile == ["here"]
    assert of(first) == [(3, "asked"), (12, "dropped")]
    assert len(mail.outbox) == 1


def test_mails_of_the_run_command_lead_to_the_port_that_it_opened(monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    work = next(one for one in programs("127.0.0.1", 8022) if one.name == "work")

    assert work.environment["SITE_URL"] == "http://localhost:8022"
