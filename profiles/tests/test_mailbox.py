"""The local mailbox: what is sent is kept in a folder and shown on this machine only."""

import pytest
from django.core import mail

from conftest import PASSWORD
from drmaum.lib import mailbox

LOCAL = "drmaum.lib.mailbox.LocalMailbox"


@pytest.fixture
def post_office(settings):
    """The real backend of the embedded setup, in place of pytest-django's."""
    settings.EMAIL_BACKEND = LOCAL


def send(subject, text="본문이에요.", to=("bori@example.com",)):
    mail.send_mail(subject, text, None, list(to))


def test_a_korean_mail_is_read_as_it_was_sent(post_office):
    send(
        "[Dr. 마음] 제목이 길고 길어 한 줄에 다 들어가지 않는 한국어 메일 제목이에요",
        "여러 줄\n본문 🐶\n",
    )

    (found,) = mailbox.newest()

    assert found.to == "bori@example.com"
    assert found.subject == (
        "[Dr. 마음] 제목이 길고 길어 한 줄에 다 들어가지 않는 한국어 메일 제목이에요"
    )
    assert found.text.replace("\r\n", "\n") == "여러 줄\n본문 🐶\n"


def test_the_newest_comes_first_and_the_list_is_bounded(post_office):
    for number in range(4):
        send(f"{number}번째")

    assert [found.subject for found in mailbox.newest(3)] == ["3번째", "2번째", "1번째"]


def test_every_recipient_is_named(post_office):
    send("두 사람", to=("a@example.com", "b@example.com"))

    assert mailbox.newest()[0].to == "a@example.com, b@example.com"


def test_no_folder_is_an_empty_mailbox():
    assert mailbox.newest() == []


def test_the_terminal_names_the_mail_but_not_the_code(post_office, capsys):
    send("[Dr. 마음] 가입 확인 번호", "가입 확인 번호는 123456 이에요.")

    line = capsys.readouterr().out
    assert "bori@example.com" in line
    assert "가입 확인 번호" in line
    assert "123456" not in line


@pytest.mark.django_db(transaction=True)
def test_the_code_of_a_sign_up_is_read_in_the_mailbox(post_office, nobody, application, client):
    nobody.post("/api/v1/auth/signup", application)
    (letter,) = mailbox.newest()
    digits = next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)

    page = client.get("/mailbox/")
    answer = nobody.post("/api/v1/auth/confirm", {"email": letter.to, "code": digits})

    assert digits in page.content.decode()
    assert answer.status_code == 200
    assert PASSWORD not in letter.text


def test_a_mail_body_is_shown_as_text_not_as_markup(post_office, client, db):
    send("<script>alert(1)</script>", "<img src=x>")

    page = client.get("/mailbox/").content.decode()

    assert "&lt;script&gt;" in page
    assert "<img src=x>" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["192.168.0.7", "10.0.0.1", "::ffff:10.0.0.1", ""])
def test_other_machines_see_no_mailbox(post_office, client, address):
    assert client.get("/mailbox/", REMOTE_ADDR=address).status_code == 404
    assert client.get("/mailbox/", REMOTE_ADDR="127.0.0.1").status_code == 200


@pytest.mark.django_db
def test_a_forwarding_header_does_not_open_the_mailbox(post_office, client):
    answer = client.get("/mailbox/", REMOTE_ADDR="192.168.0.7", HTTP_X_FORWARDED_FOR="127.0.0.1")

    assert answer.status_code == 404


@pytest.mark.django_db
def test_there_is_no_mailbox_on_a_real_server(post_office, client, settings):
    settings.EMBEDDED = False

    assert client.get("/mailbox/").status_code == 404


@pytest.mark.django_db
def test_there_is_no_mailbox_where_mail_is_really_sent(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert client.get("/mailbox/").status_code == 404
