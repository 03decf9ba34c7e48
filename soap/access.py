"""The log of who opened which record: one entry an act, never changed."""

from profiles.models import User
from soap.models import AccessLog, SoapNote


def log(
    *, note: SoapNote, actor: User, action: str, address: str | None = None, detail: str = ""
) -> AccessLog:
    """Write one entry in the transaction of the act: what is not logged does not happen."""
    return AccessLog.objects.create(
        actor_id=actor.pk,
        actor_email=actor.email,
        action=action,
        note_id=note.pk,
        owner_id=note.owner_id,
        address=address,
        detail=detail[:200],
    )
