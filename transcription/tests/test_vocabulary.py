"""The words that an engine is to expect, and where they go."""

import json

import pytest
from django.core.management import call_command

from transcription import vocabulary


def run(capsys, *arguments):
    code = 0
    try:
        call_command("build_vocabulary", *arguments)
    except SystemExit as end:
        code = end.code
    return code, capsys.readouterr().out


def test_the_shipped_words_are_those_of_the_library(capsys):
    code, out = run(capsys, "--json")
    assert json.loads(out)["added"] == []
    assert json.loads(out)["removed"] == []
    assert code == 0


@pytest.mark.parametrize(
    "word", ["구토", "혈뇨", "슬개골 탈구", "말티즈", "코리안 숏헤어", "이부프로펜"]
)
def test_signs_conditions_breeds_and_medicines_are_among_them(word):
    assert word in vocabulary.terms()


def test_the_hint_is_short_and_begins_with_what_is_said_most():
    hint = vocabulary.prompt()
    assert 60 < len(hint) <= vocabulary.LONGEST_HINT
    assert hint.split(", ") == list(vocabulary.terms()[: len(hint.split(", "))])


def test_words_that_are_out_of_date_are_told_and_written(capsys, monkeypatch, tmp_path):
    file = tmp_path / "vocabulary.txt"
    file.write_text("구토\n없는말\n", encoding="utf-8")
    monkeypatch.setattr(vocabulary, "FILE", file)
    vocabulary.terms.cache_clear()
    try:
        code, out = run(capsys)
        assert code == 1
        assert "- 없는말" in out
        assert "+ 말티즈" in out
        assert run(capsys, "--write")[0] == 0
        vocabulary.terms.cache_clear()
        assert run(capsys)[0] == 0
    finally:
        vocabulary.terms.cache_clear()


def test_amazon_s_table_holds_phrases_as_it_takes_them(tmp_path, capsys):
    file = tmp_path / "table.txt"
    assert run(capsys, "--amazon", str(file))[0] == 0
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    assert head == "Phrase\tSoundsLike\tIPA\tDisplayAs"
    assert "슬개골-탈구\t\t\t슬개골 탈구" in lines
    assert all(len(line.split("\t")) == 4 and " " not in line.split("\t")[0] for line in lines)
    assert file.stat().st_size <= vocabulary.AMAZON_BYTES
