"""What the register does not say: marks from a CSV and from the portal."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from inference.clinics import marks
from inference.clinics.register import RegisterError
from inference.models import ClinicMark
from inference.tests.clinics import DAY, clinic, mark, marks_csv
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(client):
    """A browser in which staff is signed in."""
    staff = User.objects.create_superuser("staff@example.com", "따뜻한-물-한-그릇-7", name="김직원")
    client.force_login(staff)
    return client


def test_marks_are_stored_with_source_and_day():
    clinic("A")

    found = marks.load_marks(raw=marks_csv("A,open_24h,전화 확인,2026-05-01"))

    stored = ClinicMark.objects.get()
    assert (found.stored, found.skipped) == (1, [])
    assert (stored.clinic.key, stored.kind) == ("A", "open_24h")
    assert (stored.source, stored.noted_on) == ("전화 확인", date(2026, 5, 1))


def test_the_same_marks_again_change_nothing():
    clinic("A")
    raw = marks_csv("A,open_24h,전화 확인,2026-05-01")
    marks.load_marks(raw=raw)

    found = marks.load_marks(raw=raw)

    assert (found.stored, found.unchanged) == (0, 1)


def test_a_later_mark_takes_the_place_of_its_opposite():
    clinic("A")
    marks.load_marks(raw=marks_csv("A,exotic,누리집,2026-05-01", "A,night,누리집,2026-05-01"))

    marks.load_marks(raw=marks_csv("A,not_exotic,전화 확인,2026-05-02"))

    assert set(ClinicMark.objects.values_list("kind", flat=True)) == {"night", "not_exotic"}


@pytest.mark.parametrize("kind", ["exotic", "not_exotic"])
def test_an_earlier_mark_takes_nothing_back(kind):
    mark(clinic("A"), "exotic")

    found = marks.load_marks(raw=marks_csv(f"A,{kind},누리집,{DAY - timedelta(days=30)}"))

    assert [one.reason for one in found.skipped] == ["a later day says otherwise"]
    assert ClinicMark.objects.get().noted_on == DAY


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("B,open_24h,전화,2026-05-01", "unknown clinic"),
        ("A,always,전화,2026-05-01", "unknown kind"),
        ("A,night,,2026-05-01", "no source"),
        ("A,night,전화", "bad date"),
        ("A,night,전화,어제", "bad date"),
        ("A,night,전화,{tomorrow}", "bad date"),
        (f"A,night,{'가' * 201},2026-05-01", "source too long"),
    ],
    ids=["clinic", "kind", "source", "no date", "date", "future", "long source"],
)
def test_a_mark_that_cannot_be_used_says_why(line, reason):
    clinic("A")
    tomorrow = timezone.localdate() + timedelta(days=1)

    found = marks.load_marks(raw=marks_csv(line.format(tomorrow=tomorrow)))

    assert [(one.line, one.reason) for one in found.skipped] == [(2, reason)]
    assert not ClinicMark.objects.exists()


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"key,kind\nA,night", "columns are missing: noted_on, source"), (b"\xb0", "not UTF-8")],
    ids=["columns", "encoding"],
)
def test_a_file_that_holds_no_marks_says_why(raw, message):
    with pytest.raises(RegisterError, match=message):
        marks.load_marks(raw=raw)


def given(one, **changes):
    return {
        "clinic": one.pk,
        "kind": "exotic",
        "source": "전화 확인",
        "noted_on": str(DAY),
    } | changes


def test_staff_write_a_mark_under_their_name(portal):
    one = clinic("A")
    mark(one, "not_exotic")
    address = "/admin/inference/clinicmark/add/"

    answer = portal.post(address, given(one))

    stored = ClinicMark.objects.get()
    assert answer.status_code == 302
    assert (stored.kind, stored.source, stored.noted_on) == ("exotic", "전화 확인", DAY)
    assert stored.noted_by.name == "김직원"


@pytest.mark.parametrize(
    "changes", [{"source": ""}, {"noted_on": "2999-01-01"}], ids=["source", "day"]
)
def test_staff_write_no_mark_without_a_source_and_a_day_that_has_come(portal, changes):
    answer = portal.post("/admin/inference/clinicmark/add/", given(clinic("A"), **changes))

    assert answer.status_code == 200
    assert not ClinicMark.objects.exists()


def test_clinics_are_only_read_in_the_portal(portal):
    one = clinic("A")

    assert portal.get("/admin/inference/clinic/?q=테헤란로").status_code == 200
    assert portal.get(f"/admin/inference/clinic/{one.pk}/change/").status_code == 200
    assert (
        portal.post(f"/admin/inference/clinic/{one.pk}/change/", {"name": "x"}).status_code == 403
    )
    assert portal.get("/admin/inference/clinic/add/").status_code == 403
