"""The life of a job at Amazon Transcribe, and what Amazon may do to it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from chat.tests.bucket import BUCKET, REGION
from transcription import aws, outcomes
from transcription.engines import amazon as engine
from transcription.engines import chosen
from transcription.engines.amazon import Amazon
from transcription.engines.base import FailedError, State, Status, UnavailableError
from transcription.tests.aws import DEAD, JOB, OUTPUT, texts

FIXTURE = Path(__file__).parent / "transcribe_ko.json"
KEY = f"transcripts/{JOB.name}.json"


@pytest.fixture
def stub(in_bucket: Any, settings: Any) -> Iterator[Stubber]:
    """Transcribe says what a test tells it to say; it is asked nothing else."""
    settings.MEDIA_BUCKET, settings.TRANSCRIBE_BUCKET = BUCKET, OUTPUT
    settings.TRANSCRIBE_REGION, settings.TRANSCRIBE_ENDPOINT = REGION, ""
    with Stubber(aws.client("transcribe", REGION, "")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def refuse(stub: Stubber, call: str, code: str, status: int = 400) -> None:
    stub.add_client_error(call, code, "said Amazon", http_status_code=status)


def answer(stub: Stubber, **job: Any) -> None:
    stub.add_response("get_transcription_job", {"TranscriptionJob": job})


def test_a_job_lives_from_its_start_to_its_removal(amazon):
    ours = chosen.engine("amazon")
    ours.start(JOB)
    looks = [ours.poll(JOB) for _ in range(3)]
    assert [look.status for look in looks] == [
        Status.IN_PROGRESS,  # queued
        Status.IN_PROGRESS,
        Status.COMPLETED,
    ]
    with pytest.raises(UnavailableError):
        ours.download(JOB)  # completed, but not to be seen yet

    amazon.put_object(Bucket=OUTPUT, Key=KEY, Body=b"{}")
    amazon.put_object(Bucket=OUTPUT, Key=KEY, Body=FIXTURE.read_bytes())
    result = ours.download(JOB)
    assert result == json.loads(FIXTURE.read_text())
    assert ours.parse(result)[0].words[0].text == "안녕하세요"

    amazon.put_object(Bucket=OUTPUT, Key=f"{KEY}.temp", Body=b"of another")
    ours.cleanup(JOB)
    assert [one["Key"] for one in texts(amazon)] == [f"{KEY}.temp"]
    with pytest.raises(FailedError):
        ours.poll(JOB)
    ours.cleanup(JOB)  # nothing left to do


def test_a_second_start_changes_nothing(amazon):
    Amazon().start(JOB)
    assert Amazon().poll(JOB).status is Status.IN_PROGRESS
    Amazon().start(JOB)

    transcribe = aws.client("transcribe", REGION, amazon.meta.endpoint_url)
    assert len(transcribe.list_transcription_jobs()["TranscriptionJobSummaries"]) == 1


@pytest.mark.parametrize(
    ("speakers", "vocabulary", "told"),
    [
        (3, "", {"MaxSpeakerLabels": 3}),
        (1, "", {"MaxSpeakerLabels": 2}),
        (3, "vet-words", {"MaxSpeakerLabels": 3, "VocabularyName": "vet-words"}),
    ],
)
def test_the_job_says_language_format_speakers_and_words(
    stub, settings, speakers, vocabulary, told
):
    settings.TRANSCRIBE_VOCABULARY = vocabulary
    asked = {
        "TranscriptionJobName": JOB.name,
        "LanguageCode": "ko-KR",
        "MediaFormat": "m4a",
        "Media": {"MediaFileUri": f"s3://{BUCKET}/audio/5f0c/full.m4a"},
        "OutputBucketName": OUTPUT,
        "OutputKey": KEY,
        "Settings": {"ShowSpeakerLabels": True, **told},
    }
    stub.add_response("start_transcription_job", {}, asked)

    Amazon().start(replace(JOB, media_format="mp4", most_speakers=speakers))


def test_a_job_that_is_begun_already_is_left_to_go_on(stub):
    refuse(stub, "start_transcription_job", "ConflictException")

    Amazon().start(JOB)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("LimitExceededException", 400), ("ThrottlingException", 400),
        ("InternalFailureException", 500), ("ServiceUnavailable", 503),
        ("ExpiredTokenException", 400), ("AccessDeniedException", 400),
    ],
)  # fmt: skip
def test_what_passes_is_an_outage(stub, code, status):
    for call in ("start", "get", "delete"):
        refuse(stub, f"{call}_transcription_job", code, status)

    for act in (Amazon().start, Amazon().poll, Amazon().cleanup):
        with pytest.raises(UnavailableError, match=code):
            act(JOB)


def test_what_transcribe_will_not_take_fails_for_good(stub):
    refuse(stub, "start_transcription_job", "BadRequestException")

    with pytest.raises(FailedError, match="said Amazon") as failed:
        Amazon().start(JOB)
    assert failed.value.code == outcomes.ENGINE_FAILED


def test_a_name_that_is_none_fails_before_anything_is_sent(in_bucket, settings):
    in_bucket()
    settings.TRANSCRIBE_ENDPOINT = DEAD
    with pytest.raises(FailedError, match="ParamValidationError"):
        Amazon().start(replace(JOB, name=""))


@pytest.mark.parametrize("code", ["BadRequestException", "NotFoundException"])
def test_a_job_that_is_not_known_fails_for_good(stub, code):
    refuse(stub, "get_transcription_job", code)

    with pytest.raises(FailedError, match="not known"):
        Amazon().poll(JOB)


def test_a_job_that_failed_says_why(stub):
    why = "The media format provided does not match the detected media format."
    answer(stub, TranscriptionJobStatus="FAILED", FailureReason=why)
    answer(stub, TranscriptionJobStatus="FAILED")

    assert Amazon().poll(JOB) == State(Status.FAILED, reason=why)
    assert Amazon().poll(JOB) == State(Status.FAILED)


@pytest.mark.parametrize(
    "told",
    [{"TranscriptionJobStatus": "IN_PROGRESS"}, {"TranscriptionJobStatus": "QUEUED"}, {}],
    ids=["in progress", "queued", "no status"],
)
def test_a_stuck_job_stays_in_progress(stub, told):
    for _ in range(3):
        answer(stub, **told)

    assert {Amazon().poll(JOB) for _ in range(3)} == {State(Status.IN_PROGRESS)}


def test_a_job_that_may_not_be_removed_yet_is_not_said_to_be(stub):
    refuse(stub, "delete_transcription_job", "BadRequestException")
    answer(stub, TranscriptionJobStatus="IN_PROGRESS")

    with pytest.raises(UnavailableError):
        Amazon().cleanup(JOB)


def test_a_body_that_is_no_json_is_no_result(amazon):
    for body in (b"", b"<html>", b"[]", b"\xff\xfe\x00", b"[" * 100_000):
        amazon.put_object(Bucket=OUTPUT, Key=KEY, Body=body)
        with pytest.raises(ValueError, match=r"\w"):
            Amazon().download(JOB)


def test_a_body_beyond_all_measure_is_no_result(amazon, monkeypatch):
    monkeypatch.setattr(engine, "LARGEST", 10)
    amazon.put_object(Bucket=OUTPUT, Key=KEY, Body=b'{"results": {}}')

    with pytest.raises(ValueError, match="too large"):
        Amazon().download(JOB)


def test_an_amazon_that_does_not_answer_is_an_outage(amazon, settings, s3_server):
    settings.TRANSCRIBE_ENDPOINT = settings.MEDIA_ENDPOINT = DEAD
    for act in (Amazon().start, Amazon().download):
        with pytest.raises(UnavailableError, match="EndpointConnectionError"):
            act(JOB)


def test_without_a_bucket_nothing_is_asked(stub, settings):
    settings.MEDIA_BUCKET = ""

    with pytest.raises(UnavailableError, match="MEDIA_BUCKET"):
        Amazon().start(JOB)


def test_without_credentials_the_next_try_looks_for_them_again(settings, monkeypatch, tmp_path):
    settings.MEDIA_BUCKET, settings.TRANSCRIBE_ENDPOINT = BUCKET, f"{DEAD}/new"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(UnavailableError, match="NoCredentialsError"):
        Amazon().poll(JOB)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pytest.raises(UnavailableError, match="EndpointConnectionError"):
        Amazon().poll(JOB)
