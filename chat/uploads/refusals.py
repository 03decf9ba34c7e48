"""Why an upload is declined: stable codes, and the sentence that its owner reads."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal

BAD_FILE = _(
    "지원하지 않는 파일이에요. 사진은 JPG·PNG·WebP·HEIC, 음성은 M4A·MP3·WAV만 올릴 수 있어요."
)
TOO_LARGE = _("파일이 너무 커요.")
# What a worker finds when it looks into a file.
SENTENCES: dict[str, Any] = {
    "file_missing": _("파일이 도착하지 않았어요. 다시 올려 주세요."),
    "file_unsupported": BAD_FILE,
    "file_unreadable": _("파일을 열 수 없어요. 손상되지 않았는지 확인하고 다시 올려 주세요."),
    "file_too_large": TOO_LARGE,
    "photo_too_small": _("사진이 너무 작아요. 더 크게 찍어서 올려 주세요."),
    "audio_silent": _("소리가 녹음되지 않았어요. 다시 녹음해 주세요."),
    "audio_too_short": _("녹음이 너무 짧아요. 0.5초 넘게 녹음해 주세요."),
    "audio_too_long": _("음성은 최대 60분까지 올릴 수 있어요."),
    "quota_audio_minutes": _(
        "오늘 올릴 수 있는 음성 시간을 모두 썼어요. 내일 다시 올리거나 글로 적어 주세요."
    ),
}
LATE = _("파일 확인이 늦어지고 있어요. 자동으로 다시 시도할게요.")


class FileUnsupported(Refusal):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "file_unsupported"
    message = BAD_FILE


class FileTooLarge(Refusal):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "file_too_large"
    message = TOO_LARGE


class FileEmpty(Refusal):
    code = "file_empty"
    message = _("빈 파일은 올릴 수 없어요.")


class QuotaFiles(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "quota_files"
    message = _("오늘 올릴 수 있는 파일 수를 모두 썼어요. 내일 다시 올려 주세요.")


class QuotaBytes(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "quota_bytes"
    message = _("오늘 올릴 수 있는 용량을 모두 썼어요. 내일 다시 올려 주세요.")


class QuotaAudioMinutes(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "quota_audio_minutes"
    message = SENTENCES["quota_audio_minutes"]


class AddressEnded(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "address_ended"
    message = _("주소가 만료됐어요. 다시 시도해 주세요.")


class UploadClosed(Refusal):
    status = HTTPStatus.CONFLICT
    code = "upload_closed"
    message = _("이미 다 올린 파일이에요. 새로 올려 주세요.")


class StorageAway(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "storage_unavailable"
    message = _("파일을 저장하지 못했어요. 잠시 뒤에 다시 올려 주세요.")


class CannotKeep(Refusal):
    status = HTTPStatus.CONFLICT
    code = "cannot_keep"
    message = _("확인이 끝난 녹음만 계속 보관할 수 있어요.")


class TooManyPhotos(Refusal):
    code = "too_many_photos"
    message = _("사진은 한 번에 6장까지 보낼 수 있어요.")


class PhotoUnusable(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "photo_unusable"
    message = _("보낼 수 없는 사진이 있어요. 사진을 다시 올려 주세요.")
