"""`manage.py load_clinics`: what it stores, tells, ships and refuses."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from inference.clinics import shipped
from inference.models import Clinic, ClinicMark
from inference.tests.clinics import FACTS, marks_csv, new_layout, old_layout

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command on a file of these bytes: what it printed, and what it complained about."""
    monkeypatch.setattr(shipped, "TABLE", tmp_path / "table.csv.gz")

    def running(raw, *options, **named):
        (tmp_path / "register.csv").write_bytes(raw)
        out, err = StringIO(), StringIO()
        call_command(
            "load_clinics",
            str(tmp_path / "register.csv"),
            *options,
            stdout=out,
            stderr=err,
            **named,
        )
        return out.getvalue(), err.getvalue()

    return running


def test_the_command_stores_and_reports(run):
    out, err = run(
        old_layout({}, {"관리번호": "B", "사업장명": ""}, {"관리번호": "C", "소재지전화": "?"})
    )

    assert "added: 2" in out
    assert "2024-08-02" in out
    assert "no name: 1: line 3 (B)" in err
    assert "phone unreadable: 1: line 4 (C)" in err
    stored = Clinic.objects.get(key=FACTS["관리번호"])
    assert (round(stored.latitude, 3), round(stored.longitude, 3)) == (37.585, 127.0)
    assert stored.as_of == date(2024, 8, 2)


def test_the_command_tells_as_json_what_it_would_do(run):
    out, _ = run(new_layout({}), "--dry-run", "--json", "--as-of", "2026-07-01")

    told = json.loads(out)
    assert (told["added"], told["as_of"], told["marks"]) == (1, "2026-07-01", None)
    assert not Clinic.objects.exists()


def test_the_command_ships_the_open_clinics(run, tmp_path):
    run(new_layout({}, {"관리번호": "B", "영업상태구분코드": "03"}), "--ship")

    (only,) = shipped.read(tmp_path / "table.csv.gz")
    assert (only.key, only.refreshed_on) == (FACTS["관리번호"], date(2024, 8, 2))


def test_the_command_loads_marks_after_the_register(run, tmp_path):
    file = tmp_path / "marks.csv"
    file.write_bytes(
        marks_csv(f"{FACTS['관리번호']},night,전화,2026-05-01", "B,night,전화,2026-05-01")
    )

    with pytest.raises(CommandError, match="1 marks were left out"):
        run(new_layout({}), marks=file)

    assert ClinicMark.objects.get().kind == "night"


@pytest.mark.parametrize(
    ("raw", "options", "message", "code"),
    [
        (b"a,b\n", [], "columns are missing", 1),
        (new_layout(), [], "no row could be read", 1),
        (new_layout({}), ["--crs", "EPSG:1"], "unknown coordinate system", 1),
        (new_layout({"데이터갱신일자": ""}), [], "give --as-of", 2),
    ],
    ids=["no register", "no rows", "coordinates", "no day"],
)
def test_the_command_refuses_in_one_sentence(run, raw, options, message, code):
    with pytest.raises(CommandError, match=message) as refused:
        run(raw, *options)

    assert refused.value.returncode == code
    assert not Clinic.objects.exists()


def test_shipping_needs_a_file():
    with pytest.raises(CommandError, match="need a FILE"):
        call_command("load_clinics", "--ship")
