"""Amazon Transcribe: it reads the recording from the media bucket and writes its text into a
bucket of ours, under names that follow from the job."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from chat.uploads import formats
from transcription import aws, outcomes
from transcription.engines import transcript
from transcription.engines.base import (
    FailedError,
    Job,
    Segment,
    State,
    Status,
    UnavailableError,
)

LARGEST = 64 * 1024 * 1024  # an hour of talk is about five
SPEAKERS = (2, 30)  # what Transcribe tells apart
NO_BUCKET = "Amazon Transcribe reads from a bucket: set MEDIA_BUCKET"
LONGEST_REASON = 200


class Amazon:
    name = "amazon"
    pause = 5.0

    def start(self, job: Job) -> None:
        if not settings.MEDIA_BUCKET:
            raise UnavailableError(NO_BUCKET)
        with _outages_told():
            try:
                with aws.errors_told():
                    _transcribe().start_transcription_job(**_request(job))
            except aws.RefusedError as error:
                raise _failed(str(error)) from error
            except aws.CallError as error:
                if error.code != "ConflictException":  # a job of this name is begun already
                    raise

    def poll(self, job: Job) -> State:
        found = self._record(job)
        if found is None:
            raise _failed("the job is not known")
        told = found.get("TranscriptionJobStatus")
        if told == "COMPLETED":
            return State(Status.COMPLETED, 100)
        if told == "FAILED":
            return State(Status.FAILED, reason=found.get("FailureReason", "")[:LONGEST_REASON])
        return State(Status.IN_PROGRESS)

    def download(self, job: Job) -> Mapping[str, Any]:
        """Raises ValueError for what cannot be a result."""
        with _outages_told(), aws.errors_told():
            body = _bucket().get_object(Bucket=settings.TRANSCRIBE_BUCKET, Key=_key(job))["Body"]
            raw = body.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ValueError("the result is too large")
        try:
            result = json.loads(raw)
        except RecursionError as error:
            raise ValueError("the result is nested too deeply") from error
        if not isinstance(result, dict):
            raise ValueError("the result is not an object")
        return result

    def parse(self, result: Mapping[str, Any]) -> list[Segment]:
        return transcript.segments_of(result)

    def cleanup(self, job: Job) -> None:
        """The record of the job, then its text in all versions. What is gone is gone."""
        with _outages_told():
            try:
                with aws.errors_told():
                    _transcribe().delete_transcription_job(TranscriptionJobName=job.name)
            except aws.RefusedError:
                if self._record(job) is not None:
                    raise
            with aws.errors_told():
                _remove_text(_key(job))

    def _record(self, job: Job) -> Mapping[str, Any] | None:
        """What Transcribe knows of the job; None for a job that it does not know."""
        with _outages_told():
            try:
                with aws.errors_told():
                    told = _transcribe().get_transcription_job(TranscriptionJobName=job.name)
            except aws.RefusedError:
                return None
        found: Mapping[str, Any] = told.get("TranscriptionJob", {})
        return found


def _request(job: Job) -> dict[str, Any]:
    fewest, most = SPEAKERS
    asked: dict[str, Any] = {
        "ShowSpeakerLabels": True,
        "MaxSpeakerLabels": min(most, max(fewest, job.most_speakers)),
    }
    if settings.TRANSCRIBE_VOCABULARY:
        asked["VocabularyName"] = settings.TRANSCRIBE_VOCABULARY
    return {
        "TranscriptionJobName": job.name,
        "LanguageCode": job.language,
        "MediaFormat": formats.ENDINGS[job.media_format].ending,
        "Media": {"MediaFileUri": f"s3://{settings.MEDIA_BUCKET}/{job.key}"},
        "OutputBucketName": settings.TRANSCRIBE_BUCKET,
        "OutputKey": _key(job),
        "Settings": asked,
    }


def _key(job: Job) -> str:
    return f"transcripts/{job.name}.json"


def _remove_text(key: str) -> None:
    """Other jobs' names may begin with this one's."""
    pages = _bucket().get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=settings.TRANSCRIBE_BUCKET, Prefix=key):
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            if one["Key"] == key:
                _bucket().delete_object(
                    Bucket=settings.TRANSCRIBE_BUCKET, Key=one["Key"], VersionId=one["VersionId"]
                )


def _failed(reason: str) -> FailedError:
    return FailedError(outcomes.ENGINE_FAILED, reason[:LONGEST_REASON])


@contextmanager
def _outages_told() -> Iterator[None]:
    try:
        yield
    except aws.CallError as error:
        raise UnavailableError(str(error)) from error


def _transcribe() -> Any:
    return aws.client("transcribe", settings.TRANSCRIBE_REGION, settings.TRANSCRIBE_ENDPOINT)


def _bucket() -> Any:
    return aws.client("s3", settings.TRANSCRIBE_REGION, settings.MEDIA_ENDPOINT)
