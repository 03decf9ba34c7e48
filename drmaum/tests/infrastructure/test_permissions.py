"""What the code asks of AWS, and what the template's roles allow: neither is more than the other."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from drmaum.stack.places import ROOT
from drmaum.tests.infrastructure.granting import S3_ACTIONS, grants
from drmaum.tests.infrastructure.template import AWS, Stack

SERVICES = ("s3", "sqs", "transcribe", "cognito-idp", "secretsmanager")
APPS = ("drmaum", "profiles", "chat", "inference", "soap", "transcription")
ROLES = ("WebRole", "AnswersRole", "WorkRole", "BeatRole", "CommandRole")
# Calls that libraries make: Celery's transport, django-storages with a file of any size, and
# Transcribe in the name of who starts a job.
BY_LIBRARIES = {
    "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes", "s3:PutObject", "s3:GetObject",
}  # fmt: skip
# What signs an address needs the rights of who opens it.
SIGNED = {"generate_presigned_post": "s3:PutObject", "generate_presigned_url": "s3:GetObject"}
# Of the container beside each process.
BY_COLLECTOR = {
    "xray:PutTraceSegments", "xray:PutTelemetryRecords", "logs:CreateLogStream",
    "logs:DescribeLogStreams", "logs:PutLogEvents",
}  # fmt: skip


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack()


def gateways() -> Iterator[Path]:
    """Modules of the product that speak to AWS by themselves."""
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "tests" not in file.parts and _speaks_to_aws(file):
                yield file


def _speaks_to_aws(file: Path) -> bool:
    text = file.read_text()
    return any(
        word in text for word in ("boto3", "botocore", "transcription import aws", "S3Storage")
    )


@cache
def operations() -> dict[str, set[str]]:
    """Method of a client -> actions that it needs; none for calls that nobody signs."""
    session = botocore.session.get_session()
    found: dict[str, set[str]] = {}
    for service in SERVICES:
        model = session.get_service_model(service)
        for name in model.operation_names:
            is_open = model.operation_model(name).auth_type == "none"
            action = f"{service}:{S3_ACTIONS.get(name, name) if service == 's3' else name}"
            found.setdefault(xform_name(name), set()).update(set() if is_open else {action})
    # Versions are removed by a right of their own.
    found["delete_object"].add("s3:DeleteObjectVersion")
    found["delete_objects"].add("s3:DeleteObjectVersion")
    return found | {name: {action} for name, action in SIGNED.items()}


def called(file: Path) -> set[str]:
    """Methods of clients that a module calls, or names in a call."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            given = [one.value for one in node.args if isinstance(one, ast.Constant)]
            found |= {one for one in given if isinstance(one, str)}
            if isinstance(node.func, ast.Attribute):
                found.add(node.func.attr)
    return found & set(operations())


def asked_for() -> dict[str, set[str]]:
    """Action -> modules that need it."""
    found: dict[str, set[str]] = {}
    for file in gateways():
        for name in called(file):
            for action in operations()[name]:
                found.setdefault(action, set()).add(str(file.relative_to(ROOT)))
    return found


def granted(stack: Stack) -> set[str]:
    return {right.action for role in ROLES for right in grants(stack, role)}


def test_the_gateways_are_found():
    found = {str(file.relative_to(ROOT)) for file in gateways()}
    assert {
        "chat/uploads/bucket.py",
        "drmaum/queues/sqs.py",
        "drmaum/secrets.py",
        "profiles/accounts/cognito.py",
        "transcription/engines/amazon.py",
        "transcription/queue.py",
    } <= found
    asked = asked_for()
    assert "transcription/engines/amazon.py" in asked["transcribe:StartTranscriptionJob"]
    assert "profiles/accounts/cognito.py" in asked["cognito-idp:AdminGetUser"]
    assert "cognito-idp:SignUp" not in asked


def test_whatever_the_code_asks_for_is_granted_to_some_process(stack):
    missing = {
        action: files for action, files in asked_for().items() if action not in granted(stack)
    }
    assert missing == {}


def test_nothing_is_granted_that_nobody_asks_for(stack):
    assert granted(stack) - set(asked_for()) - BY_LIBRARIES - BY_COLLECTOR == set()


def test_no_process_may_do_everything_to_anything(stack):
    for role in ROLES:
        for right in grants(stack, role):
            assert "*" not in right.action, right
            # X-Ray knows no resources.
            assert right.resource != "*" or right.action.startswith("xray:"), right


@pytest.mark.parametrize("role", ["WebRole", "AnswersRole", "BeatRole", "CommandRole"])
def test_only_the_ordinary_worker_removes_files_and_starts_transcriptions(stack, role):
    actions = {right.action for right in grants(stack, role)}
    assert not {one for one in actions if one.startswith(("s3:Delete", "transcribe:"))}


def test_only_who_answers_requests_and_who_works_see_files_or_accounts(stack):
    for role in ("AnswersRole", "BeatRole", "CommandRole"):
        actions = {right.action for right in grants(stack, role)}
        assert not {one for one in actions if one.startswith(("s3:", "cognito-idp:"))}


def test_who_starts_containers_reads_what_is_handed_to_them_and_nothing_else(stack):
    told = {(right.action, right.resource) for right in grants(stack, "ExecutionRole")}
    secrets = {resource for action, resource in told if action.startswith("secretsmanager:")}
    assert secrets == {"<Wired>"}
    handed = {one["ValueFrom"] for box in stack.containers() for one in box["Secrets"]}
    assert {one.partition(":")[0] for one in handed} == secrets


def test_every_role_is_passed_on_to_containers_alone():
    pipeline = Stack(template="pipeline.yaml")
    passing = [
        statement
        for role in ("MigrateRole", "PipelineRole", "StackRole", "BuildRole")
        for statement in pipeline.statements(role)
        if "iam:PassRole" in statement["Action"]
    ]
    assert len(passing) == 3
    for statement in passing:
        service = statement["Condition"]["StringEquals"]["iam:PassedToService"]
        assert service in ("ecs-tasks.amazonaws.com", "cloudformation.amazonaws.com")
        assert statement["Resource"] != "*"


def said_to_aws(script: str) -> set[str]:
    """Actions of the command lines in a script."""
    others = {
        "ecs:TasksStopped": "ecs:DescribeTasks",
        "ecr:GetLoginPassword": "ecr:GetAuthorizationToken",
    }
    lines = re.findall(r"\baws ([a-z0-9]+) (?:wait )?([a-z-]+)", (AWS / script).read_text())
    named = {f"{service}:{name.title().replace('-', '')}" for service, name in lines}
    return {others.get(action, action) for action in named}


def test_who_migrates_may_do_what_the_script_says_and_no_more():
    pipeline = Stack(template="pipeline.yaml")
    granted_ = {right.action for right in grants(pipeline, "MigrateRole")}
    # Its log, its source, and the roles of the task that it starts.
    own = {one for one in granted_ if one.startswith(("logs:", "s3:Get")) or one == "iam:PassRole"}
    assert said_to_aws("migrate.sh") == granted_ - own


def test_who_builds_may_do_what_the_buildspec_says():
    pipeline = Stack(template="pipeline.yaml")
    told = said_to_aws("buildspec.yml")
    assert told == {"ecr:GetAuthorizationToken", "ecr:DescribeImages"}
    assert told <= {right.action for right in grants(pipeline, "BuildRole")}
