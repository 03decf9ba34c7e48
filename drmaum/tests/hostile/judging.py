"""What is right of an answer to hostile input: nothing stored is changed, and it speaks Korean."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection

from drmaum.tests.hostile.corpus import Input

# What a Korean sentence may hold of English: names that are said so in Korean too.
NAMES = {
    "JSON", "PDF", "AI", "QR", "JPG", "PNG", "WebP", "HEIC", "WAV", "MP", "place", "Dr", "kg",
    "Anthropic", "OpenAI",
}  # fmt: skip


class Rows:
    """Everything that is stored. Whether a request wrote at all is asked first: that is quick."""

    def __init__(self) -> None:
        tables = connection.introspection.table_names()
        self._digest = " UNION ALL ".join(
            f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"  # noqa: S608
            for name in tables
        )
        self.before = self._read(self._digest)

    def changed_by(self, request: Callable[[], Any]) -> tuple[Any, set[str]]:
        writes = self._writes()
        answer = request()
        if self._writes() == writes:
            return answer, set()
        after = self._read(self._digest)
        return answer, {name for name in after if after[name] != self.before.get(name)}

    def differing(self, other: "Rows") -> set[str]:
        """The tables that do not stand as they stood."""
        return {name for name in self.before if self.before[name] != other.before[name]}

    def _writes(self) -> int:
        counted = (
            "SELECT 'all', sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        )
        return int(self._read(counted)["all"])

    def _read(self, query: str) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return dict(cursor.fetchall())


def english_in(sentence: str) -> set[str]:
    return set(re.findall(r"\b[A-Za-z]{2,}\b", sentence, re.ASCII)) - NAMES


def judge(sent: list[tuple[Input, str]]) -> None:
    """Wrong is what did harm, and the taking of what is not harmless."""
    wrongly = [
        f"{one}: {wrong}" for one, wrong in sent if wrong and not (wrong == "taken" and one.taken)
    ]
    assert not wrongly, "\n".join(wrongly)
