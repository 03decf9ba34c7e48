"""Amazon on a server of this machine: jobs of Transcribe, and a bucket that tells a queue."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat.tests.bucket import BUCKET, REGION
from transcription import aws
from transcription.engines.base import Job

QUEUE = "drmaum-arrivals"
OUTPUT = "drmaum-transcripts"
DEAD = "http://127.0.0.1:9"  # discard: nobody listens
JOB = Job(
    name="drmaum-5f0c-0",
    key="audio/5f0c/full.m4a",
    media_format="m4a",
    seconds=38.0,
)


@pytest.fixture
def amazon(s3: Any, s3_server: str, settings: Any) -> Iterator[Any]:
    """The client of the bucket in which Transcribe writes; it keeps versions."""
    settings.MEDIA_ENDPOINT = s3_server
    settings.TRANSCRIBE_ENDPOINT = s3_server
    settings.TRANSCRIBE_BUCKET = OUTPUT
    place = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket=OUTPUT, CreateBucketConfiguration=place)
    s3.put_bucket_versioning(Bucket=OUTPUT, VersioningConfiguration={"Status": "Enabled"})
    yield s3
    transcribe = aws.client("transcribe", REGION, s3_server)
    for one in transcribe.list_transcription_jobs()["TranscriptionJobSummaries"]:
        transcribe.delete_transcription_job(TranscriptionJobName=one["TranscriptionJobName"])
    for one in texts(s3):
        s3.delete_object(Bucket=OUTPUT, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=OUTPUT)


def texts(client: Any) -> list[dict[str, Any]]:
    """Everything that the output bucket holds, old versions and marks of deletion too."""
    found = client.list_object_versions(Bucket=OUTPUT)
    return [*found.get("Versions", []), *found.get("DeleteMarkers", [])]


@pytest.fixture
def events(
    s3: Any, s3_server: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The client of the queue in which the bucket tells of what comes into incoming/."""
    monkeypatch.setattr("transcription.arrivals.AT_ONCE", 0)
    settings.MEDIA_EVENTS_ENDPOINT = s3_server
    sqs = aws.client("sqs", REGION, s3_server)
    # What is not deleted comes again at once.
    asked = {"VisibilityTimeout": "0"}
    url = sqs.create_queue(QueueName=QUEUE, Attributes=asked)["QueueUrl"]
    settings.MEDIA_EVENTS_QUEUE = url
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    rule = {
        "QueueArn": told["Attributes"]["QueueArn"],
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "incoming/"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [rule]}
    )
    yield sqs
    sqs.delete_queue(QueueUrl=url)


def waiting(sqs: Any, url: str) -> int:
    """Messages that are in the queue."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(told[name]) for name in names)
