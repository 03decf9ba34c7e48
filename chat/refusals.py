"""Why a message is not taken: codes that stay, sentences for its owner."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal


class ConsultationEnded(Refusal):
    status = HTTPStatus.CONFLICT
    code = "consultation_ended"
    message = _("이미 끝난 상담이에요. 새 상담을 열어 주세요.")


class MessageTooLong(Refusal):
    code = "message_too_long"
    message = _("메시지는 4,000자까지 보낼 수 있어요.")


class TranscriptTooLong(Refusal):
    code = "transcript_too_long"
    message = _("음성을 옮긴 글은 40,000자까지 보낼 수 있어요. 필요한 부분만 남겨 주세요.")


class MessageEmpty(Refusal):
    code = "message_empty"
    message = _("내용을 입력해 주세요.")


class KeyReused(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency_key_reused"
    message = _("같은 전송 번호로 다른 내용을 보낼 수 없어요.")


class CannotRevise(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "cannot_revise"
    message = _("고칠 메시지를 찾을 수 없어요.")
