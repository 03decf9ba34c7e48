"""Voice in a real browser: nothing recorded is lost, nothing is sent unread."""

from pathlib import Path
from typing import Any

import pytest

from chat.tests.files import recording
from drmaum.tests.spoken import (
    begin,
    kept_seconds,
    record,
    speak,
    uploaded,
    wait_for_upload,
    wait_until,
    wait_until_nothing_is_kept,
)
from drmaum.tests.test_browser_journey import open_consultation, sign_up
from drmaum.tests.transcriptions import Transcriptions

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]


def test_a_recording_becomes_a_message_only_after_its_text_was_checked(product, speaking_page):
    page = speaking_page
    transcriptions = begin(page, product, "voice@example.com")

    page.click("#speak")
    assert "녹음은 30일 뒤 지워요" in page.inner_text("#recorder")
    page.click("#recorder-start")
    wait_until(page, "document.getElementById('recorder-timer').textContent >= '0:01'")
    level = (
        "getComputedStyle(document.getElementById('recorder-level')).getPropertyValue('--level')"
    )
    wait_until(page, f"parseFloat({level}) > 0.1")
    page.click("#recorder-pause")
    paused_at = page.inner_text("#recorder-timer")
    page.wait_for_timeout(1500)
    assert page.inner_text("#recorder-timer") == paused_at
    page.click("#recorder-pause")
    wait_until(page, "document.getElementById('recorder-timer').textContent >= '0:03'")
    page.click("#recorder-done")
    row = transcriptions.add(wait_for_upload(page), progress=40)
    page.reload()
    page.wait_for_selector("text=녹음을 글로 바꾸고 있어요")
    wait_until(page, "document.querySelector('.voice-card progress').value === 0.4")
    wait_until_nothing_is_kept(page)
    transcriptions.become_ready(row)
    page.click(".voice-card >> text=텍스트 확인")
    page.wait_for_selector("#transcript .segment")
    assert page.locator(".word.doubtful").all_inner_texts() == ["포를"]
    assert "말한 사람 2" in page.inner_text("#transcript")
    page.wait_for_selector("#transcript-due >> text=30일 뒤")

    wait_until(page, "Number.isFinite(document.getElementById('transcript-player').duration)")
    player = "document.getElementById('transcript-player')"
    page.click("#transcript .word >> text=번요")
    wait_until(page, f"{player}.currentTime > 2")
    page.click(".word.doubtful")  # and back again
    wait_until(page, f"{player}.paused && {player}.currentTime > 1.2 && {player}.currentTime < 1.8")

    page.check("#transcript-keep")
    wait_until(
        page, "document.getElementById('transcript-due').textContent.includes('지우실 때까지')"
    )
    page.fill("#transcript-text", "어제부터 노란 토를 했어요. 세 번요")
    page.reload()
    page.click(".voice-card >> text=텍스트 확인")
    page.wait_for_selector("#transcript .segment")
    assert page.input_value("#transcript-text") == "어제부터 노란 토를 했어요. 세 번요"
    assert page.is_checked("#transcript-keep")
    assert transcriptions.posted == []
    page.click("#transcript-confirm")
    page.wait_for_selector(".voice-card", state="detached")
    assert transcriptions.posted == [("confirm", {"text": "어제부터 노란 토를 했어요. 세 번요"})]


def test_a_recording_is_erased_while_its_text_stays(product, speaking_page):
    page = speaking_page
    transcriptions = begin(page, product, "erased@example.com")
    speak(page)
    page.click("#recorder-done")
    transcriptions.become_ready(transcriptions.add(wait_for_upload(page)))
    page.reload()
    page.click(".voice-card >> text=텍스트 확인")
    page.click("#transcript-erase")
    page.wait_for_selector("#transcript-gone:not([hidden])")
    assert page.is_hidden("#transcript-sound")
    assert uploaded(page) == []
    assert "노란" in page.inner_text("#transcript-heard")
    page.click("#transcript-discard")
    page.wait_for_selector(".voice-card", state="detached")
    assert transcriptions.posted == [("discard", None)]


def test_a_recording_that_a_reload_cut_off_is_offered_and_sent(product, speaking_page):
    page = speaking_page
    transcriptions = begin(page, product, "cut@example.com")
    speak(page, "0:03")
    page.reload()
    page.wait_for_selector("text=보내지 못한 녹음이 있어요")
    assert (kept := kept_seconds(page)[0]) > 1
    page.click("text=이어서 보내기")
    upload = wait_for_upload(page)
    page.wait_for_selector(".voice-card", state="detached")
    assert kept_seconds(page) == []
    seconds = page.evaluate(
        "async (id) => (await (await fetch(`/api/v1/uploads/${id}`)).json()).facts.seconds", upload
    )
    assert seconds == pytest.approx(kept, abs=0.5)  # the codec pads and trims
    assert transcriptions.posted == []


def test_a_lost_network_holds_a_recording_back_until_it_is_there_again(product, speaking_page):
    page = speaking_page
    begin(page, product, "tunnel@example.com")
    speak(page)
    page.context.set_offline(True)
    page.click("#recorder-done")
    page.wait_for_selector("text=이 기기에 보관하고 있어요")
    assert len(kept_seconds(page)) == 1

    page.context.set_offline(False)
    wait_for_upload(page)
    page.wait_for_selector(".voice-card", state="detached")
    assert kept_seconds(page) == []


def test_a_talk_that_ended_meanwhile_hands_its_recording_to_a_new_one(product, speaking_page):
    page = speaking_page
    begin(page, product, "ended@example.com")
    ended = page.url
    speak(page)
    page.evaluate("document.getElementById('end').click()")
    page.wait_for_selector("#ended:not([hidden])", state="attached")
    page.click("#recorder-done")
    page.wait_for_selector("text=이미 끝난 상담이에요")
    page.click("text=새 상담에서 보내기")
    page.wait_for_selector("text=보내지 못한 녹음이 있어요")
    assert page.url != ended
    page.click("text=이어서 보내기")
    wait_for_upload(page)
    page.wait_for_selector(".voice-card", state="detached")
    assert kept_seconds(page) == []


def test_a_broken_upload_is_tried_again_under_the_same_promise(product, speaking_page):
    page = speaking_page
    begin(page, product, "broken@example.com")
    asked: list[str] = []
    page.on(
        "request",
        lambda one: (
            asked.append(one.url)
            if one.method == "POST" and one.url.endswith("/api/v1/uploads")
            else None
        ),
    )
    failures = iter(["connectionreset", "connectionreset"])

    def break_off(route: Any) -> None:
        reason = next(failures, None)
        route.abort(reason) if reason else route.continue_()

    page.route("**/api/v1/uploads/*/file", break_off)
    speak(page)
    page.click("#recorder-done")
    page.wait_for_selector("text=이 기기에 보관하고 있어요")
    wait_for_upload(page)
    page.wait_for_selector(".voice-card", state="detached")
    assert next(failures, None) is None
    assert len(asked) == 1


def test_another_tab_does_not_offer_what_is_being_recorded(product, speaking_page):
    page = speaking_page
    begin(page, product, "tabs@example.com")
    speak(page)
    other = page.context.new_page()
    Transcriptions(other)
    other.goto(page.url)
    other.wait_for_selector("#speak:not([hidden])")
    other.wait_for_timeout(1500)
    assert "보내지 못한 녹음" not in other.inner_text("main")
    other.close()
    page.click("#recorder-drop")
    wait_until(page, "!document.getElementById('recorder').open")
    page.reload()
    page.wait_for_selector("#speak:not([hidden])")
    page.wait_for_timeout(1000)
    assert "보내지 못한 녹음" not in page.inner_text("main")
    assert kept_seconds(page) == []


def test_a_silent_recording_is_refused_with_its_own_sentence_and_stays_here(product, speaking_page):
    page = speaking_page
    begin(page, product, "silence@example.com")
    page.click("#speak")
    silent = recording(3, "wav", loudness=0)
    page.set_input_files(
        "#recorder-file", {"name": "조용.wav", "mimeType": "audio/wav", "buffer": silent}
    )
    page.wait_for_selector("text=소리가 녹음되지 않았어요")
    assert len(kept_seconds(page)) == 1
    with page.expect_download() as saved:
        page.click("text=파일로 저장")
    assert Path(saved.value.path()).read_bytes() == silent
    page.click(".voice-card >> text=지우기")
    page.wait_for_selector(".voice-card", state="detached")
    assert kept_seconds(page) == []


def test_a_danger_in_a_recording_is_shown_before_its_text(product, speaking_page):
    page = speaking_page
    transcriptions = begin(page, product, "danger@example.com")
    speak(page)
    page.click("#recorder-done")
    row = transcriptions.add(wait_for_upload(page))
    transcriptions.become_ready(row, urgency="emergency")
    page.reload()
    page.click(".voice-card >> text=텍스트 확인")
    page.wait_for_selector("#transcript-danger:not([hidden])")
    assert "응급 안내를 먼저" in page.inner_text("#transcript-danger")
    page.click("#transcript-danger button")
    assert not page.eval_on_selector("#transcript", "dialog => dialog.open")


def test_the_event_log_brings_the_text_and_then_the_message_to_an_open_page(product, speaking_page):
    page = speaking_page
    transcriptions = begin(page, product, "events@example.com")
    speak(page)
    page.click("#recorder-done")
    upload = wait_for_upload(page)
    page.wait_for_selector(".voice-card", state="detached")
    page.wait_for_timeout(1000)  # what the page asks by itself then is over
    row = transcriptions.add(upload)
    transcriptions.become_ready(row)
    consultation = page.url.rpartition("/")[2]

    record(
        product,
        consultation,
        "transcript",
        {"transcription": row["id"], "status": "ready"},
    )
    page.wait_for_selector(".voice-card >> text=텍스트 확인")
    message = {
        "id": upload,
        "role": "owner",
        "kind": "audio_transcript",
        "status": "complete",
        "text": "노란 토를 했어요",
        "facts": {"transcription": row["id"], "upload": upload, "seconds": 2.4},
    }
    row["status"] = "confirmed"
    record(product, consultation, "message", {"message": message})
    page.wait_for_selector(".said.owner >> text=음성 0:02")
    page.click(".said.owner >> text=녹음 듣기")
    page.wait_for_selector("#transcript-title >> text=녹음과 텍스트")
    page.wait_for_selector("#transcript .segment")
    assert page.is_hidden("#transcript-confirm")


def test_a_failed_transcription_can_be_tried_again(product, speaking_page):
    page = speaking_page
    transcriptions = begin(page, product, "failed@example.com")
    speak(page)
    page.click("#recorder-done")
    sentence = "말소리를 찾지 못했어요. 다시 녹음해 주세요."
    row = transcriptions.add(wait_for_upload(page), "dead", message=sentence)
    page.reload()
    page.wait_for_selector(f"text={sentence}")
    page.click(".voice-card >> text=다시 시도")
    page.wait_for_selector("text=녹음을 글로 바꾸고 있어요")
    assert transcriptions.posted == [("retry", None)]
    assert row["status"] == "queued"


@pytest.mark.parametrize("microphone", ["voice"], indirect=True)
def test_what_was_said_becomes_text_is_checked_and_answered(product, speaking_page):
    page = speaking_page
    sign_up(page, product, "said@example.com")
    open_consultation(page)
    speak(page, "0:04")
    page.click("#recorder-done")

    page.click(".voice-card >> text=텍스트 확인", timeout=90_000)
    page.wait_for_selector("#transcript .segment")
    assert "셋" in page.input_value("#transcript-text")
    page.click("#transcript .word >> nth=0")
    page.fill("#transcript-text", "강아지가 어제부터 기침을 해요")
    page.click("#transcript-confirm")
    page.wait_for_selector(".said.owner >> text=기침을 해요")
    page.wait_for_selector(".said.owner >> text=음성 0:0")
    page.wait_for_selector("text=지식 문서를 그대로 옮긴 답변", timeout=60_000)
    page.reload()
    page.wait_for_selector(".said.owner >> text=기침을 해요")
    assert page.locator(".voice-card").count() == 0
