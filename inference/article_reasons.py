"""Why a file or a line was not taken into the library, in Korean."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from inference.knowledge.importing.errors import Unfit, UnfitRows

REASONS: dict[str, Any] = {
    "kind": _("읽을 수 없는 종류의 파일이에요(%(word)s). Markdown, PDF, HTML, CSV를 올려 주세요."),
    "size": _("파일이 %(most)dMB보다 커요. 나눠서 올려 주세요."),
    "empty": _("파일에 글이 없어요."),
    "encoding": _("글자를 읽을 수 없어요. UTF-8이나 CP949(한글 윈도우)로 저장해 주세요."),
    "not_pdf": _("PDF 파일이 아니에요."),
    "broken_pdf": _("PDF를 읽을 수 없어요. 다시 저장해서 올려 주세요."),
    "encrypted": _("암호가 걸린 PDF예요. 암호 없이 저장해서 올려 주세요."),
    "images": _("글자 없이 그림만 있는 PDF예요. 글자 인식(OCR)을 먼저 해 주세요."),
    "pages": _("%(pages)d쪽이에요. %(most)d쪽까지만 읽을 수 있어요."),
    "costly": _("읽는 데 시간이나 메모리가 너무 많이 들어서 멈췄어요. 나눠서 올려 주세요."),
    "long": _("글이 너무 길어요(%(most)d자까지). 여러 문서로 나눠 주세요."),
    "deep": _("HTML이 너무 깊이 겹쳐 있어서 읽을 수 없어요."),
    "front": _("맨 위 --- 사이의 내용이 YAML이 아니에요."),
    "field": _("모르는 항목이 있어요: %(word)s"),
    "title": _("제목이 너무 길어요: %(word)s…"),
    "licence": _("이용 조건이 없어요. 어떤 조건으로 쓸 수 있는 글인지 적어 주세요."),
    "licence_long": _("이용 조건이 너무 길어요."),
    "expired": _("만료일이 이미 지났어요: %(word)s"),
    "source": _("출처가 모자라요. 발행처와 제목이 모두 있어야 해요."),
    "condition": _("질환의 한글 이름이 없어요: %(word)s"),
    "year": _("연도가 아니에요: %(word)s"),
    "url": _("http로 시작하는 주소가 아니에요: %(word)s"),
    "species": _("모르는 동물이에요: %(word)s"),
    "urgency": _("모르는 긴급도예요: %(word)s"),
    "category": _("모르는 분류예요: %(word)s"),
    "date": _("날짜가 아니에요(예: 2027-12-31): %(word)s"),
    "csv": _("쉼표로 나눈 표(CSV)가 아니에요."),
    "column": _("모르는 열이 있어요: %(word)s"),
    "columns_twice": _("이름이 같은 열이 두 개 있어요."),
    "many_rows": _("행이 %(most)d개보다 많아요. 나눠서 올려 주세요."),
    "cells": _("%(row)d번째 행에 칸이 더 많아요. 쉼표가 든 칸은 따옴표로 감싸 주세요."),
    "row_title": _("제목이 없어요."),
    "row_twice": _("%(row)d번째 행과 제목이 같아요."),
    "row_body": _("본문 열과 갈래별 열 가운데 하나만 채워 주세요."),
}


def told_in_korean(error: Exception) -> list[str]:
    """Why a file or a line was not taken, for the person who gave it."""
    if isinstance(error, UnfitRows):
        shown = error.rows[: error.MOST_TOLD]
        said = [
            _("%(row)d번째 행: %(why)s") % {"row": number, "why": told_in_korean(one)[0]}
            for number, one in shown
        ]
        more = len(error.rows) - len(shown)
        return [*said, _("그 밖에 %d개 행") % more] if more else said
    if isinstance(error, Unfit) and error.code in REASONS:
        return [REASONS[error.code] % error.facts]
    return [str(_("읽을 수 없는 파일이에요."))]
