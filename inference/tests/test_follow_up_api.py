"""Check-ins over REST, on the pages and in the portal: the owner's own, and in Korean."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from chat import services as chat_services
from chat.models import Message
from inference.followups import asking
from inference.models import FollowUp
from inference.tests.board import vet
from inference.tests.check_ins import GRAVE, after, asked_after, say
from profiles import services as profile_services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("enqueued")]
LIST = "/api/v1/follow-ups"
CARD = 'class="check-in"'


@pytest.fixture
def asked(consultation) -> FollowUp:
    return asked_after(consultation)


@pytest.fixture
def web(owner) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def path(follow_up: FollowUp) -> str:
    return f"{LIST}/{follow_up.pk}/answer"


def form(follow_up: FollowUp) -> str:
    return f"/follow-ups/{follow_up.pk}/answer"


def shown(client: Client, where: str) -> str:
    return re.sub(r"\s+", " ", client.get(where).content.decode())


def test_the_list_holds_what_waits_for_an_answer(api, consultation, asked):
    (one,) = api.get(LIST).json()["results"]

    assert one == {
        "id": str(asked.pk),
        "consultation": str(consultation.pk),
        "pet": str(consultation.pet_id),
        "hours": 12,
        "question": "동물병원에 연락해 보셨나요? 지금 상태는 어떤가요?",
        "text": "12시간 지났어요. 동물병원에 연락해 보셨나요? 지금 상태는 어떤가요?",
        "asked_at": one["asked_at"],
    }


def test_what_is_only_promised_is_neither_listed_nor_answered(api, consultation):
    say(consultation)
    promised = FollowUp.objects.first()

    assert api.get(LIST).json()["results"] == []
    assert api.post(path(promised), {"choice": "same"}).status_code == 404


def test_an_answer_is_sent_like_a_message(api, consultation, asked):
    answer = api.post(path(asked), {"choice": "worse"})

    body = answer.json()
    assert answer.status_code == 200
    assert body["status"] == "답변을 준비하고 있어요"
    assert body["consultation"] == str(consultation.pk)
    assert body["message"]["text"].endswith(f"나빠졌어요. “{GRAVE}”")
    assert api.get(LIST).json()["results"] == []


def test_the_answer_names_the_new_consultation(api, consultation, asked):
    chat_services.end_consultation(consultation=consultation, ending="idle")

    body = api.post(path(asked), {"text": "좀 나아진 것 같아요"}).json()

    assert body["consultation"] != str(consultation.pk)
    assert api.get(f"/api/v1/consultations/{body['consultation']}").status_code == 200


def test_a_second_answer_is_a_conflict(api, asked):
    api.post(path(asked), {"choice": "same"})
    again = api.post(path(asked), {"choice": "same"})

    assert (again.status_code, again.json()["code"]) == (409, "follow_up_answered")
    assert again.json()["message"].startswith("이미 답해 주신 질문이에요.")
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "message_empty"),
        ({"text": "  "}, "message_empty"),
        ({"choice": ""}, "message_empty"),
        ({"choice": "dead"}, "invalid_input"),
        ({"choice": ["same"]}, "invalid_input"),
        ({"text": "가\x00나"}, "invalid_input"),
        ({"text": "가" * 4001}, "message_too_long"),
        ({"choice": "same", "urgency": "home"}, "invalid_input"),
        ([], "parse_error"),
    ],
    ids=str,
)
def test_bad_answers_are_refused_in_korean(api, asked, body, code):
    answer = api.post(path(asked), body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert re.search("[가-힣]", answer.json()["message"])
    assert FollowUp.objects.asked().get() == asked


def test_an_unknown_question_is_not_found(api):
    answer = api.post(f"{LIST}/{uuid4()}/answer", {"choice": "same"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_stranger_neither_sees_nor_answers(sign_in, stranger, asked):
    other, browser = sign_in(stranger), Client()
    browser.force_login(stranger)

    assert other.get(LIST).json()["results"] == []
    assert other.post(path(asked), {"choice": "better"}).status_code == 404
    assert browser.post(form(asked), {"choice": "better"}).status_code == 404
    assert CARD not in shown(browser, "/home")
    assert FollowUp.objects.asked().get() == asked


def test_visitors_are_asked_to_sign_in(asked):
    assert Client().get(LIST).status_code == 401
    assert Client().post(path(asked), {"choice": "same"}).status_code == 401
    assert "/login" in Client().post(form(asked), {"choice": "same"})["Location"]
    assert FollowUp.objects.asked().get() == asked


def test_what_concerns_a_pet_that_was_put_away_is_gone(api, web, consultation, asked):
    profile_services.archive_pet(pet=consultation.pet)

    assert api.get(LIST).json()["results"] == []
    assert api.post(path(asked), {"choice": "same"}).status_code == 404
    assert CARD not in shown(web, "/home")


@pytest.mark.parametrize("where", ["/home", "/consultations/{}"], ids=["home", "consultation"])
def test_the_card_stands_on_the_page(web, consultation, asked, where):
    page = shown(web, where.format(consultation.pk))

    assert page.count(CARD) == 1
    assert "12시간 지났어요. 동물병원에 연락해 보셨나요? 지금 상태는 어떤가요?" in page
    assert re.search("보리(</a>)?의 안부를 여쭤봐요", page)
    assert f'<form method="post" action="{form(asked)}">' in page
    for label in ("좋아졌어요", "그대로예요", "나빠졌어요", "병원에 다녀왔어요"):
        assert label in page


def test_the_page_of_another_consultation_shows_no_card(web, owner, cat, asked):
    other = chat_services.open_consultation(owner=owner, pet=cat)

    assert CARD not in shown(web, f"/consultations/{other.pk}")


def test_a_pets_name_is_text_on_the_card(web, consultation, monkeypatch):
    monkeypatch.setattr("inference.followups.promising.question_for", lambda *_: "<b>보리</b>?")
    asked_after(consultation)

    assert "&lt;b&gt;보리&lt;/b&gt;?" in shown(web, "/home")


def test_the_form_works_without_javascript_and_leads_to_the_consultation(web, consultation, asked):
    answer = web.post(form(asked), {"choice": "same", "text": ""})

    assert (answer.status_code, answer["Location"]) == (302, f"/consultations/{consultation.pk}")
    assert Message.objects.order_by("seq").last().text.endswith(f"그대로예요. “{GRAVE}”")
    assert CARD not in shown(web, "/home")


def test_the_form_leads_to_the_new_consultation_after_the_end(web, consultation, asked):
    chat_services.end_consultation(consultation=consultation, ending="idle")

    answer = web.post(form(asked), {"choice": "same"})

    message = Message.objects.order_by("created_at").last()
    assert message.consultation != consultation
    assert answer["Location"] == f"/consultations/{message.consultation_id}"


def test_a_second_tap_on_the_form_leads_to_the_answer_and_says_so(web, consultation, asked):
    chat_services.end_consultation(consultation=consultation, ending="idle")
    first = web.post(form(asked), {"choice": "same"})
    second = web.post(form(asked), {"choice": "same"})

    assert second["Location"] == first["Location"]
    assert "이미 답해 주신 질문이에요." in shown(web, second["Location"])
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "내용을 입력해 주세요."),
        ({"text": "가\x00"}, "읽을 수 없는 글자"),
        ({"choice": "x"}, "고를 수 있는 값"),
    ],
    ids=["empty", "unreadable", "unknown"],
)
def test_a_bad_form_leads_back_with_a_sentence(web, consultation, asked, given, said):
    answer = web.post(form(asked), given)

    page = shown(web, answer["Location"])
    assert answer["Location"] == f"/consultations/{consultation.pk}"
    assert re.search(rf'<p class="note" role="status">[^<]*{said}', page)
    assert CARD in page


def test_the_form_needs_a_post_and_the_token(owner, web, asked):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(owner)

    assert web.get(form(asked)).status_code == 405
    assert careful.post(form(asked), {"choice": "same"}).status_code == 403
    assert FollowUp.objects.asked().get() == asked


def test_the_form_of_the_page_carries_the_token(owner, asked):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(owner)
    page = careful.get("/home").content.decode()
    card = page[page.index(CARD) :]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', card)[1]

    answer = careful.post(form(asked), {"choice": "same", "csrfmiddlewaretoken": token})

    assert answer.status_code == 302
    assert not FollowUp.objects.asked().exists()


def test_vets_read_the_list_by_status_and_change_nothing(consultation, asked):
    portal = Client()
    portal.force_login(vet("view_followup", "change_followup", "delete_followup"))
    where = "/admin/inference/followup/"

    with after(0):
        asking.ask_due()
    assert asked.question in shown(portal, f"{where}?status__exact=asked")
    assert asked.question not in shown(portal, f"{where}?status__exact=answered")
    page = shown(portal, f"{where}{asked.pk}/change/")
    assert asked.question in page
    assert 'name="question"' not in page
    assert portal.post(f"{where}{asked.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_vet_without_the_permission_reads_nothing(asked):
    portal = Client()
    portal.force_login(vet())

    assert portal.get("/admin/inference/followup/").status_code == 403
