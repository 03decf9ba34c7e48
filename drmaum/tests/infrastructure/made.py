"""What the template describes, made by its own properties on a server of this machine."""

import json
from collections.abc import Mapping
from typing import Any

import boto3

from drmaum.tests.infrastructure.template import ACCOUNT, REGION, Stack

QUEUES, BUCKETS, POLICIES = "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::SQS::QueuePolicy"


class Made:
    """Queues, buckets and accounts of an environment. Whatever has a name for it is `known` to the
    stack afterwards. The policies of buckets are left out: the server would deny without a look at
    their condition."""

    def __init__(self, endpoint: str, environment: str = "dev") -> None:
        self.stack = Stack(environment)
        self.endpoint = endpoint
        self.sqs, self.s3, self.pools, self.secrets = (
            boto3.client(
                name,
                region_name=REGION,
                endpoint_url=endpoint,
                aws_access_key_id="key",
                aws_secret_access_key="secret",
            )
            for name in ("sqs", "s3", "cognito-idp", "secretsmanager")
        )
        self._make_queues()
        self._make_buckets()
        self._make_accounts()
        self._make_secrets()

    def __getitem__(self, name: str) -> str:
        return self.stack.known[name]

    def _make_queues(self) -> None:
        # Those of the dead letters first: the others name them.
        for name in sorted(self.stack.of_type(QUEUES), key=lambda one: "Dead" not in one):
            told = self.stack.properties(name)
            asked = {key: _text(value) for key, value in told.items()}
            logical = f"{self.stack.name}-{name}"
            url = self.sqs.create_queue(QueueName=logical, Attributes=asked)["QueueUrl"]
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{logical}"
            self.stack.known |= {name: url, f"{name}.Arn": arn, f"{name}.QueueName": logical}
        for policy in self.stack.of_type(POLICIES).values():
            for url in policy["Queues"]:
                document = {"Policy": json.dumps(policy["PolicyDocument"])}
                self.sqs.set_queue_attributes(QueueUrl=url, Attributes=document)

    def _make_buckets(self) -> None:
        for name, told in self.stack.of_type(BUCKETS).items():
            bucket = told["BucketName"]
            place = {"LocationConstraint": REGION}
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
            self.stack.known |= {name: bucket, f"{name}.Arn": f"arn:aws:s3:::{bucket}"}
            self._close(bucket, told)
            self._keep(bucket, told)
            if "NotificationConfiguration" in told:
                self._tell(bucket, told)

    def _close(self, bucket: str, told: Mapping[str, Any]) -> None:
        closed = told["PublicAccessBlockConfiguration"]
        self.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=closed)
        [rule] = told["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        rules = [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}]
        self.s3.put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules}
        )

    def _keep(self, bucket: str, told: Mapping[str, Any]) -> None:
        self.s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration=told["VersioningConfiguration"]
        )
        rules = [_lifecycle(rule) for rule in told["LifecycleConfiguration"]["Rules"]]
        self.s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": rules}
        )

    def _tell(self, bucket: str, told: Mapping[str, Any]) -> None:
        rules = [
            {
                "QueueArn": one["Queue"],
                "Events": [one["Event"]],
                "Filter": {"Key": {"FilterRules": one["Filter"]["S3Key"]["Rules"]}},
            }
            for one in told["NotificationConfiguration"]["QueueConfigurations"]
        ]
        self.s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": rules}
        )
        rule = {
            {"MaxAge": "MaxAgeSeconds"}.get(key, key): value
            for key, value in told["CorsConfiguration"]["CorsRules"][0].items()
        }
        self.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})

    def _make_accounts(self) -> None:
        told = self.stack.properties("UserPool")
        name = told.pop("UserPoolName")
        pool = self.pools.create_user_pool(PoolName=name, **told)["UserPool"]["Id"]
        arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}"
        self.stack.known |= {"UserPool": pool, "UserPool.Arn": arn}
        asked = self.stack.properties("UserPoolClient")
        client = self.pools.create_user_pool_client(**asked)["UserPoolClient"]
        self.stack.known |= {
            "UserPoolClient": client["ClientId"],
            "UserPoolClient.ClientSecret": client["ClientSecret"],
        }
        for group in self.stack.of_type("AWS::Cognito::UserPoolGroup").values():
            self.pools.create_group(**group)

    def _make_secrets(self) -> None:
        told = self.stack.properties("Settings")
        rule = told["GenerateSecretString"]
        drawn = self.secrets.get_random_password(
            PasswordLength=rule["PasswordLength"], ExcludeCharacters=rule["ExcludeCharacters"]
        )["RandomPassword"]
        kept = json.loads(rule["SecretStringTemplate"]) | {rule["GenerateStringKey"]: drawn}
        arn = self.secrets.create_secret(Name=told["Name"], SecretString=json.dumps(kept))["ARN"]
        self.stack.known["Settings"] = arn

    def environment(self, container: str) -> dict[str, str]:
        """Of a process, as ECS gives it."""
        [found] = [one for one in self.stack.containers() if one["Name"] == container]
        return {one["Name"]: one["Value"] for one in found["Environment"]}

    def clear(self) -> None:
        """Leave nothing in the buckets."""
        for name in self.stack.of_type(BUCKETS):
            found = self.s3.list_object_versions(Bucket=self[name])
            for one in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
                self.s3.delete_object(Bucket=self[name], Key=one["Key"], VersionId=one["VersionId"])

    def remove(self) -> None:
        for name in self.stack.of_type(BUCKETS):
            self.s3.delete_bucket(Bucket=self[name])
        for name in self.stack.of_type(QUEUES):
            self.sqs.delete_queue(QueueUrl=self[name])
        self.pools.delete_user_pool(UserPoolId=self["UserPool"])
        self.secrets.delete_secret(SecretId=self["Settings"], ForceDeleteWithoutRecovery=True)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _lifecycle(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of the template, as the API of S3 calls its parts."""
    told: dict[str, Any] = {"ID": rule["Id"], "Status": rule["Status"]}
    told["Filter"] = {"Prefix": rule.get("Prefix", "")}
    expiration: dict[str, Any] = {}
    if "ExpirationInDays" in rule:
        expiration["Days"] = rule["ExpirationInDays"]
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule["ExpiredObjectDeleteMarker"]
    if expiration:
        told["Expiration"] = expiration
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in rule:
            told[name] = rule[name]
    return told
