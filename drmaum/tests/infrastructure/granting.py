"""What a role of the template may do, and what a call to AWS asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from drmaum.tests.infrastructure.template import ACCOUNT, REGION, Stack, listed

# Operations of S3 that are called otherwise than what they need.
S3_ACTIONS = {
    "CreateMultipartUpload": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjectsV2": "ListBucket",
    "UploadPart": "PutObject",
}
OF_THE_BUCKET = {"ListBucket", "ListBucketVersions"}


@dataclass(frozen=True)
class Right:
    action: str
    resource: str


def grants(stack: Stack, role: str) -> Iterator[Right]:
    for statement in stack.statements(role):
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield Right(action, resource)


def may(stack: Stack, role: str, needed: Right) -> bool:
    return any(
        fnmatchcase(needed.action, right.action) and fnmatchcase(needed.resource, right.resource)
        for right in grants(stack, role)
    )


def needed_for(service: str, operation: str, asked: Mapping[str, Any]) -> Iterator[Right]:
    """The rights of one call."""
    if service == "s3":
        yield from _of_s3(operation, asked)
    elif service == "sqs":
        name = asked.get("QueueName") or asked["QueueUrl"].rpartition("/")[2]
        yield Right(f"sqs:{operation}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
    elif service == "transcribe":
        job = f"transcription-job/{asked['TranscriptionJobName']}"
        yield Right(f"transcribe:{operation}", f"arn:aws:transcribe:{REGION}:{ACCOUNT}:{job}")
    elif service == "cognito-idp":
        pool = f"userpool/{asked['UserPoolId']}"
        yield Right(f"cognito-idp:{operation}", f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:{pool}")
    else:
        assert service == "secretsmanager", service
        yield Right(f"secretsmanager:{operation}", asked["SecretId"])


def _of_s3(operation: str, asked: Mapping[str, Any]) -> Iterator[Right]:
    action = S3_ACTIONS.get(operation, operation)
    bucket = f"arn:aws:s3:::{asked['Bucket']}"
    if action in OF_THE_BUCKET:
        yield Right(f"s3:{action}", bucket)
        return
    told = asked["Delete"]["Objects"] if operation == "DeleteObjects" else [asked]
    for one in told:
        # A version is removed by a right of its own.
        of_version = "Version" if action == "DeleteObject" and one.get("VersionId") else ""
        yield Right(f"s3:{action}{of_version}", f"{bucket}/{one['Key']}")
