"""What the tests of recordings stand on."""

from chat.tests.bucket import in_bucket, s3, s3_server  # noqa: F401  (fixtures)
from chat.tests.uploading import ask, checks  # noqa: F401  (fixtures)
from transcription.tests.aws import amazon, events  # noqa: F401  (fixtures)
from transcription.tests.recordings import embeddings, handed, record  # noqa: F401  (fixtures)
