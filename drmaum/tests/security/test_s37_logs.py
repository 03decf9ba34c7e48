"""S37: a line of a log stays one line, whatever stands in it."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmaum.lib.log_masking import CONTROL, OneLine
from drmaum.observability.logs import JsonLines

HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("\r\n\x1b[31m\x85\u2028\u2029\x9b\x00\x7f"), st.characters())
)
FORMS = [OneLine("%(levelname)s %(name)s %(message)s"), JsonLines()]


def written(form, told):
    record = logging.LogRecord("chat.views", 30, "file.py", 1, "refused: %s", (told,), None)
    return form.format(record)


@pytest.mark.parametrize("form", FORMS, ids=["line", "json"])
@given(told=HOSTILE)
def test_s37_nothing_that_is_logged_leaves_its_line(form, told):
    assert CONTROL.search(written(form, told)) is None


@pytest.mark.parametrize("form", FORMS, ids=["line", "json"])
def test_s37_words_stay_readable(form):
    assert "보리가 “아파요” 🐶" in written(form, "보리가 “아파요” 🐶")


def test_s37_a_traceback_keeps_its_lines():
    record = logging.LogRecord("chat", 40, "file.py", 1, "broken", (), None)
    record.exc_text = "Traceback (most recent call last):\n  File"

    assert FORMS[0].format(record).count("\n") == 2
