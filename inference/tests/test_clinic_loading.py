"""Registers into the database: what is added, changed, closed, and left alone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from inference.clinics import loading, shipped
from inference.clinics.register import Skipped
from inference.models import Clinic
from inference.tests.clinics import DAY, clinic, mark, row

pytestmark = pytest.mark.django_db

LATER, EARLIER = DAY + timedelta(days=30), DAY - timedelta(days=30)


def load(*rows, as_of=DAY, **options):
    return loading.load_register(rows=rows, as_of=as_of, **options)


def fates(found):
    """Those that are not zero."""
    names = ("added", "changed", "closed", "unchanged", "newer", "absent")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def test_a_new_clinic_is_added_with_all_its_facts():
    found = load(row(address="강원특별자치도 춘천시 지석로 1", name="춘천가축병원"))

    stored = Clinic.objects.get(key="A")
    assert fates(found) == {"added": 1}
    assert (stored.province, stored.district) == ("강원특별자치도", "춘천시")
    assert (stored.phone, stored.latitude, stored.longitude) == ("02-123-4567", 37.5, 127.03)
    assert (stored.status, stored.is_large_animal) == ("open", True)
    assert (stored.licensed_on, stored.as_of) == (date(2020, 1, 2), DAY)
    assert stored.source == "행정안전부 지방행정 인허가데이터 (동물병원)"


def test_loading_the_same_again_changes_nothing():
    load(row("A"), row("B"))

    assert fates(load(row("A"), row("B"))) == {"unchanged": 2}
    assert Clinic.objects.count() == 2


def test_what_differs_is_changed_and_keeps_its_marks():
    load(row("A"), row("B"))
    mark(Clinic.objects.get(key="A"), "open_24h")

    found = load(row("A", name="새이름동물병원"), row("B"), as_of=LATER)

    assert fates(found) == {"changed": 1, "unchanged": 1}
    assert Clinic.objects.get(key="A").name == "새이름동물병원"
    assert Clinic.objects.get(key="A").marks.count() == 1


def test_what_is_said_again_stands_for_the_later_day():
    load(row())

    load(row(), as_of=LATER)

    assert Clinic.objects.get().as_of == LATER


def test_a_clinic_that_closed_stays_and_says_so():
    load(row())

    found = load(row(status="closed", closed_on=date(2026, 7, 1)), as_of=LATER)

    assert fates(found) == {"closed": 1}
    assert Clinic.objects.get().closed_on == date(2026, 7, 1)
    assert not Clinic.objects.open().exists()


def test_a_clinic_that_is_not_in_the_register_is_left_and_counted():
    load(row("A"), row("B"))

    found = load(row("A"), as_of=LATER)

    assert fates(found) == {"unchanged": 1, "absent": 1}
    assert Clinic.objects.get(key="B").as_of == DAY


def test_an_older_register_takes_nothing_back():
    load(row(status="closed"))

    found = load(row(status="open"), row("B"), as_of=EARLIER)

    assert fates(found) == {"newer": 1, "added": 1}
    assert Clinic.objects.get(key="A").status == "closed"


@pytest.mark.parametrize("order", [1, -1], ids=["newest last", "newest first"])
def test_of_a_key_that_occurs_twice_the_last_modified_wins(order):
    old = row(line=2, name="옛이름", modified_at="2020-01-01 00:00:00")
    new = row(line=3, name="새이름", modified_at="2020-01-01 00:00:01")

    found = load(*[old, new][::order])

    assert Clinic.objects.get().name == "새이름"
    assert found.skipped == [Skipped(2, "A", "older duplicate")]


def test_coordinates_and_phone_stay_known_while_the_clinic_is_where_it_was():
    load(row())

    found = load(row(phone="", latitude=None, longitude=None), as_of=LATER)

    stored = Clinic.objects.get()
    assert fates(found) == {"unchanged": 1}
    assert (stored.phone, stored.latitude, stored.longitude) == ("02-123-4567", 37.5, 127.03)


def test_coordinates_and_phone_are_forgotten_when_it_moved():
    load(row())

    load(row(phone="", latitude=None, longitude=None, address="서울특별시 중구 남대문로 1"))

    stored = Clinic.objects.get()
    assert (stored.phone, stored.latitude, stored.longitude) == ("", None, None)


def test_the_phone_is_forgotten_when_another_clinic_took_the_place():
    load(row())

    load(row(phone="", name="다른동물병원"))

    assert Clinic.objects.get().phone == ""


def test_what_was_left_out_is_counted_by_reason():
    found = load(row(), Skipped(3, "B", "no name"), Skipped(4, "C", "no name"), Skipped(5, "", "x"))

    assert found.reasons == {"no name": 2, "x": 1}


def test_a_dry_run_tells_and_does_nothing():
    assert fates(load(row(), is_dry_run=True)) == {"added": 1}
    assert not Clinic.objects.exists()


def test_progress_is_told_batch_by_batch(monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    told = []

    load(row("A"), row("B"), row("C"), progress=told.append)

    assert told == [2, 1]


def test_one_coordinate_alone_cannot_be_stored():
    with pytest.raises(IntegrityError, match="clinic_coordinates_paired"):
        clinic("A", longitude=None)


def test_the_shipped_table_is_stored_once():
    assert loading.is_shipped_newer()

    found = loading.load_shipped()

    assert found.added > 5_000
    assert found.skipped == []
    assert not loading.is_shipped_newer()
    assert fates(loading.load_shipped()) == {"unchanged": found.added}
    assert Clinic.objects.open().count() == found.added
    assert not Clinic.objects.filter(province="").exists()
    assert set(Clinic.objects.values_list("as_of", flat=True)) == {shipped.as_of()}


def test_the_shipped_table_is_small_and_names_source_and_day():
    rows = list(shipped.read())

    assert shipped.TABLE.stat().st_size < 400_000
    assert shipped.as_of() == rows[0].refreshed_on == DAY
    assert all(row.licensed_on for row in rows)


def test_a_table_is_written_and_read_without_loss(tmp_path):
    table = tmp_path / "table.csv.gz"
    nowhere = row("B", latitude=None, longitude=None, licensed_on=None, phone="")
    closed = row("C", status="closed")

    assert shipped.write([nowhere, row("A", name='"큰", 병원'), closed], DAY, table) == 2

    first, second = shipped.read(table)
    assert (first.key, first.name, first.latitude) == ("A", '"큰", 병원', 37.5)
    assert (second.key, second.latitude, second.licensed_on) == ("B", None, None)
    once = table.read_bytes()
    shipped.write([row("A", name='"큰", 병원'), nowhere], DAY, table)
    assert table.read_bytes() == once
