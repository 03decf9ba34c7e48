"""A veterinarian's signature under one version of the list of red flags."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference import rulebook
from inference.models import RulesSignature, TriageRule
from profiles.models import User


class NotASigner(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_signer"
    message = _("응급 신호 목록에는 서명 권한이 있는 수의사만 서명할 수 있어요.")


class ListChanged(Refusal):
    status = HTTPStatus.CONFLICT
    code = "list_changed"
    message = _("확인하시는 사이에 목록이 바뀌었어요. 바뀐 곳을 다시 보고 서명해 주세요.")


class NameMissing(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "name_missing"
    message = _("이름을 적어 주세요.")


@dataclass(frozen=True)
class Standing:
    """How the list of now stands to its signatures.

    `last` is the newest signature under any version; `changed` and `removed` name the rules that
    are not as they were then.
    """

    version: str
    signature: RulesSignature | None
    last: RulesSignature | None
    changed: tuple[TriageRule, ...]
    removed: tuple[str, ...]

    @property
    def is_otherwise_changed(self) -> bool:
        """No rule differs, so that it has to be the word lists or the advice they share."""
        is_new = self.last is not None and self.signature is None
        return is_new and not (self.changed or self.removed)


def standing() -> Standing:
    version = rulebook.current().version
    last = RulesSignature.objects.first()
    signature = rulebook.signature_of(version)
    if last is None or signature is not None:
        return Standing(version, signature, last, (), ())
    changed = TriageRule.objects.filter(changed_at__gt=last.signed_at)
    removed = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(TriageRule),
        action_flag=DELETION,
        action_time__gt=last.signed_at,
    )
    names = removed.order_by("action_time").values_list("object_repr", flat=True)
    return Standing(version, None, last, tuple(changed), tuple(names))


@transaction.atomic
def sign(*, version: str, name: str, licence: str, by: User) -> RulesSignature:
    """Sign the list of now, which has to be the one that was read. Signing again changes nothing.

    Raises NotASigner, NameMissing, ListChanged.
    """
    if not (by.is_staff and by.has_perm("inference.sign_rules")):
        raise NotASigner
    if not name.strip():
        raise NameMissing
    if version != rulebook.current().version:
        raise ListChanged
    given = {"name": name.strip(), "licence": licence.strip()}
    signature, _is_new = RulesSignature.objects.get_or_create(
        version=version, signed_by=by, defaults=given
    )
    return signature
