"""An owner's pages of a note: who sees it, in which state, and what can be done with it."""

import re

import pytest

from chat.services import end_consultation, open_consultation
from soap import reviewing, sharing, tasks
from soap.models import NoteJob, ShareLink
from soap.tests.notes import DRAFTED, make_note, make_vet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.embed_note, "delay", lambda _job: None)
    monkeypatch.setattr(tasks.write_note, "delay", lambda _job: None)


@pytest.fixture
def note(consultation):
    return make_note(consultation)


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_owner_reads_the_note_in_plain_words(page, note):
    answer = page.get(f"/notes/{note.pk}")

    assert answer.status_code == 200
    assert "<h1>상담 요약</h1>" in words(answer)
    for part in (DRAFTED["S"], "앞으로 하실 일", "주된 증상", "진료기록이나 진단이 아니에요"):
        assert part in words(answer)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["notes/{note}", "notes/{note}.pdf", "consultations/{talk}/note"])
def test_another_owner_finds_nothing_and_a_visitor_signs_in(client, note, stranger, path):
    address = "/" + path.format(note=note.pk, talk=note.consultation_id)
    assert client.get(address).url.startswith("/login?next=")

    client.force_login(stranger)
    assert client.get(address).status_code == 404


def test_another_owner_neither_shares_nor_revokes(client, note, owner, stranger):
    link = sharing.share(note=note, owner=owner).link
    client.force_login(stranger)

    assert client.post(f"/notes/{note.pk}/links", {"days": "7"}).status_code == 404
    assert client.post(f"/links/{link.pk}/revoke").status_code == 404
    assert ShareLink.objects.get().revoked_at is None


def test_a_text_of_markup_is_shown_as_text(page, consultation):
    note = make_note(consultation, keywords={"주증상": "<script>x</script>"})
    note.sections.filter(kind="S").update(text="<img src=x onerror=alert(1)>")
    body = words(page.get(f"/notes/{note.pk}"))

    assert "<img src=x" not in body
    assert "&lt;img src=x" in body
    assert "<script>x" not in body


def test_an_automatic_note_is_not_called_a_models_work(page, note):
    body = words(page.get(f"/notes/{note.pk}"))

    assert "자동 요약이에요" in body
    assert "AI가 작성" not in body
    assert "검토 대기" in body


@pytest.mark.parametrize("is_offered", [True, False])
def test_an_owner_who_did_not_ask_a_vet_reads_how_to(page, consultation, is_offered):
    note = make_note(consultation, **({} if is_offered else {"offered_at": None}))
    body = words(page.get(f"/notes/{note.pk}"))

    assert ("아직 수의사에게 보이지 않는 요약이에요" in body) != is_offered
    assert ("수의사 검토 없음" in body) != is_offered


def test_a_signed_note_names_the_vet_and_its_amendment(page, note):
    vet = make_vet("마음")
    opened = reviewing.open_note(note=note, vet=vet)
    assert "검토 중" in words(page.get(f"/notes/{note.pk}"))
    reviewing.approve(note=note, vet=vet, read_version=opened.version)
    section = note.sections.get(kind="P")
    reviewing.amend(section=section, text="내일 다시 오세요", reason="검사 결과가 나옴", vet=vet)
    body = words(page.get(f"/notes/{note.pk}"))

    assert "수의사 마음 님이" in body
    assert "확인 완료" in body
    assert "내일 다시 오세요" in body
    assert "검사 결과가 나옴" in body
    assert "AI가 작성" not in body
    assert vet.email not in body


def test_a_consultation_leads_to_its_note(page, note):
    answer = page.get(f"/consultations/{note.consultation_id}/note")

    assert answer.url == f"/notes/{note.pk}"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("queued", "요약을 쓰고 있어요"),
        ("running", "요약을 쓰고 있어요"),
        ("dead", "요약을 만들지 못했어요"),
        ("skipped", "나눈 이야기가 없어서"),
    ],
)
def test_a_note_that_is_not_there_says_why(page, consultation, status, sentence):
    end_consultation(consultation=consultation, ending="owner")
    NoteJob.objects.update(status=status)
    body = words(page.get(f"/consultations/{consultation.pk}/note"))

    assert sentence in body
    assert ("awaited.js" in body) == (status in ("queued", "running"))


def test_an_open_consultation_has_no_note_yet(page, consultation):
    assert "상담이 끝나면" in words(page.get(f"/consultations/{consultation.pk}/note"))


def card(answer):
    found = re.search(r'<section id="note-card".*?</section>', words(answer))
    assert found
    return found.group()


def test_the_consultations_page_carries_a_card_that_waits(page, consultation):
    shown = page.get(f"/consultations/{consultation.pk}")
    assert 'data-state="open"' in card(shown)
    assert card(shown).count("hidden") == 2
    end_consultation(consultation=consultation, ending="owner")
    assert 'data-state="writing"' in card(page.get(f"/consultations/{consultation.pk}"))
    make_note(consultation)
    ready = card(page.get(f"/consultations/{consultation.pk}"))
    assert "상담 요약이 준비됐어요" in ready
    assert "hidden" not in ready


def test_the_list_of_consultations_leads_to_notes(page, note, owner, dog):
    type(note.consultation).objects.update(head_seq=1)
    other = open_consultation(owner=owner, pet=dog)
    type(other).objects.update(head_seq=1)
    body = words(page.get("/home"))

    assert body.count("상담 요약</a>") == 1
    assert f'href="/notes/{note.pk}"' in body


def test_a_link_is_shown_once_with_its_code(page, client, note):
    answer = page.post(f"/notes/{note.pk}/links", {"days": "1"})
    body = words(answer)
    [address] = re.findall(r'value="(http://testserver/s/[\w-]{43})"', body)

    assert answer.status_code == 201
    assert "data:image/svg+xml" in body
    assert "no-store" in answer["Cache-Control"]
    assert client.get(address).status_code == 200
    secret = address.rpartition("/")[2]
    assert secret not in words(page.get(f"/notes/{note.pk}"))


@pytest.mark.parametrize("days", ["", "2", "-7", "seven", "9" * 40, "７"])
def test_odd_days_are_refused_in_a_sentence(page, note, days):
    answer = page.post(f"/notes/{note.pk}/links", {"days": days})

    assert answer.status_code == (201 if days == "７" else 400)
    if days != "７":
        assert "1일, 7일, 30일" in words(answer)


def test_the_owner_sees_openings_and_revokes(page, note, owner):
    shared = sharing.share(note=note, owner=owner)
    page.get(f"/s/{shared.secret}", REMOTE_ADDR="203.0.113.9")
    body = words(page.get(f"/notes/{note.pk}"))
    assert "1번 열림" in body
    assert "203.0.*.*" in body
    assert "203.0.113.9" not in body

    answer = page.post(f"/links/{shared.link.pk}/revoke", follow=True)
    assert "링크를 거뒀어요" in words(answer)
    assert "지금 열리는 링크" not in words(answer)
    assert page.get(f"/s/{shared.secret}").status_code == 404


def test_the_file_has_a_korean_name(page, note):
    answer = page.get(f"/notes/{note.pk}.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert "inline; filename*=utf-8''%EC%83%81%EB%8B%B4" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")


def test_the_number_of_queries_does_not_grow_with_links(
    page, note, owner, django_assert_max_num_queries
):
    for _ in range(6):
        sharing.share(note=note, owner=owner)

    with django_assert_max_num_queries(18):
        page.get(f"/notes/{note.pk}")
