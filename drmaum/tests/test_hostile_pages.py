"""The corpus of hostile inputs over web pages: a form that is refused changes no row, and whatever
is shown to an owner is Korean. Each input is taken back."""

import html
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from drmaum.tests.api_world import ApiWorld, api_world  # noqa: F401  (fixtures)
from drmaum.tests.hostile import corpus
from drmaum.tests.hostile.corpus import Input, filled
from drmaum.tests.hostile.judging import Rows, english_in, judge

FOR_VISITORS = ("/signup", "/login", "/password", "/confirm")
HIDDEN = re.compile(r"<(script|style|template)\b.*?</\1>|<!--.*?-->|<[^>]+>", re.DOTALL)
ADDRESS = re.compile(r"\S+@\S+|https?://\S+")


def shown(page: str) -> str:
    """What a page shows, without addresses."""
    return ADDRESS.sub("", html.unescape(HIDDEN.sub(" ", page)))


class Visitor:
    """Posts forms as a browser does, signed in where the page is for owners."""

    def __init__(self, world: ApiWorld) -> None:
        self.known = world.known
        self.owner = Client(raise_request_exception=False)
        self.owner.force_login(world.owner)
        self.rows = Rows()

    def send(self, one: Input) -> str:
        verb, path = filled(one.to, self.known).split(" ")
        who = Client(raise_request_exception=False) if path in FOR_VISITORS else self.owner
        value = filled(one.value, self.known)
        if verb == "GET":
            query = "&".join(f"{one.name}={quote(str(each))}" for each in [value])
            return self.wrong(one, *self._taken_back(lambda: who.get(f"{path}?{query}")))
        body = {**filled(one.given, self.known), one.name: value}
        return self.wrong(one, *self._taken_back(lambda: who.post(path, body)))

    def _taken_back(self, request: Any) -> tuple[Any, set[str]]:
        with transaction.atomic():
            found = self.rows.changed_by(request)
            transaction.set_rollback(True)
        return found

    def wrong(self, one: Input, answer: Any, changed: set[str]) -> str:
        if answer.status_code >= 500 or b"Traceback" in answer.content:
            return f"{answer.status_code}: {answer.content[:200]!r}"
        if answer.status_code in {301, 302} and "evil" in answer["Location"]:
            return f"sent on to {answer['Location']}"
        if not one.taken and changed - {"django_session"}:
            return f"{answer.status_code}, and yet changed {changed}"
        if "text/html" not in answer.get("Content-Type", ""):
            return ""
        words = english_in(shown(answer.content.decode()).replace(str(one.value), ""))
        return f"shows {sorted(words)}" if words else ""


@pytest.mark.long
def test_hostile_forms(api_world, monkeypatch):  # noqa: F811
    visitor = Visitor(api_world)
    judge([(one, visitor.send(one)) for one in corpus.inputs("pages")])
