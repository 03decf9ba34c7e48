"""The portal's review page: a note beside its conversation, what a vet does, its history."""

import pytest
from django.urls import reverse

from chat import services as chat_services
from soap import assigning, reviewing
from soap.models import AccessLog, Amendment, Rewrite, SoapNote
from soap.tests.notes import DRAFTED
from soap.tests.portal import QUEUE, another, do, page, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed")]


def test_the_page_shows_the_conversation_beside_the_note_with_its_evidence(portal, note):
    text = portal.get(page(note), REMOTE_ADDR="10.0.0.9").content.decode()

    said = section(note).drafted[0]["evidence"][0]["id"]
    assert f'id="said-{said}"' in text
    assert f'data-target="said-{said}"' in text
    assert "어제부터 노란 토를 해요" in text
    assert all(one in text for one in DRAFTED.values())
    assert "자동 요약이에요" in text
    [entry] = AccessLog.objects.all()
    assert (entry.action, entry.address, entry.note_id) == ("open", "10.0.0.9", note.pk)


def test_words_of_an_owner_stay_words(portal, consultation, enqueued, note):
    chat_services.send_message(
        consultation=consultation, author=consultation.owner, text="<script>alert(1)</script>"
    )

    assert "<script>alert(1)" not in portal.get(page(note)).content.decode()


def test_a_section_is_accepted_edited_and_restored(portal, note):
    do(portal, note, "accept", kind="S", version=1)
    assert section(note).state == "accepted"

    do(portal, note, "edit", kind="S", version=2, text="세 번 토함")
    assert (section(note).text, section(note).state) == ("세 번 토함", "edited")
    assert "AI 초안과 비교" in portal.get(page(note)).content.decode()

    do(portal, note, "restore", kind="S", version=3)
    assert section(note).text == DRAFTED["S"]


def test_the_second_to_save_keeps_the_text_and_sees_the_difference(portal, note, colleague):
    portal.get(page(note))
    reviewing.edit(section=section(note), text="먼저 쓴 글", vet=colleague, read_version=1)

    answer = do(portal, note, "edit", kind="S", version=1, text="나중 쓴 글")

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "다솜 님이" in text
    assert "<del>먼저 </del><ins>나중 </ins>쓴 글" in text
    assert ">나중 쓴 글</textarea>" in text
    assert section(note).text == "먼저 쓴 글"


def test_an_approval_of_what_was_not_read_is_refused(portal, note, colleague):
    reviewing.edit(section=section(note), text="먼저 쓴 글", vet=colleague, read_version=1)

    answer = do(portal, note, "approve", version=1)

    assert answer.status_code == 409
    assert not SoapNote.objects.get().is_locked


def test_approving_goes_on_to_the_next_note_that_waits(portal, note):
    following = another("다음이", urgency="emergency")
    portal.get(page(note))
    note.refresh_from_db()

    answer = do(portal, note, "approve", version=note.version, then="next")

    assert answer.redirect_chain[-1][0] == page(following)
    note.refresh_from_db()
    assert (note.status, note.approved_by.name) == ("approved", "마음")


def test_after_the_last_note_the_queue_says_so(portal, note):
    answer = do(portal, note, "approve", version=1, then="next")

    assert answer.redirect_chain[-1][0] == QUEUE
    assert "기다리는 노트가 더 없어요" in answer.content.decode()


def test_an_approved_note_is_amended_with_a_reason_and_nothing_else(portal, note):
    do(portal, note, "approve", version=1)

    refused = do(portal, note, "amend", kind="S", version=1, text="네 번", reason=" ")
    assert refused.status_code == 400
    assert "까닭을 적어" in refused.content.decode()
    assert ">네 번</textarea>" in refused.content.decode()
    assert do(portal, note, "edit", kind="S", version=1, text="네 번").status_code == 409

    do(portal, note, "amend", kind="S", version=1, text="네 번", reason="보호자 정정")
    assert Amendment.objects.get().text == "네 번"
    assert "보호자 정정" in portal.get(page(note)).content.decode()


def test_a_section_is_written_anew_but_never_over_a_vets_own_text(portal, note, handed):
    do(portal, note, "rewrite", kind="A", version=1)
    do(portal, note, "rewrite", kind="A", version=1)
    assert Rewrite.objects.filter(section=section(note, "A"), status="waiting").count() == 1
    assert "AI가 다시 쓰는 중" in portal.get(page(note)).content.decode()
    waiting = reverse("admin:soap_note_rewrites", args=[note.pk])
    assert portal.get(waiting).json() == {"waiting": True}

    do(portal, note, "edit", kind="S", version=1, text="고친 글")
    refused = do(portal, note, "rewrite", kind="S", version=2)
    assert "직접 고친 내용은" in refused.content.decode()
    assert not Rewrite.objects.filter(section=section(note)).exists()


def test_a_vet_who_had_it_open_is_told_who_has_it_now(portal, note, colleague):
    portal.get(page(note))
    assigning.take(note=note, vet=colleague)

    answer = do(portal, note, "edit", kind="S", version=1, text="x")

    assert answer.redirect_chain[-1][0] == QUEUE
    assert "다솜 님이 맡은" in answer.content.decode()
    assert DRAFTED["S"] not in answer.content.decode()


def test_a_note_of_another_vet_is_not_there(portal, note, colleague):
    assigning.take(note=note, vet=colleague)

    assert portal.get(page(note)).status_code == 404
    assert do(portal, note, "approve", version=2).status_code == 404
    for name in ("copied", "rewrites", "pdf"):
        address = reverse(f"admin:soap_note_{name}", args=[note.pk])
        call = portal.post if name == "copied" else portal.get
        assert call(address).status_code == 404
    assert portal.get(reverse("admin:soap_soapnote_history", args=[note.pk])).status_code == 404


@pytest.mark.parametrize(
    ("verb", "data", "status"),
    [
        ("dance", {}, 404),
        ("edit", {"kind": "X", "text": "x"}, 404),
        ("edit", {"kind": "S", "version": "nine", "text": "x"}, 409),
        ("edit", {"kind": "S", "version": "1", "text": " "}, 400),
        ("edit", {"kind": "S", "version": "1", "text": "가" * 6001}, 400),
        ("approve", {"version": "9" * 40}, 409),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(portal, note, verb, data, status):
    assert do(portal, note, verb, **data).status_code == status
    assert section(note).text == DRAFTED["S"]


def test_an_address_that_is_no_note_is_not_there(portal):
    assert portal.get("/admin/soap/soapnote/nonsense/change/").status_code == 404


def test_a_copy_is_logged(portal, note):
    address = reverse("admin:soap_note_copied", args=[note.pk])

    assert portal.post(address, {"kind": "S"}).status_code == 204
    assert portal.get(address).status_code == 405
    [entry] = AccessLog.objects.filter(action="copy")
    assert (entry.note_id, entry.detail) == (note.pk, "S")


@pytest.mark.django_db(transaction=True)
def test_the_history_tells_who_changed_what_and_when(portal, note, vet):
    do(portal, note, "edit", kind="S", version=1, text="어제부터 노란 토를 하루 네 번 했어요")
    note.refresh_from_db()
    do(portal, note, "approve", version=note.version)
    do(portal, note, "amend", kind="S", version=1, text="다섯 번", reason="통화로 확인")

    history = portal.get(reverse("admin:soap_soapnote_history", args=[note.pk])).content.decode()

    assert "S · 승인 뒤 수정" in history
    assert "통화로 확인" in history
    assert "<del>세 </del><ins>네 </ins>" in history
    assert (
        history.index("통화로 확인") < history.index("<ins>네 </ins>") < history.index("S · 초안")
    )
    assert "자동 요약" in history
