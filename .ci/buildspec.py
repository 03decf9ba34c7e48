"""Execute the commands of docker/aws/buildspec.yml, with AWS on a server of this machine.

AWS and the bucket are moto's; `docker` is a program of this folder that builds by what stands in
IMAGE_BUILDER (nothing: the image is not built). The tests were run by .ci/run before.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import yaml
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "docker" / "aws" / "buildspec.yml"
REGION = "ap-northeast-2"
NAME, BUCKET = "drmaum", "drmaum-artifacts"
DONE_BEFORE = ("python3 manage.py test", "python3 -m venv", "/tmp/checks/bin/pip")  # noqa: S108
DOCKER = """\
#!/usr/bin/env bash
# What the buildspec asks of Docker. A pushed image is told to the registry, without its layers.
set -euo pipefail
case "$1" in
    login) test -n "$(cat)" ;;
    build) shift; if [ -n "$IMAGE_BUILDER" ]; then $IMAGE_BUILDER "$@"; fi ;;
    push) aws ecr put-image --repository-name drmaum --image-tag "${2##*:}" \\
        --image-manifest '{"schemaVersion": 2, "config": {"digest": "sha256:0"}, "layers": []}' \\
        --image-manifest-media-type application/vnd.docker.distribution.manifest.v2+json >/dev/null ;;
    *) exit 64 ;;
esac
"""


def main(tools: Path, scratch: Path) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        environment = _environment(tools, scratch, f"http://{host}:{port}")
        repository = _prepared(environment)
        source = scratch / "source"
        shutil.copytree(ROOT, source, ignore=_left_out)
        told = yaml.safe_load(SPEC.read_text())
        script = ["set -euo pipefail", *_commands(told, tools), 'echo "IMAGE=$IMAGE" > .exported']
        environment |= {"IMAGES": repository, "ARTIFACTS": BUCKET}
        argv = ["bash", "-c", "\n".join(script)]
        done = subprocess.run(argv, cwd=source, env=environment, check=False)  # noqa: S603
        if done.returncode:
            raise SystemExit(f"a command of the buildspec ended with {done.returncode}")
        _look_at(source, told, repository)
    finally:
        server.stop()


def _environment(tools: Path, scratch: Path, endpoint: str) -> dict[str, str]:
    shims = scratch / "shims"
    shims.mkdir()
    (shims / "docker").write_text(DOCKER)
    (shims / "docker").chmod(0o755)
    return os.environ | {
        "PATH": f"{shims}:{tools}:{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "SAM_CLI_TELEMETRY": "0",
        "IMAGE_BUILDER": os.environ.get("IMAGE_BUILDER", ""),
        "BASE_IMAGE": os.environ.get("BASE_IMAGE", "python:3.11-slim-bookworm"),
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "0123456789abcdef",
        "CODEBUILD_BUILD_NUMBER": "7",
    }


def _prepared(environment: dict[str, str]) -> str:
    """What pipeline.yaml makes before: the bucket, and the repository of images."""
    known: dict[str, Any] = {
        "region_name": REGION,
        "endpoint_url": environment["AWS_ENDPOINT_URL"],
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
    }
    place: Any = {"LocationConstraint": REGION}
    boto3.client("s3", **known).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    told = boto3.client("ecr", **known).create_repository(repositoryName=NAME)
    return str(told["repository"]["repositoryUri"])


def _left_out(folder: str, names: list[str]) -> set[str]:
    """As from GitHub: neither state nor environments."""
    hidden = {".git", ".venv", "var", "staticfiles", "artifacts", "__pycache__", ".env"}
    caches = {name for name in names if name.endswith("_cache") or name == ".hypothesis"}
    return caches | hidden.intersection(names)


def _commands(told: dict[str, Any], tools: Path) -> list[str]:
    found = []
    for name in ("install", "pre_build", "build"):
        for command in told["phases"][name]["commands"]:
            if command.startswith(DONE_BEFORE):
                sys.stdout.write(f"  done before: {command}\n")
                continue
            found.append(command.replace("/tmp/checks/bin", str(tools)))  # noqa: S108
    return found


def _look_at(source: Path, told: dict[str, Any], repository: str) -> None:
    """The artifacts are there, and name the image by its digest."""
    exported = (source / ".exported").read_text().strip().removeprefix("IMAGE=")
    if not exported.startswith(f"{repository}@sha256:"):
        raise SystemExit(f"the image is exported as {exported!r}")
    for name in told["artifacts"]["files"]:
        file = source / name
        if not file.stat().st_size:
            raise SystemExit(f"{name} is empty")
        if name.endswith(".json"):
            image = json.loads(file.read_text())["Parameters"]["Image"]
            if image != exported:
                raise SystemExit(f"{name} names the image {image!r}")
    sys.stdout.write(f"  made: {', '.join(told['artifacts']['files'])}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
