"""The STT diagram: every branch from a checked recording to a text that waits for its owner."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from chat.models import Consultation, Upload
from chat.signals import audio_uploaded
from transcription import aws, jobs, tasks
from transcription.models import Transcription
from transcription.tests.aws import OUTPUT, REGION, texts
from transcription.tests.recordings import TALK, events, run, step, steps
from transcription.workflow import flow, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(amazon, settings):
    """Amazon Transcribe in place of the local engine."""
    settings.SPEECH_ENGINE = "amazon"
    return amazon


def write_result(service, row, result=None):
    body = TALK.read_bytes() if result is None else json.dumps(result).encode()
    service.put_object(
        Bucket=OUTPUT, Key=f"transcripts/drmaum-{row.pk}-{row.round}.json", Body=body
    )


def heard(*words, confidence="0.9", length=0.4):
    """A result of Transcribe's in which somebody says these words."""
    items = [
        {
            "id": number,
            "type": "pronunciation",
            "alternatives": [{"confidence": confidence, "content": word}],
            "start_time": str(number / 2),
            "end_time": str(number / 2 + length),
            "speaker_label": "spk_0",
        }
        for number, word in enumerate(words)
    ]
    return {"results": {"transcripts": [{"transcript": " ".join(words)}], "items": items}}


def jobs_of(service):
    client = aws.client("transcribe", REGION, service.meta.endpoint_url)
    return client.list_transcription_jobs()["TranscriptionJobSummaries"]


def test_a_recording_becomes_a_text_that_waits_for_its_owner(service, record, handed):
    row = record()
    assert handed == [(str(row.pk), None, 0)]

    step(row)
    assert (row.status, row.engine) == ("polling", "amazon")
    assert handed[1:] == [(str(row.pk), row.fence, 5.0)]  # 5초 대기, by no worker
    write_result(service, row)
    run(row)

    assert row.status == "ready"
    assert row.text.startswith("안녕하세요, 보리 보호자님.")
    assert "39.2도" in row.text
    assert {segment["speaker"] for segment in row.segments} == {"spk_0", "spk_1"}
    assert "아니 아니" not in row.text
    assert events(row) == [
        {
            "session": str(row.consultation_id),
            "user": str(row.consultation.owner_id),
            "kind": "audio_transcript",
            "transcription": str(row.pk),
            "upload": str(row.upload_id),
            "seconds": 38.0,
            "status": "ready",
            "urgency": row.urgency,
        }
    ]
    assert steps(row) == [
        "path", "metadata", "validate", "configure", "start", "poll", "poll", "download", "parse",
        "check_text", "save", "cleanup",
    ]  # fmt: skip
    assert (jobs_of(service), texts(service)) == ([], [])
    assert row.consultation.messages.count() == 0


def test_one_promise_a_recording_however_often_it_is_told_of(record):
    row = record()
    audio_uploaded.send(Upload, upload=row.upload)
    assert Transcription.objects.count() == 1


def test_without_its_metadata_a_recording_is_heard_by_its_name_alone(service, record):
    row = record(facts={"seconds": "nobody knows"})
    step(row)
    assert "default_metadata" in steps(row)
    asked = aws.client("transcribe", REGION, service.meta.endpoint_url).get_transcription_job(
        TranscriptionJobName=row.remote_job
    )
    assert asked["TranscriptionJob"]["MediaFormat"] == "m4a"
    write_result(service, row)
    assert run(row).status == "ready"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "removed"}, "녹음이 지워져서 글로 바꾸지 않았어요."),
        ({"kind": "photo"}, "소리를 읽을 수 없는 파일이라"),
        ({"facts": {"seconds": 5 * 3600, "channels": 1}}, "소리를 읽을 수 없는 파일이라"),
        ({"facts": {"seconds": 0.2, "channels": 1}}, "소리를 읽을 수 없는 파일이라"),
    ],
)
def test_what_is_no_recording_is_skipped_and_said_so(record, changes, sentence):
    row = record(**changes)
    step(row)
    assert row.status == "skipped"
    assert events(row)[0]["status"] == "skipped"
    assert events(row)[0]["message"].startswith(sentence)
    assert row.engine == ""


def test_a_start_that_was_cut_off_finds_its_job_again(service, record, monkeypatch):
    row = record()

    def killed(**_):
        raise DatabaseError("the worker is gone")

    with monkeypatch.context() as once:
        once.setattr(jobs, "begin", killed)
        step(row)
    assert (row.status, row.attempts) == ("queued", 1)

    step(row)
    assert row.status == "polling"
    assert len(jobs_of(service)) == 1


def test_a_failed_job_ends_in_a_sentence_and_can_be_asked_for_again(service, record, monkeypatch):
    from transcription import confirming
    from transcription.engines.amazon import Amazon
    from transcription.engines.base import State, Status

    row = step(record())
    with monkeypatch.context() as once:
        failed = State(Status.FAILED, reason="Unsupported media format")
        once.setattr(Amazon, "poll", lambda self, job: failed)
        step(row)
    assert row.status == "dead"
    assert "Unsupported media format" in row.error
    assert events(row)[0]["message"].startswith("녹음을 글로 바꾸지 못했어요.")
    assert jobs_of(service) == []

    confirming.retry(transcription=row)
    confirming.retry(transcription=row)
    row.refresh_from_db()
    assert (row.status, row.round) == ("queued", 2)
    step(row)
    assert [one["TranscriptionJobName"] for one in jobs_of(service)] == [f"drmaum-{row.pk}-2"]
    write_result(service, row)
    assert run(row).status == "ready"


def test_a_job_that_is_stuck_ends_at_its_deadline(service, record):
    row = step(record())
    patience = row.deadline_at - row.created_at
    assert timedelta(minutes=11) < patience < timedelta(minutes=13)  # 2 x 38 s + 10 min

    Transcription.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))
    step(row)
    assert row.status == "dead"
    assert events(row)[0]["message"].startswith("글로 바꾸는 데 너무 오래 걸려")
    assert jobs_of(service) == []


def test_an_outage_is_waited_out_without_counting(service, record, settings, handed):
    row = record()
    up = settings.TRANSCRIBE_ENDPOINT
    settings.TRANSCRIBE_ENDPOINT = "http://127.0.0.1:9"
    for _ in range(4):
        step(row)
    assert (row.status, row.attempts) == ("polling", 0)
    assert handed[-1] == (str(row.pk), row.fence, 10.0)

    settings.TRANSCRIBE_ENDPOINT = up
    step(row)
    write_result(service, row)
    assert run(row).status == "ready"


def test_an_outage_that_outlasts_the_deadline_ends_in_a_sentence(record, settings, in_bucket):
    in_bucket()
    settings.SPEECH_ENGINE = "amazon"
    settings.TRANSCRIBE_ENDPOINT = "http://127.0.0.1:9"
    row = step(record())
    Transcription.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))
    step(row)
    assert row.status == "dead"
    assert events(row)[0]["message"].startswith("글로 바꾸는 데 너무 오래 걸려")


@pytest.mark.parametrize(
    "result",
    [
        {"results": {"transcripts": [{"transcript": ""}], "items": [], "audio_segments": []}},
        heard(*["아니"] * 9, confidence="0.3", length=0.01),
    ],
)
def test_where_nothing_was_said_there_is_no_text(service, record, result):
    row = step(record())
    write_result(service, row, result)
    run(row)
    assert row.status == "dead"
    assert events(row)[0]["error"] == "no_speech"
    assert events(row)[0]["message"].startswith("말소리를 찾지 못했어요.")
    assert row.text == ""


def test_a_result_that_is_none_is_tried_three_times(service, record):
    row = step(record())
    write_result(service, row, {"results": {"items": 7}})
    run(row)
    assert row.status == "dead"
    assert row.error.startswith("broken ValueError")
    assert events(row)[0]["message"].startswith("녹음을 글로 바꾸지 못했어요.")


def test_a_text_that_could_not_be_saved_is_saved_later(service, record, monkeypatch, caplog):
    row = step(record())
    write_result(service, row)

    def broken(**_):
        raise DatabaseError("disk full")

    with monkeypatch.context() as once:
        once.setattr(save, "save", broken)
        for _ in range(3):
            step(row)
    assert (row.status, row.attempts) == ("polling", 1)
    assert "disk full" in caplog.text
    assert events(row) == []

    run(row)
    assert row.status == "ready"
    assert len(events(row)) == 1


def test_nothing_is_left_half_when_the_log_takes_no_more(service, record, monkeypatch):
    row = step(record())
    write_result(service, row)

    def broken(**_):
        raise DatabaseError("disk full")

    with monkeypatch.context() as once:
        once.setattr("chat.services.record_transcript", broken)
        for _ in range(3):
            step(row)
    assert (row.status, row.text) == ("polling", "")
    assert run(row).status == "ready"


def test_a_red_flag_is_told_before_anybody_has_read_the_text(service, record):
    row = step(record())
    write_result(service, row, heard("강아지가", "숨을", "못", "쉬어요", "혀가", "파래요"))
    run(row)

    assert row.urgency == "emergency"
    [warning] = events(row, "triage")
    assert warning["transcription"] == str(row.pk)
    assert warning["urgency"] == "emergency"
    assert warning["now"]
    assert Consultation.objects.get(pk=row.consultation_id).urgency == "emergency"


def test_what_was_heard_never_lowers_an_urgency(service, record, consultation):
    Consultation.objects.update(urgency="emergency")
    row = step(record())
    write_result(service, row, heard("오늘은", "잘", "먹고", "잘", "놀아요"))
    assert run(row).status == "ready"
    consultation.refresh_from_db()
    assert consultation.urgency == "emergency"
    assert events(row, "triage") == []


def test_numbers_that_name_a_person_are_nowhere_in_what_is_kept(service, record):
    row = step(record())
    said = ["제", "번호는", "010-1234-5678이고요", "몸무게는", "삼", "점", "오", "킬로예요"]
    write_result(service, row, heard(*said))
    run(row)
    assert row.text == "제 번호는 [전화번호]이고요 몸무게는 3.5kg예요"
    kept = json.dumps([row.segments, row.heard, row.steps, row.pieces], ensure_ascii=False)
    assert "5678" not in kept


def test_a_step_that_was_handed_out_twice_is_taken_once(service, record, handed):
    row = step(record())
    turn = row.fence
    tasks.transcribe(str(row.pk), turn)
    row.refresh_from_db()
    assert row.fence == turn + 1
    before = len(handed)
    tasks.transcribe(str(row.pk), turn)
    row.refresh_from_db()
    assert (row.fence, len(handed)) == (turn + 1, before)


def test_work_of_a_worker_that_is_gone_is_taken_up_again(service, record, handed):
    row = step(record())
    gone = timezone.now() - timedelta(seconds=1)
    Transcription.objects.update(status="running", lease_until=gone, enqueued_at=timezone.now())
    assert tasks.sweep_transcriptions() == 1
    assert handed[-1] == (str(row.pk), row.fence, 0)
    assert tasks.sweep_transcriptions() == 1  # the lease is over still
    write_result(service, row)
    assert run(row).status == "ready"


def test_the_sweep_leaves_alone_what_is_not_due(service, record):
    step(record())
    assert tasks.sweep_transcriptions() == 0
    Transcription.objects.update(enqueued_at=timezone.now() - timedelta(seconds=30))
    assert tasks.sweep_transcriptions() == 1
    assert tasks.sweep_transcriptions() == 0


def test_a_worker_that_was_overtaken_stores_nothing(service, record, monkeypatch):
    row = step(record())
    write_result(service, row)
    step(row)

    def overtaken(claim, text):
        Transcription.objects.update(fence=99)
        return "home"

    monkeypatch.setattr("transcription.danger.warn", overtaken)
    step(row)
    assert row.text == ""
    assert events(row) == []


def test_a_consultation_is_not_quiet_while_its_recording_is_heard(service, record):
    row = record()
    Consultation.objects.update(active_at=timezone.now() - timedelta(hours=2))
    step(row)
    row.consultation.refresh_from_db()
    assert timezone.now() - row.consultation.active_at < timedelta(minutes=1)


def test_an_erased_consultation_leaves_nothing_to_do(service, record):
    row = step(record())
    row.consultation.delete()
    assert flow.advance(row.pk) is None
    assert not Transcription.objects.exists()
