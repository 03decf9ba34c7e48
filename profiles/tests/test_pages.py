"""The web pages of accounts: sign up, confirm, log in, log out, as a browser does it."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from django.core import mail
from django.utils import timezone

from conftest import PASSWORD
from profiles.models import Consent, User

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "새로운-물-한-그릇-9"
FILLED = {
    "email": "new@example.com",
    "password": PASSWORD,
    "name": "새보호자",
    "terms": "on",
    "privacy": "on",
}


@pytest.fixture
def submit(visitor):
    """Open a page, then post its form with the CSRF token that the page set."""

    def submitted(url, **fields):
        visitor.get(url)
        token = visitor.cookies["csrftoken"].value
        return visitor.post(url, fields | {"csrfmiddlewaretoken": token})

    return submitted


@pytest.fixture
def logged_in(submit, owner):
    assert submit("/login", email=owner.email, password=PASSWORD).status_code == 302


def shows(answer, text, status=200):
    assert answer.status_code == status
    assert text in answer.content.decode()


def test_from_sign_up_to_logout(visitor, submit, mailed_digits):
    assert submit("/signup", **FILLED).url == "/confirm"
    user = User.objects.get(email="new@example.com")
    granted = dict(user.consents.values_list("kind", "is_granted"))
    assert granted == {
        "terms": True, "privacy": True, "overseas_ai": False, "vet_review": False,
    }  # fmt: skip

    assert submit("/confirm", code=mailed_digits()).url == "/pets/new"
    assert visitor.get("/pets").status_code == 200

    token = visitor.cookies["csrftoken"].value
    assert visitor.post("/logout", {"csrfmiddlewaretoken": token}).url == "/"
    assert visitor.get("/pets").url == "/login?next=/pets"

    assert submit("/login", email=user.email, password=PASSWORD).url == "/home"
    assert visitor.get("/home").status_code == 200


@pytest.mark.parametrize(
    "url", ["/signup", "/confirm", "/login", "/password", "/password/new", "/confirm/resend"]
)
def test_no_form_is_taken_without_a_csrf_token(visitor, url):
    answer = visitor.post(url, FILLED)

    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")
    assert not User.objects.exists()


def test_logging_out_needs_a_post_with_a_csrf_token(visitor, logged_in):
    assert visitor.get("/logout").status_code == 405
    assert visitor.post("/logout").status_code == 403
    assert visitor.get("/pets").status_code == 200


def test_the_session_changes_its_key_at_login(visitor, submit, owner, mailed_digits):
    submit("/password", email=owner.email)  # gives the visitor a session
    before = visitor.cookies["sessionid"].value

    submit("/login", email=owner.email, password=PASSWORD)

    assert visitor.cookies["sessionid"].value != before


def test_a_box_left_empty_is_a_consent_missing(submit):
    without = {name: value for name, value in FILLED.items() if name != "privacy"}

    answer = submit("/signup", **without)

    assert answer.status_code == 422
    assert "privacy" in answer.context["form"].errors
    assert not User.objects.exists()


def test_the_consent_to_ai_abroad_is_not_ticked_beforehand(visitor):
    form = visitor.get("/signup").context["form"]

    assert not any(form[kind].value() for kind in Consent.Kind.values)


def test_a_weak_password_is_explained_on_the_page(submit):
    answer = submit("/signup", **FILLED | {"password": "1234"})

    (problem,) = answer.context["form"].non_field_errors()
    assert problem.startswith("이 비밀번호는 너무 짧습니다.")
    shows(answer, problem, 422)
    assert not User.objects.exists()


def test_a_known_address_is_led_the_same_way(submit, owner):
    answer = submit("/signup", **FILLED | {"email": owner.email})

    assert (answer.status_code, answer.url) == (302, "/confirm")
    assert User.objects.count() == 1
    assert mail.outbox == []


@pytest.mark.parametrize(
    "name", ["가\x00나", "가" * 61, "\ufb2c" * 60], ids=["nul", "long", "grows"]
)
def test_a_name_that_cannot_be_stored_is_refused(submit, name):
    """The last one is sixty signs long, and thrice as long once composed."""
    assert submit("/signup", **FILLED | {"name": name}).status_code == 422
    assert not User.objects.exists()


def test_a_wrong_code_is_told_on_the_page(visitor, submit, wrong_digits):
    submit("/signup", **FILLED)

    shows(submit("/confirm", code=wrong_digits()), "확인 번호가 맞지 않아요.", 422)

    assert "_auth_user_id" not in visitor.session


def test_confirming_without_a_sign_up_signs_nobody_in(visitor, submit):
    shows(submit("/confirm", code="123456"), "확인 번호가 맞지 않아요.", 422)


def test_a_new_code_is_sent_on_request(visitor, submit, mailed_digits, later):
    submit("/signup", **FILLED)
    later(timedelta(seconds=31))
    token = visitor.cookies["csrftoken"].value

    answer = visitor.post("/confirm/resend", {"csrfmiddlewaretoken": token})

    assert answer.url == "/confirm"
    assert len(mail.outbox) == 2
    shows(visitor.get("/confirm"), "확인 번호를 다시 보냈어요.")
    assert submit("/confirm", code=mailed_digits()).url == "/pets/new"


def test_a_wrong_password_is_told_without_a_hint(submit, owner):
    wrong = submit("/login", email=owner.email, password=PASSWORD + "!")
    shows(wrong, "이메일 또는 비밀번호가 맞지 않아요.", 422)
    unknown = submit("/login", email="unknown@example.com", password=PASSWORD)
    shows(unknown, "이메일 또는 비밀번호가 맞지 않아요.", 422)


def test_a_disabled_account_does_not_get_in(submit, owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)

    answer = submit("/login", email=owner.email, password=PASSWORD)

    shows(answer, "이메일 또는 비밀번호가 맞지 않아요.", 422)


def test_disabling_an_account_ends_its_browser_session(visitor, owner, logged_in):
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert visitor.get("/pets").url == "/login?next=/pets"


def test_an_unconfirmed_owner_is_led_to_the_code(submit, mailed_digits):
    User.objects.create_user("new@example.com", PASSWORD)

    assert submit("/login", email="new@example.com", password=PASSWORD).url == "/confirm"

    assert submit("/confirm", code=mailed_digits()).url == "/pets/new"


def test_a_forgotten_password_is_set_anew(submit, owner, mailed_digits):
    assert submit("/password", email=owner.email).url == "/password/new"

    assert submit("/password/new", code=mailed_digits(), password=NEW_PASSWORD).url == "/login"

    assert submit("/login", email=owner.email, password=NEW_PASSWORD).url == "/home"


@pytest.mark.parametrize("target", ["/pets", "/pets/new", "/home?a=1&b=2", "/pets#here"])
def test_after_login_one_lands_where_one_wanted(submit, owner, target):
    answer = submit(f"/login?next={quote(target)}", email=owner.email, password=PASSWORD)

    assert (answer.status_code, answer.url) == (302, target)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        " //evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "",
    ],
)
def test_after_login_nobody_is_led_elsewhere(submit, owner, target):
    answer = submit(f"/login?next={quote(target)}", email=owner.email, password=PASSWORD)

    assert answer.status_code == 302
    found = urlsplit(answer.url.replace("\\", "/"))
    assert (found.scheme, found.netloc) == ("", "")
    assert not answer.url.startswith("//")


@pytest.mark.parametrize("target", ["nowhere", "pet_edit", "가", "\x00", "/\r\nSet-Cookie: a=b"])
def test_an_odd_next_is_no_server_error(submit, owner, target):
    answer = submit(f"/login?next={quote(target)}", email=owner.email, password=PASSWORD)

    assert answer.status_code == 302
    assert "a" not in answer.cookies


def test_a_body_of_two_megabytes_is_refused_in_korean(submit):
    answer = submit("/signup", **FILLED | {"name": "a" * 2 * 1024 * 1024})

    assert answer.status_code in (400, 413)
    assert not User.objects.exists()
    assert 'lang="ko"' in answer.content.decode()


def test_the_api_takes_the_session_only_with_a_csrf_token(visitor, owner, logged_in, refused):
    facts = '{"name": "보리", "species": "dog"}'
    kind = "application/json"
    refused(visitor.post("/api/v1/pets", facts, content_type=kind), 403, "permission_denied")
    assert not owner.pets.exists()

    token = visitor.cookies["csrftoken"].value
    answer = visitor.post("/api/v1/pets", facts, content_type=kind, headers={"X-CSRFToken": token})

    assert answer.status_code == 201


def test_a_page_may_not_be_framed_and_runs_no_foreign_script(visitor):
    answer = visitor.get("/login")

    assert answer["X-Frame-Options"] == "DENY"
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert visitor.cookies["csrftoken"]["samesite"] == "Lax"


def test_a_vet_signs_in_to_the_portal(visitor, submit, vet_account):
    assert submit("/login", email=vet_account.email, password=PASSWORD).url == "/admin/"


@pytest.fixture
def vet_account(db):
    return User.objects.create_user(
        "vet@example.com", PASSWORD, role="vet", email_verified_at=timezone.now()
    )
