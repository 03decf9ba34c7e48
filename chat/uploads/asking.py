"""From an owner's wish to upload a file to the bytes that wait to be checked."""

from datetime import timedelta
from functools import partial
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from chat import tasks
from chat.models import Consultation, Upload
from chat.refusals import ConsultationEnded
from chat.uploads import formats, quotas, refusals
from chat.uploads.storage import Folder, StorageDownError, posted_terms
from profiles.models import Pet, User

Status = Upload.Status
LONGEST_NAME = 120


@transaction.atomic
def ask(
    *,
    owner: User,
    kind: str,
    name: str,
    content_type: str,
    size: int,
    consultation: Consultation | None = None,
    pet: Pet | None = None,
    purpose: str = Upload.Purpose.TALK,
    body_part: str = "",
) -> Upload:
    """Promise a place for one file: in a consultation, or for a pet's portrait or documents.

    Raises ConsultationEnded, FileUnsupported, FileEmpty, FileTooLarge and the quotas' refusals.
    """
    if consultation is not None and not consultation.is_open:
        raise ConsultationEnded
    claimed = formats.claimed(kind, content_type, name)
    if claimed is None:
        raise refusals.FileUnsupported
    if size < 1:
        raise refusals.FileEmpty
    if size > formats.LARGEST[kind]:
        raise refusals.FileTooLarge
    quotas.lock(owner.pk)
    quotas.check(owner=owner, kind=kind, size=size)
    upload = Upload(
        owner=owner,
        consultation=consultation,
        pet=pet,
        purpose=purpose,
        kind=kind,
        name=name[-LONGEST_NAME:],
        content_type=claimed.content_type,
        size=size,
        body_part=body_part if kind == Upload.Kind.PHOTO else "",
        removes_at=timezone.now() + timedelta(hours=settings.MEDIA_UNFINISHED_HOURS),
    )
    upload.key = formats.incoming_key(upload.pk)
    upload.save()
    return upload


@transaction.atomic
def receive(*, upload_id: UUID, token: str, key: str, content_type: str, file: IO[bytes]) -> None:
    """Take the bytes that a client posts to the product itself, under a bucket's own rules.

    Raises AddressEnded, UploadClosed, FileEmpty, FileTooLarge, StorageAway.
    """
    terms = posted_terms(token)
    expected = formats.incoming_key(upload_id)
    if terms is None or not (terms["key"] == key == expected):
        raise refusals.AddressEnded
    if content_type != terms["Content-Type"]:
        raise refusals.FileUnsupported
    size = file.seek(0, 2)
    file.seek(0)
    if size < 1:
        raise refusals.FileEmpty
    if size > int(str(terms["most"])):
        raise refusals.FileTooLarge
    # Held while the file is put in place, so that nothing is replaced once it is confirmed.
    asked = Upload.objects.select_for_update().filter(pk=upload_id, status=Status.ASKED)
    if not asked.exists():
        raise refusals.UploadClosed
    try:
        Folder().receive(expected, file)
    except StorageDownError as error:
        raise refusals.StorageAway from error


@transaction.atomic
def confirm(*, upload_id: UUID) -> Upload:
    """The bytes are there: have them checked. A second call changes nothing."""
    asked = Upload.objects.filter(pk=upload_id, status=Status.ASKED)
    if asked.update(status=Status.CHECKING, confirmed_at=Now(), enqueued_at=Now()):
        transaction.on_commit(partial(tasks.enqueue_check, upload_id))
    return Upload.objects.get(pk=upload_id)
