"""Erasure of consultations: what works on them stops, their rows go, their files follow."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import models, transaction

from chat import live
from chat.models import Consultation, Upload
from chat.signals import consultations_erasing
from chat.uploads import formats
from chat.uploads.storage import media
from profiles import erasing, exports
from profiles.erasing import Leftovers
from profiles.models import Erasure


def erase_consultation(*, consultation: Consultation) -> Erasure:
    """With its messages, files, notes, links and everything that was made of its words."""
    one = Consultation.objects.filter(pk=consultation.pk)

    def announce() -> Leftovers:
        left = stop(one, Upload.objects.filter(consultation=consultation.pk))
        copies = {"files": exports.withdraw(consultation.owner)}
        return erasing.merged([(None, left), (None, copies)])

    return erasing.carry_out(
        kind=Erasure.Kind.CONSULTATION, row=one, subject=consultation.pk, announce=announce
    )


def stop(
    consultations: models.QuerySet[Consultation], uploads: models.QuerySet[Upload]
) -> Leftovers:
    """Within the transaction of an erasure: whoever works on these consultations stops, then
    their rows are held. Tells what lies outside the tables.

    Apps above take their jobs first, as a worker does that stores a result: then the two never
    wait in a circle.
    """
    ids = list(consultations.values_list("pk", flat=True))
    left = erasing.merged(consultations_erasing.send(Consultation, ids=ids))
    list(consultations.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    for pk in ids:
        transaction.on_commit(partial(live.publish_erased, pk))
    kept = [str(pk) for pk in uploads.values_list("pk", flat=True)]
    return erasing.merged([(None, left), (None, {"uploads": kept})])


def remove_files(left: Mapping[str, list[str]]) -> None:
    """The bytes of erased uploads and of other files, all versions. Raises StorageDownError."""
    storage = media()
    for upload_id in left.get("uploads", []):
        for prefix in formats.prefixes_of(UUID(upload_id)):
            storage.remove(prefix)
    for key in left.get("files", []):
        storage.remove(key)
