"""A few animal hospitals: as lines of the published register, as rows, and in the database."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from inference.clinics.register import Row
from inference.clinics.results import Found
from inference.models import Clinic, ClinicMark

DAY = date(2026, 6, 16)
FOLDER = Path(settings.BASE_DIR).parent / "shared" / "data" / "clinics"
needs_registers = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the published registers are not in {FOLDER}"
)

# Facts of one line, by the names of the older layout.
FACTS = {
    "관리번호": "300000001019950002",
    "인허가일자": "1995-09-05",
    "영업상태구분코드": "01",
    "소재지전화": "02-3672-8441",
    "소재지전체주소": "서울특별시 종로구 명륜2가 5-99",
    "도로명전체주소": "서울특별시 종로구 창경궁로 261 (명륜2가)",
    "사업장명": "대학로동물병원",
    "최종수정시점": "2019-04-29 17:30:23",
    "데이터갱신일자": "2024-08-02 02:40:00",
    "좌표정보(x)": "199947.178659037",
    "좌표정보(y)": "453593.826987348",
}
OLD_COLUMNS = [
    "번호", "개방서비스명", "관리번호", "인허가일자", "인허가취소일자", "영업상태구분코드",
    "영업상태명", "폐업일자", "소재지전화", "소재지전체주소", "도로명전체주소", "사업장명",
    "최종수정시점", "데이터갱신일자", "좌표정보(x)", "좌표정보(y)", "총직원수",
]  # fmt: skip
NEW_NAMES = {
    "영업상태구분코드": "영업상태코드",
    "소재지전화": "전화번호",
    "소재지전체주소": "지번주소",
    "도로명전체주소": "도로명주소",
    "데이터갱신일자": "데이터갱신시점",
    "좌표정보(x)": "좌표정보(X)",
    "좌표정보(y)": "좌표정보(Y)",
}
NEW_COLUMNS = [
    "관리번호", "인허가일자", "인허가취소일자", "영업상태명", "폐업일자", "사업장명",
    "데이터갱신시점", "도로명주소", "영업상태코드", "전화번호", "좌표정보(X)", "좌표정보(Y)",
    "지번주소", "최종수정시점",
]  # fmt: skip


def old_layout(*lines: dict[str, str], encoding: str = "cp949") -> bytes:
    """As published in 2024: every value quoted, a comma at the end of each line."""
    text = "".join(
        ",".join(f'"{value}"' for value in values) + ",\r\n"
        for values in [OLD_COLUMNS, *_values(OLD_COLUMNS, lines)]
    )
    return text.encode(encoding)


def new_layout(*lines: dict[str, str], encoding: str = "cp949") -> bytes:
    """As published in 2026: other names and order, coordinates padded with spaces."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(NEW_COLUMNS)
    renamed = [{NEW_NAMES.get(name, name): one[name] for name in one} for one in map(whole, lines)]
    for line in renamed:
        line["좌표정보(X)"], line["좌표정보(Y)"] = (
            f"{line[name]:<20}" for name in ("좌표정보(X)", "좌표정보(Y)")
        )
    writer.writerows([line.get(name, "") for name in NEW_COLUMNS] for line in renamed)
    return text.getvalue().encode(encoding)


def whole(facts: dict[str, str]) -> dict[str, str]:
    return FACTS | facts


def _values(columns: list[str], lines: tuple[dict[str, str], ...]) -> list[list[str]]:
    return [[whole(line).get(name, "") for name in columns] for line in lines]


def row(key: str = "A", **facts) -> Row:
    """An open clinic in Seoul."""
    given = {
        "line": 2, "name": "마음동물병원", "phone": "02-123-4567",
        "address": "서울특별시 강남구 테헤란로 1 (역삼동)",
        "lot_address": "서울특별시 강남구 역삼동 1-1", "latitude": 37.5, "longitude": 127.03,
        "licensed_on": date(2020, 1, 2), "modified_at": "2026-01-01 00:00:00",
    }  # fmt: skip
    return Row(key=key, **given | facts)


def clinic(key: str, **facts) -> Clinic:
    """A stored clinic: facts as in the table; open and in Seoul unless told otherwise."""
    given = {
        "name": f"{key}동물병원", "address": "서울특별시 강남구 테헤란로 1 (역삼동)",
        "province": "서울특별시", "district": "강남구", "latitude": 37.5, "longitude": 127.03,
        "status": "open", "as_of": DAY, "source": "등록부",
    }  # fmt: skip
    return Clinic.objects.create(key=key, **given | facts)


def mark(clinic: Clinic, kind: str) -> ClinicMark:
    return ClinicMark.objects.create(clinic=clinic, kind=kind, source="전화 확인", noted_on=DAY)


def marks_csv(*lines: str) -> bytes:
    return "\n".join(["key,kind,source,noted_on", *lines]).encode()


def keys(found: list[Found]) -> list[str]:
    return [one.key for one in found]
