"""The published register, line by line: both layouts, and what is wrong with a line."""

from datetime import date

import pytest

from inference.clinics import phones, places, register
from inference.clinics.projection import Projection
from inference.clinics.register import RegisterError, Row, Skipped
from inference.tests.clinics import FACTS, FOLDER, needs_registers, new_layout, old_layout


def read(raw):
    """Rows, with coordinates that are half of the grid's."""
    return list(register.read(raw, lambda x, y: (y / 2, x / 2)))


def reasons(raw):
    return [one.reason for one in read(raw) if isinstance(one, Skipped)]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("layout", [old_layout, new_layout], ids=["2024", "2026"])
def test_a_line_is_the_same_clinic_in_every_layout_and_encoding(layout, encoding):
    assert read(layout({}, encoding=encoding)) == [
        Row(
            line=2,
            key="300000001019950002",
            name="대학로동물병원",
            phone="02-3672-8441",
            address="서울특별시 종로구 창경궁로 261 (명륜2가)",
            lot_address="서울특별시 종로구 명륜2가 5-99",
            latitude=453593.826987348 / 2,
            longitude=199947.178659037 / 2,
            status="open",
            licensed_on=date(1995, 9, 5),
            closed_on=None,
            modified_at="2019-04-29 17:30:23",
            refreshed_on=date(2024, 8, 2),
        )
    ]


def test_names_that_only_cp949_can_write_are_read():
    (found,) = read(old_layout({"사업장명": "뽛똠동물병원"}))

    assert found.name == "뽛똠동물병원"


def test_without_a_road_name_the_lot_is_the_address():
    (found,) = read(new_layout({"도로명전체주소": ""}))

    assert found.address == found.lot_address == "서울특별시 종로구 명륜2가 5-99"


def test_without_coordinates_there_are_none_and_no_complaint():
    (found,) = read(new_layout({"좌표정보(x)": "", "좌표정보(y)": ""}))

    assert (found.latitude, found.longitude) == (None, None)


@pytest.mark.parametrize(
    ("facts", "status", "closed_on"),
    [
        ({"영업상태구분코드": "01"}, "open", None),
        ({"영업상태구분코드": "1", "폐업일자": "2020-01-02"}, "open", None),
        ({"영업상태구분코드": "02"}, "paused", None),
        ({"영업상태구분코드": "03", "폐업일자": "20200102"}, "closed", date(2020, 1, 2)),
        ({"영업상태구분코드": "04", "인허가취소일자": "2020-01-02"}, "closed", date(2020, 1, 2)),
        ({"영업상태구분코드": "03", "폐업일자": "2020-13-02"}, "closed", None),
    ],
    ids=["open", "open again", "paused", "closed", "cancelled", "closed on no day"],
)
def test_the_status_is_what_the_code_says(facts, status, closed_on):
    (found,) = read(new_layout(facts))

    assert (found.status, found.closed_on) == (status, closed_on)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"관리번호": ""}, "no key"),
        ({"사업장명": " "}, "no name"),
        ({"도로명전체주소": "", "소재지전체주소": ""}, "no address"),
        ({"사업장명": "가" * 101}, "name too long"),
        ({"도로명전체주소": "평양시 중구역 1"}, "unknown province"),
        ({"영업상태구분코드": "09"}, "unknown status '09'"),
        ({"사업장명": "마음\x00병원"}, "unreadable signs"),
    ],
    ids=["key", "name", "address", "long name", "province", "status", "NUL"],
)
def test_a_line_that_cannot_be_used_is_skipped_and_says_why(facts, reason):
    found = read(new_layout(facts, {}))

    assert (found[0].line, found[0].reason) == (2, reason)
    assert [type(one) for one in found] == [Skipped, Row]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"소재지전화": "없음"}, "phone unreadable"),
        ({"좌표정보(x)": "서울"}, "coordinates unreadable"),
        ({"좌표정보(y)": ""}, "coordinates unreadable"),
        ({"좌표정보(x)": "0", "좌표정보(y)": "0.0"}, "coordinates outside Korea"),
    ],
    ids=["phone", "x", "only x", "zeros"],
)
def test_a_bad_value_costs_only_itself(facts, reason):
    complaint, found = read(new_layout(facts))

    assert complaint == Skipped(2, FACTS["관리번호"], reason)
    assert found.name == "대학로동물병원"
    assert found.phone == "" or found.latitude is None


def test_a_place_outside_korea_costs_the_coordinates():
    complaint, found = register.read(new_layout({}), lambda _x, _y: None)

    assert complaint.reason == "coordinates outside Korea"
    assert (found.latitude, found.longitude) == (None, None)


def test_a_line_that_broke_off_is_skipped():
    assert reasons(old_layout({}) + b'"2","x"\r\n') == ["too few columns"]


def test_blank_lines_are_nothing():
    assert len(read(old_layout({}) + b"\r\n,,\r\n")) == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "columns are missing: 관리번호"),
        (b"name,phone\r\nA,1\r\n", "columns are missing"),
        (new_layout({}).replace("전화번호".encode("cp949"), b"tel"), "columns are missing: 소재지전화"),
        (b"\xff\xfe\x00", "neither UTF-8 nor CP949"),
        (old_layout({}) + b'"' + b"x" * 200_000, "is not CSV"),
    ],
    ids=["empty", "another table", "a column less", "binary", "an open quote"],
)  # fmt: skip
def test_a_file_that_is_no_register_says_why(raw, message):
    with pytest.raises(RegisterError, match=message):
        read(raw)


@pytest.mark.parametrize(
    "name", ["제일가축병원", "한우축산동물병원", "김원장 출장동물병원", "대동물병원"]
)
def test_farm_and_visiting_practices_are_known_by_their_names(name):
    (found,) = read(new_layout({"사업장명": name}))

    assert found.is_large_animal


@pytest.mark.parametrize(
    ("text", "area", "number"),
    [
        ("02-123-4567", "031", "02-123-4567"),
        ("0222377582", "", "02-2237-7582"),
        ("574-7975", "062", "062-574-7975"),
        ("36728441", "02", "02-3672-8441"),
        ("031)536-8388", "", "031-536-8388"),
        ("(043)268-5677", "", "043-268-5677"),
        ("043 -838 -4275", "", "043-838-4275"),
        ("055-6737194", "", "055-673-7194"),
        ("582-3363,562-1729", "053", "053-582-3363"),
        ("031-642-7582~3", "", "031-642-7582"),
        ("879-4478(9)", "055", "055-879-4478"),
        ("1577-1234", "02", "1577-1234"),
        ("16001234", "02", "1600-1234"),
        ("1833-1234", "", "1833-1234"),
        ("01012345678", "02", "010-1234-5678"),
        ("016-123-4567", "", "016-123-4567"),
        ("07086600904", "", "070-8660-0904"),
        ("0507-1375-5852", "", "0507-1375-5852"),
    ],
)
def test_a_number_gets_one_form(text, area, number):
    assert phones.normalised(text, area) == number


@pytest.mark.parametrize(
    "text", ["", "없음", "0", "000-0000-0000", "053-475-00799", "123-45", "099-123-4567", "1777-1234"]
)  # fmt: skip
def test_what_is_no_number_is_none(text):
    assert phones.normalised(text, "02") == ""


def test_a_local_number_of_an_unknown_place_is_none():
    assert phones.normalised("574-7975", "") == ""


@pytest.mark.parametrize(
    ("address", "province", "district", "area"),
    [
        ("서울특별시 강남구 역삼동 1", "서울특별시", "강남구", "02"),
        ("부산 해운대구 우동 1", "부산광역시", "해운대구", "051"),
        ("대구광역시 군위군 군위읍 1", "대구광역시", "군위군", "054"),
        ("인천광역시 강화군 강화읍 1", "인천광역시", "강화군", "032"),
        ("광주광역시 북구 두암동 1", "광주광역시", "북구", "062"),
        ("대전광역시 서구 둔산동 1", "대전광역시", "서구", "042"),
        ("울산광역시 울주군 범서읍 1", "울산광역시", "울주군", "052"),
        ("세종특별자치시 나성로 1", "세종특별자치시", "", "044"),
        ("경기도 수원시 영통구 이의동 1", "경기도", "수원시 영통구", "031"),
        ("경기도 부천시 원미구 중동 1", "경기도", "부천시 원미구", "032"),
        ("경기도 광명시 철산동 1", "경기도", "광명시", "02"),
        ("강원도 춘천시 석사동 1", "강원특별자치도", "춘천시", "033"),
        ("충청북도 청주시 흥덕구 1", "충청북도", "청주시 흥덕구", "043"),
        ("충남 계룡시 엄사면 1", "충청남도", "계룡시", "042"),
        ("전라북도 전주시 완산구 1", "전북특별자치도", "전주시 완산구", "063"),
        ("전라남도 순천시 조례동 1", "전라남도", "순천시", "061"),
        ("경상북도 경산시 중방동 1", "경상북도", "경산시", "053"),
        ("경상남도 진주시 초전동 1", "경상남도", "진주시", "055"),
        ("제주도 서귀포시 중문동 1", "제주특별자치도", "서귀포시", "064"),
        ("평양시 중구역 1", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_an_address_names_province_district_and_area(address, province, district, area):
    assert places.divide(address) == (province, district)
    assert places.area_code(province, district) == area


def test_renamed_provinces_are_written_as_today():
    (found,) = read(new_layout({"도로명전체주소": "강원도 춘천시 지석로 1 (석사동)"}))

    assert found.address == "강원특별자치도 춘천시 지석로 1 (석사동)"
    assert (found.province, found.district) == ("강원특별자치도", "춘천시")


@needs_registers
@pytest.mark.parametrize(
    ("year", "count", "open_count"), [("2024", 10_061, 5_224), ("2026", 10_548, 5_444)]
)
def test_the_real_registers_are_read_to_the_last_line(year, count, open_count):
    (file,) = FOLDER.glob(f"*{year}*.csv")

    found = list(register.read(file.read_bytes(), Projection().degrees))

    rows = [one for one in found if isinstance(one, Row)]
    assert len(rows) == len({one.key for one in rows}) == count
    assert sum(one.status == "open" for one in rows) == open_count
    assert {one.reason for one in found if isinstance(one, Skipped)} == {"phone unreadable"}
    assert all(one.district for one in rows if one.province != "세종특별자치시")
