"""One consultation as a file: whole, true about who wrote what, and nobody else's."""

import io
import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone
from pypdf import PdfReader

from chat import services
from chat.models import Message, Upload
from soap import exporting, pdf
from soap.tests.notes import DRAFTED, make_note

pytestmark = pytest.mark.django_db
SOURCES = [{"number": 1, "title": "개의 구토", "heading": "집에서 할 일", "label": "초안"}]


@pytest.fixture
def answered(consultation, owner, enqueued):
    """A question with danger in it, a photo, and an answer of a model."""

    def ask(text="어제부터 노란 토를 해요", responder="anthropic", **more):
        said = services.send_message(consultation=consultation, author=owner, text=text)
        facts = {"responder": responder, "sources": SOURCES, **more.pop("facts", {})}
        answer = {
            "text": "**물을 조금씩** 주세요 [1]\n- 굶기지 마세요",
            "status": "complete",
            **more,
        }
        reply = services.post_reply(message=said, reply_id=Message().pk, facts=facts, **answer)
        return said, reply

    return ask


@pytest.fixture
def take(consultation, owner):
    def taken():
        consultation.refresh_from_db()
        return exporting.take(consultation=consultation, user=owner)

    return taken


@pytest.fixture
def photo(consultation, owner):
    def sent(message, **fields):
        given = {
            "owner": owner, "consultation": consultation, "message": message, "kind": "photo",
            "status": "ready", "key": f"photos/secret-{message.pk}", "name": "눈.jpg",
            "content_type": "image/jpeg", "size": 1234, "body_part": "eye", **fields,
        }  # fmt: skip
        return Upload.objects.create(**given)

    return sent


def address_of(consultation, ending):
    return f"/api/v1/consultations/{consultation.pk}/export?as={ending}"


def text_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def test_the_data_hold_words_dangers_sources_photos_and_the_note(
    api, consultation, answered, photo
):
    said, reply = answered("경련을 하고 쓰러졌어요")
    kept = photo(said)
    note = make_note(consultation)
    answer = api.get(address_of(consultation, "json"))
    body = json.loads(answer.content)

    assert answer["Cache-Control"] == "no-store"
    assert [one["id"] for one in body["messages"]] == [str(said.pk), str(reply.pk)]
    assert [one["writer"] for one in body["messages"]] == ["보호자", "AI가 작성한 답변"]
    assert body["messages"][1]["sources"] == SOURCES
    assert body["dangers"][0]["urgency"] == "emergency"
    assert body["dangers"][0]["message"] == str(said.pk)
    assert body["photos"][0]["id"] == str(kept.pk)
    assert body["note"]["id"] == str(note.pk)
    assert body["consultation"]["pet"] == "보리"


def test_no_address_of_a_file_leaves(api, consultation, answered, photo):
    kept = photo(answered()[0])
    content = api.get(address_of(consultation, "json")).content.decode()
    assert kept.key not in content
    assert "http" not in content
    assert "token" not in content


@pytest.mark.parametrize("status", ["removed", "refused", "asked"])
def test_photos_that_are_gone_or_unchecked_are_not_listed(take, answered, photo, status):
    photo(answered()[0], status=status)
    assert take().photos == []


def test_the_file_is_kept_under_a_name_that_tells_what_it_is(api, consultation):
    consultation.created_at = timezone.now()
    for ending in ("json", "pdf"):
        told = api.get(address_of(consultation, ending))["Content-Disposition"]
        assert told.startswith("attachment")
        assert f"상담기록-보리-{timezone.localdate():%Y-%m-%d}.{ending}" in unquote(told)


def test_older_wordings_are_in_the_data_but_not_on_the_sheets(take, owner, consultation, answered):
    said, _reply = answered("토를 두 번 했어요")
    services.send_message(
        consultation=consultation, author=owner, text="토를 세 번 했어요", revises=said.pk
    )
    taken = take()
    text = " ".join(text_of(pdf.render_talk(taken)))

    assert [one.is_standing for one in taken.said] == [False, False, True]
    assert "토를 세 번" in text
    assert "토를 두 번" not in text
    assert "물을 조금씩" not in text


@pytest.mark.parametrize(
    ("responder", "facts", "writer"),
    [
        ("anthropic", {}, "AI가 작성한 답변"),
        ("", {}, "AI가 작성한 답변"),
        ("extractive", {}, "지식 문서를 그대로 옮긴 답변 · AI가 작성하지 않음"),
        ("none", {}, "답변하지 못함"),
        (
            "approved",
            {"reviewer": "마음", "reviewed_on": "2026-01-02"},
            "수의사 검토 답변 · 마음 · 2026-01-02",
        ),
    ],
)
def test_the_sheets_say_who_wrote_an_answer(take, answered, responder, facts, writer):
    answered(responder=responder, facts=facts)
    text = " ".join(text_of(pdf.render_talk(take())))
    assert writer in text
    assert ("AI가 작성한 답변" in text) == (writer == "AI가 작성한 답변")


def test_the_sheets_hold_danger_talk_sources_photos_and_the_note(
    take, consultation, answered, photo
):
    said, _reply = answered("경련을 하고 쓰러졌어요")
    photo(said)
    make_note(consultation)
    text = " ".join(text_of(pdf.render_talk(take())))

    for words in (
        "상담 기록", "보리", "살펴본 위험 신호", "응급", "경련을 하고 쓰러졌어요", "사진 1장: 눈",
        "물을 조금씩 주세요", "· 굶기지 마세요", "[1] 개의 구토 · 집에서 할 일", "상담 요약",
        DRAFTED["P"], "아직 수의사가 검토하지 않았어요", "진료부나 진단서가 아니에요",
    ):  # fmt: skip
        assert words in text
    assert "**" not in text


def test_a_broken_off_answer_is_told_as_such(take, answered):
    answered(status="cut")
    assert "중간에 끊긴 답변이에요" in " ".join(text_of(pdf.render_talk(take())))


def test_long_talks_go_on_over_numbered_pages_and_lose_nothing(take, consultation, owner, enqueued):
    rows = [
        Message(
            consultation=consultation, author=owner, role="owner", seq=100 + number,
            text=f"{number}번째 이야기예요. " + "밥을 조금 남기고 물은 잘 마셔요. " * 8,
        )
        for number in range(40)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)
    pages = text_of(pdf.render_talk(take()))

    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}쪽" in page
        assert "진료부나 진단서가 아니에요" in page
    assert all(f"{number}번째 이야기" in " ".join(pages) for number in range(40))


def test_an_endless_word_and_rare_signs_break_nothing(take, answered):
    answered("가" * 3000 + " 😭👨‍👩‍👧 龘 뷁 39.8℃ <b> & %s {nb}")
    text = " ".join(text_of(pdf.render_talk(take())))
    assert "뷁 39.8℃" in text
    assert "<b> & %s" in text


def test_an_empty_consultation_is_a_file_too(take, api, consultation):
    assert text_of(pdf.render_talk(take()))
    assert json.loads(api.get(address_of(consultation, "json")).content)["messages"] == []


@pytest.mark.parametrize("ending", ["", "xml", "json/../x"])
def test_another_kind_of_file_is_refused_with_a_sentence(api, client, owner, consultation, ending):
    answer = api.get(address_of(consultation, ending))
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_file")
    client.force_login(owner)
    assert client.get(f"/consultations/{consultation.pk}/export?as={ending}").status_code == 400


@pytest.mark.parametrize("ending", ["json", "pdf"])
def test_nobody_takes_anothers_consultation(
    api, client, sign_in, stranger, consultation, answered, ending
):
    answered()
    assert sign_in(stranger).get(address_of(consultation, ending)).status_code == 404
    page = f"/consultations/{consultation.pk}/export?as={ending}"
    assert client.get(page).status_code == 302
    client.force_login(stranger)
    assert client.get(page).status_code == 404


def test_the_owner_gets_it_from_a_page(client, owner, consultation, answered):
    answered()
    client.force_login(owner)
    answer = client.get(f"/consultations/{consultation.pk}/export?as=pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert "노란 토를 해요" in " ".join(text_of(answer.content))


def test_it_asks_little_however_long_the_talk(take, answered, photo, django_assert_max_num_queries):
    for number in range(4):
        photo(answered(f"{number}번 토했어요")[0], created_at=timezone.now() + timedelta(number))
    with django_assert_max_num_queries(6):
        assert len(take().said) == 8


def test_the_lines_of_an_answer_stay_lines_on_paper(take, answered):
    _said, reply = answered("토를 두 번 했어요")
    Message.objects.filter(pk=reply.pk).update(text="**지금 할 일**\n\n- 물을 조금씩 주세요 💧")
    sheets = text_of(pdf.render_talk(take()))
    assert "지금 할 일" in " ".join(sheets)
    assert not any("□" in sheet for sheet in sheets)
