"""The product on what the template describes: queues, buckets, accounts and secrets are made from
its own properties, and every call is held against the role of the process that makes it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import botocore.client
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chat.tests.bucket import s3_server  # noqa: F401  (a fixture)
from chat.uploads.bucket import Bucket
from drmaum import media_settings, secrets
from drmaum.celery import app
from drmaum.queues import checks, dead_letters, sqs
from drmaum.tests.infrastructure.granting import Right, may, needed_for
from drmaum.tests.infrastructure.made import Made
from drmaum.tests.infrastructure.template import REGION
from drmaum.tests.queues.amazon import sender
from profiles.accounts import cognito
from profiles.accounts.base import WeakPassword, WrongCredentials
from transcription import arrivals
from transcription.engines.amazon import Amazon
from transcription.engines.base import Job

Acting = Callable[[str], AbstractContextManager[None]]
NAMES = ("answers", "work", "speech")
PASSWORD = "narrow-river-42"


@pytest.fixture(scope="module")
def environment(s3_server: str) -> Iterator[Made]:  # noqa: F811
    found = Made(s3_server)
    yield found
    found.remove()


@pytest.fixture
def made(environment: Made, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Made]:
    """An environment, and the settings that the template gives to its processes."""
    found, endpoint = environment, environment.endpoint
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("SECRETS_ENDPOINT", endpoint)
    given = found.environment("work")
    for name in ("MEDIA_BUCKET", "MEDIA_REGION"):
        monkeypatch.setattr(media_settings, name, given[name])
    monkeypatch.setattr(media_settings, "MEDIA_ENDPOINT", endpoint)
    settings.STORAGES = {**settings.STORAGES, "default": media_settings.storage()}
    for name, value in given.items():
        if name.startswith(("MEDIA_", "TRANSCRIBE_", "COGNITO_", "SQS_", "CELERY_BROKER_URL")):
            setattr(settings, name, value)
    settings.SQS_QUEUES = {name: given[f"SQS_{name.upper()}"] for name in NAMES}
    settings.COGNITO_CLIENT_SECRET = found["UserPoolClient.ClientSecret"]
    settings.TRANSCRIBE_REGION = REGION
    for name in ("MEDIA", "MEDIA_EVENTS", "SQS", "TRANSCRIBE"):
        setattr(settings, f"{name}_ENDPOINT", endpoint)
    settings.COGNITO_ENDPOINT_URL = endpoint
    yield found
    found.clear()


@pytest.fixture
def acting(made: Made, monkeypatch: pytest.MonkeyPatch) -> Acting:
    """Whatever AWS is asked for within the block, the role must allow."""
    role: list[str] = []
    refused: list[Right] = []
    call = botocore.client.BaseClient._make_api_call

    def asked(client: Any, operation: str, told: dict[str, Any]) -> Any:
        model = client.meta.service_model
        is_open = model.operation_model(operation).auth_type == "none"
        if role and not is_open:
            for right in needed_for(model.service_name, operation, told):
                if not may(made.stack, role[-1], right):
                    refused.append(right)
        return call(client, operation, told)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", asked)

    @contextmanager
    def as_role(name: str) -> Iterator[None]:
        role.append(name)
        yield
        role.pop()
        assert refused == []

    return as_role


def test_each_queue_is_fit_for_its_tasks_and_dead_letters_come_back(made, acting):
    for name in ("AnswersRole", "WorkRole"):
        with acting(name):
            assert checks.faults(app, NAMES) == []

    environment = {name: made.environment("beat")[name] for name in _queue_settings(made)}
    teller = sender(environment | {"SQS_ENDPOINT": made.endpoint})
    with acting("BeatRole"):
        teller.send_task("inference.tasks.sweep", queue="work")
    for _ in range(4):  # one more than maxReceiveCount
        made.sqs.receive_message(QueueUrl=made["WorkQueue"], VisibilityTimeout=0)
    assert sqs.facts(made["WorkDead"]).waiting == 1

    with acting("CommandRole"):
        assert dead_letters.waiting(NAMES) == 1
        [fate] = dead_letters.replay(app, ["work"], most=10)
    assert (fate.what, fate.left) == ("inference.tasks.sweep", "")
    assert sqs.facts(made["WorkQueue"]).waiting == 1


def test_the_bucket_tells_of_what_arrives_and_of_nothing_else(made, acting, monkeypatch):
    confirmed: list[str] = []
    monkeypatch.setattr(
        arrivals.asking, "confirm", lambda *, upload_id: confirmed.append(str(upload_id))
    )
    monkeypatch.setattr(arrivals, "AT_ONCE", 0)
    key = "incoming/7f6b0f5e-9d10-4a5b-8a8c-5b3a7c0b6f11"
    for name in (key, "photos/7f6b0f5e-9d10-4a5b-8a8c-5b3a7c0b6f11.jpg"):
        made.s3.put_object(Bucket=made["MediaBucket"], Key=name, Body=b"bytes")

    with acting("WorkRole"):
        arrivals.consume_waiting(arrivals.Shift())

    assert confirmed == [key.partition("/")[2]]


def test_files_are_stored_read_and_removed_with_every_version(made, acting, tmp_path):
    file = tmp_path / "photo"
    file.write_bytes(b"one")
    bucket = Bucket()
    with acting("WorkRole"):
        bucket.put("photos/a.jpg", file, "image/jpeg")
        bucket.put("photos/a.jpg", file, "image/jpeg")
        default_storage.save("exports/a/1.zip", ContentFile(b"two"))
        with bucket.borrowed("photos/a.jpg") as path:
            assert Path(path).read_bytes() == b"one"
        assert bucket.keys("", 10) == ["exports/a/1.zip", "photos/a.jpg"]
        bucket.remove("photos/a")
        bucket.remove("exports/a/")
    left = made.s3.list_object_versions(Bucket=made["MediaBucket"])
    assert (left.get("Versions"), left.get("DeleteMarkers")) == (None, None)

    with acting("WebRole"):
        bucket.reach()


def test_the_web_process_signs_what_it_may_do_itself(made):
    media = made.stack.known["MediaBucket.Arn"]
    assert may(made.stack, "WebRole", Right("s3:PutObject", f"{media}/incoming/1"))
    assert may(made.stack, "WebRole", Right("s3:GetObject", f"{media}/photos/1.jpg"))
    assert not may(made.stack, "WebRole", Right("s3:PutObject", f"{media}/photos/1.jpg"))


def test_a_recording_becomes_a_text_in_the_bucket_of_texts(made, acting):
    job = Job(name="drmaum-5f0c-0", key="audio/5f0c/full.m4a", media_format="m4a", seconds=38.0)
    engine = Amazon()
    text = f"transcripts/{job.name}.json"
    with acting("WorkRole"):
        engine.start(job)
        engine.poll(job)
    made.s3.put_object(Bucket=made["TranscriptsBucket"], Key=text, Body=b"{}")
    with acting("WorkRole"):
        assert engine.download(job) == {}
        engine.cleanup(job)
    assert "Versions" not in made.s3.list_object_versions(Bucket=made["TranscriptsBucket"])
    for action, bucket, key in (
        ("s3:GetObject", "MediaBucket", job.key),
        ("s3:PutObject", "TranscriptsBucket", text),
    ):
        # With the rights of who started the job.
        right = Right(action, f"{made.stack.known[f'{bucket}.Arn']}/{key}")
        assert may(made.stack, "WorkRole", right)


def test_owners_sign_up_under_the_rules_of_the_pool(made, acting):
    with acting("WebRole"):
        with pytest.raises(WeakPassword):
            cognito.sign_up("bori@example.com", "river42")  # seven letters
        sub = cognito.sign_up("bori@example.com", PASSWORD)
        assert cognito.look_up("bori@example.com") == cognito.Known(sub, is_confirmed=False)
        cognito.confirm("bori@example.com", "123456")
        assert cognito.log_in("bori@example.com", PASSWORD).expires_in > 0
        with pytest.raises(WrongCredentials):
            cognito.log_in("bori@example.com", "another-river-42")
    with acting("WorkRole"):
        cognito.delete(sub)
    with pytest.raises(cognito.NobodyError):
        cognito.look_up("bori@example.com")


def test_the_groups_of_the_pool_are_the_roles_of_the_product(made):
    from profiles.models import User

    told = made.pools.list_groups(UserPoolId=made["UserPool"])["Groups"]
    assert {one["GroupName"] for one in told} == set(User.Role.values) - {User.Role.OWNER}


def test_the_client_of_the_pool_is_as_the_gateway_wants_it(made, settings):
    told = made.stack.properties("UserPoolClient")
    assert "ALLOW_USER_PASSWORD_AUTH" in told["ExplicitAuthFlows"]
    # With rotation, the older way of refreshing must not stay open.
    assert told["RefreshTokenRotation"]["Feature"] == "ENABLED"
    assert "ALLOW_REFRESH_TOKEN_AUTH" not in told["ExplicitAuthFlows"]
    assert told["RefreshTokenValidity"] == settings.REFRESH_TOKEN_DAYS
    assert told["AccessTokenValidity"] * 60 == settings.ACCESS_TOKEN_SECONDS
    assert (told["PreventUserExistenceErrors"], told["EnableTokenRevocation"]) == ("ENABLED", True)


@pytest.mark.parametrize("role", ["WebRole", "AnswersRole", "WorkRole", "BeatRole", "CommandRole"])
def test_each_process_reads_its_settings_from_the_secret(made, acting, role):
    given = made.environment("web")["SECRETS_ID"]
    with acting(role):
        told = secrets.Secret(given).values()
    assert len(told["SECRET_KEY"]) == 60
    assert told["ANTHROPIC_API_KEY"] == ""
    login = Right("secretsmanager:GetSecretValue", "<Database.MasterUserSecret.SecretArn>")
    assert may(made.stack, role, login)
    assert made.environment("web")["DATABASE_SECRET_ID"] == login.resource


@pytest.mark.parametrize("name", ["MediaBucket", "TranscriptsBucket"])
def test_buckets_are_closed_encrypted_and_do_not_keep_for_ever(made, name):
    bucket = made[name]
    closed = made.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    [rule] = made.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"][
        "Rules"
    ]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert made.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rules = made.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    days = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in rules
        if "NoncurrentVersionExpiration" in rule
    ]
    assert max(days) <= 7
    policies = made.stack.of_type("AWS::S3::BucketPolicy").values()
    [policy] = [one for one in policies if one["Bucket"] == bucket]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
        "Deny",
        "*",
        "s3:*",
    )
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_a_browser_of_the_product_may_post_and_no_other(made):
    [rule] = made.s3.get_bucket_cors(Bucket=made["MediaBucket"])["CORSRules"]
    assert rule["AllowedOrigins"] == [made.environment("web")["SITE_URL"]]
    assert {"GET", "POST"} <= set(rule["AllowedMethods"])


def _queue_settings(made: Made) -> list[str]:
    return [name for name in made.environment("beat") if name.startswith("SQS_")]
