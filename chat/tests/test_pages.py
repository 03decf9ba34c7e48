"""The web pages of consultations: mine only, and only after signing in."""

import json
import re

import pytest
from django.test import Client

from chat import services
from chat.models import Consultation
from profiles import services as profile_services

pytestmark = pytest.mark.django_db


def page_data(answer) -> dict:
    found = re.search(
        r'<script id="page" type="application/json">(.*?)</script>', answer.content.decode(), re.S
    )
    return json.loads(found[1])


@pytest.mark.parametrize("path", ["/home", "/consultations/5b0c2f5e-3f1a-4a52-9a57-0d6f5f6f3c11"])
def test_a_visitor_is_sent_to_the_login(path):
    answer = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/login?next={path}")


def test_a_visitor_opens_no_consultation(dog):
    assert Client().post("/consultations", {"pet": str(dog.pk)}).status_code == 302
    assert not Consultation.objects.exists()


def test_home_lists_what_was_told(web_client, say, consultation):
    say(consultation, "숨을 못 쉬고 잇몸이 파래요")

    shown = web_client.get("/home").content.decode()
    assert "숨을 못 쉬고 잇몸이 파래요" in shown
    assert f'href="/consultations/{consultation.pk}"' in shown
    assert "응급" in shown
    assert "보리 상담 시작하기" in shown


def test_home_hides_an_empty_consultation(web_client, consultation):
    shown = web_client.get("/home").content.decode()

    assert str(consultation.pk) not in shown
    assert "아직 상담이 없어요" in shown


def test_home_shows_nothing_of_a_stranger(web_client, foreign, stranger, enqueued):
    services.send_message(consultation=foreign, author=stranger, text="토끼가 안 먹어요")

    shown = web_client.get("/home").content.decode()
    assert "토끼가 안 먹어요" not in shown
    assert "토토" not in shown


def test_home_asks_to_register_a_pet_first(web_client):
    assert "먼저 함께 사는 아이를 등록해 주세요." in web_client.get("/home").content.decode()


def test_a_button_opens_a_consultation(web_client, dog, owner):
    answer = web_client.post("/consultations", {"pet": str(dog.pk)})

    opened = Consultation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/consultations/{opened.pk}")
    assert (opened.owner, opened.pet) == (owner, dog)


@pytest.mark.parametrize("pet", [None, "", "보리", "\x00", "5b0c2f5e-3f1a-4a52-9a57-0d6f5f6f3c11"])
def test_no_consultation_is_opened_for_no_pet(web_client, dog, pet):
    body = {} if pet is None else {"pet": pet}

    assert web_client.post("/consultations", body).status_code == 404
    assert not Consultation.objects.exists()


def test_no_consultation_is_opened_for_a_foreign_pet(web_client, foreign):
    assert web_client.post("/consultations", {"pet": str(foreign.pet_id)}).status_code == 404
    assert Consultation.objects.get() == foreign


def test_no_consultation_is_opened_for_a_pet_that_was_put_away(web_client, dog):
    profile_services.archive_pet(pet=dog)

    assert web_client.post("/consultations", {"pet": str(dog.pk)}).status_code == 404


def test_opening_needs_a_post(web_client):
    assert web_client.get("/consultations").status_code == 405


def test_opening_needs_the_csrf_token(owner, dog):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(owner)

    assert careful.post("/consultations", {"pet": str(dog.pk)}).status_code == 403
    assert not Consultation.objects.exists()


def test_a_page_carries_the_log_so_far(web_client, say, consultation):
    say(consultation)
    answer = web_client.get(f"/consultations/{consultation.pk}")

    data = page_data(answer)
    assert (answer.status_code, data["consultation"]) == (200, str(consultation.pk))
    assert data["longest"] == 4000
    assert [(event["seq"], event["type"]) for event in data["events"]] == [
        (1, "message"),
        (2, "triage"),
    ]
    assert answer.cookies["csrftoken"].value


def test_a_message_cannot_break_out_of_the_page(web_client, say, consultation):
    text = "</script><script>alert(1)</script>"
    say(consultation, text)
    answer = web_client.get(f"/consultations/{consultation.pk}")

    assert "<script>alert" not in answer.content.decode()
    assert page_data(answer)["events"][0]["message"]["text"] == text


def test_a_foreign_page_is_not_found(web_client, foreign):
    answer = web_client.get(f"/consultations/{foreign.pk}")

    assert answer.status_code == 404
    assert "토토" not in answer.content.decode()


def test_an_ended_page_hides_the_composer(web_client, say, consultation):
    say(consultation)
    services.end_consultation(consultation=consultation, ending="owner")

    shown = web_client.get(f"/consultations/{consultation.pk}").content.decode()
    assert re.search(r'<form id="composer"[^>]*\shidden', shown)
    assert not re.search(r'<p id="ended"[^>]*\shidden', shown)
