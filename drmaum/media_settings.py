"""Settings of uploaded files: a part of `drmaum.settings`."""

from typing import Any

from drmaum.secrets import env
from drmaum.stack.places import var

# Without a bucket the files lie in MEDIA_ROOT and are posted to the web process.
MEDIA_BUCKET = env("MEDIA_BUCKET", default="")
MEDIA_REGION = env("MEDIA_REGION", default="ap-northeast-2")
MEDIA_ENDPOINT = env("MEDIA_ENDPOINT", default="")
MEDIA_ROOT = var() / "media"
MEDIA_POST_SECONDS = 600
MEDIA_ADDRESS_SECONDS = 300

MEDIA_FILES_A_DAY = env.int("MEDIA_FILES_A_DAY", default=100)
MEDIA_MEGABYTES_A_DAY = env.int("MEDIA_MEGABYTES_A_DAY", default=1000)
MEDIA_AUDIO_MINUTES_A_DAY = env.int("MEDIA_AUDIO_MINUTES_A_DAY", default=180)
# Recording in the web app.
MEDIA_VOICE = env.bool("MEDIA_VOICE", default=True)
MEDIA_AUDIO_DAYS = env.int("MEDIA_AUDIO_DAYS", default=30)
MEDIA_UNFINISHED_HOURS = env.int("MEDIA_UNFINISHED_HOURS", default=24)
MEDIA_CHECK_SECONDS = env.int("MEDIA_CHECK_SECONDS", default=90)
MEDIA_CHECK_MEGABYTES = env.int("MEDIA_CHECK_MEGABYTES", default=1500)

# Recordings become text: on this machine (whisper) or by Amazon Transcribe (amazon).
SPEECH_ENGINE = env("SPEECH_ENGINE", default="whisper")
SPEECH_MODEL = env("SPEECH_MODEL", default="")  # a folder; without it the base model of `local`
SPEECH_COMPUTE = env("SPEECH_COMPUTE", default="int8")
SPEECH_THREADS = env.int("SPEECH_THREADS", default=1)
SPEECH_BEAM = env.int("SPEECH_BEAM", default=5)
SPEECH_PIECE_SECONDS = env.int("SPEECH_PIECE_SECONDS", default=120)
SPEECH_VOCABULARY = env.bool("SPEECH_VOCABULARY", default=True)
# Amazon Transcribe reads from MEDIA_BUCKET and writes into a bucket of its own region.
TRANSCRIBE_BUCKET = env("TRANSCRIBE_BUCKET", default="") or MEDIA_BUCKET
TRANSCRIBE_REGION = env("TRANSCRIBE_REGION", default="") or MEDIA_REGION
TRANSCRIBE_ENDPOINT = env("TRANSCRIBE_ENDPOINT", default="")
TRANSCRIBE_VOCABULARY = env("TRANSCRIBE_VOCABULARY", default="")

# The address of the SQS queue in which the bucket tells of new files, for `consume_uploads`.
MEDIA_EVENTS_QUEUE = env("MEDIA_EVENTS_QUEUE", default="")
MEDIA_EVENTS_ENDPOINT = env("MEDIA_EVENTS_ENDPOINT", default="")


def storage() -> dict[str, Any]:
    """The default entry of STORAGES."""
    if not MEDIA_BUCKET:
        options: dict[str, Any] = {"allow_overwrite": True}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": bucket_options()}


def bucket_options() -> dict[str, Any]:
    """The regional host: a browser's POST does not follow the redirect of the global one."""
    from botocore.config import Config  # noqa: PLC0415  (an SDK, where it is switched on only)

    return {
        "bucket_name": MEDIA_BUCKET,
        "region_name": MEDIA_REGION,
        "endpoint_url": MEDIA_ENDPOINT or None,
        "default_acl": None,
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "virtual"},
            connect_timeout=3,
            read_timeout=20,
            retries={"total_max_attempts": 2},
        ),
    }


# The page fetches bytes from the bucket itself.
MEDIA_ORIGINS = (
    [MEDIA_ENDPOINT or f"https://{MEDIA_BUCKET}.s3.{MEDIA_REGION}.amazonaws.com"]
    if MEDIA_BUCKET
    else []
)
