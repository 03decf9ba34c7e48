"""The registry itself: every row has its tests, and every test that it names is there."""

import pytest

from drmaum.management.commands import security_rows
from drmaum.tests.security import registry

ROWS = registry.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_every_row_is_proven_by_tests_that_exist(row):
    assert row.missing == ()
    assert row.checks != ()
    assert row.statement.strip()


def test_no_test_is_named_after_a_row_that_is_none():
    assert set(registry._own_tests()) <= set(registry.NUMBERS)


def test_a_row_fails_with_any_case_of_its_tests(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuite><testcase classname="a.b" name="test_x[1]"/>'
        '<testcase classname="a.b" name="test_x[2]"><failure/></testcase>'
        '<testcase classname="a.b" name="test_y"><skipped/></testcase></testsuite>'
    )
    results = security_rows._read(report)
    assert results == {"a/b.py::test_x": "failed", "a/b.py::test_y": "skipped"}
    row = registry.Row("S01", "x", ("a/b.py::test_x", "a/b.py::test_y"), ())
    assert security_rows._state(row, results, has_run=True) == "failed"
    assert security_rows._state(row, {}, has_run=True) == "failed"  # it never ran
    assert security_rows._state(row, {}, has_run=False) == "proven"


def test_a_row_without_a_test_or_with_a_lost_one_is_open():
    lost = "chat/tests/test_send.py::test_that_is_no_more"
    assert registry.Row("S02", "x", (), ()).state == "open"
    assert registry.Row("S02", "x", (), (lost,)).state == "open"
    assert registry.Row("S02", "x", (), (lost,)).missing == (lost,)


def test_a_row_that_lacks_something_is_never_called_proven():
    here = "drmaum/tests/security/test_registry.py::test_no_test_is_named_after_a_row_that_is_none"
    row = registry.Row("S03", "x", (), (here,), lacks="half of it")

    assert row.state == "partly"
    assert security_rows._state(row, {here: "passed"}, has_run=True) == "partly"
    assert security_rows._state(row, {here: "failed"}, has_run=True) == "failed"
