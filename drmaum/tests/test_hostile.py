"""The corpus of hostile inputs over REST: every one is refused as documented, in Korean, and leaves
no row changed; what is harmless is taken as it stands. Each input is taken back."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from drmaum.tests.api_world import ApiWorld, api_world, document, uncounted  # noqa: F401  (fixtures)
from drmaum.tests.hostile import corpus
from drmaum.tests.hostile.corpus import Input, filled
from drmaum.tests.hostile.judging import Rows, english_in, judge
from profiles import tokens

API = "/api/v1/"
CODE = re.compile(r"[a-z][a-z0-9_]+")


class Attacker:
    """Sends as the owner, and takes back whatever came of it."""

    def __init__(self, world: ApiWorld, document: dict[str, Any]) -> None:  # noqa: F811
        self.world = world
        self.access = tokens.sign_in(user=world.owner).access
        self.known = {**world.known, "access": [self.access]}
        self.client = Client(raise_request_exception=False)
        self.rows = Rows()
        self.codes = dict(_codes(document))

    def send(self, verb: str, path: str, body: Any = "", kind: str = "", **headers: str) -> str:
        """What is wrong with the answer; nothing if all is well."""
        given = {"Authorization": f"Bearer {self.access}", **headers}
        with transaction.atomic():
            answer, changed = self.rows.changed_by(
                lambda: self.client.generic(
                    verb, path, body, kind or "application/json", headers=given
                )
            )
            transaction.set_rollback(True)
        return self.wrong(verb, path, answer, changed)

    def wrong(self, verb: str, path: str, answer: Any, changed: set[str]) -> str:
        if answer.status_code >= 500 or b"Traceback" in answer.content:
            return f"{answer.status_code}: {answer.content[:200]!r}"
        if answer.status_code < 400:
            return "taken"
        if changed:
            return f"{answer.status_code}, and yet changed {changed}"
        return self.ill_said(verb, path, answer) if path.startswith("/api/") else ""

    def ill_said(self, verb: str, path: str, answer: Any) -> str:
        """Of a refusal: its shape, its code among the documented, its sentences Korean."""
        body = answer.json()
        if not CODE.fullmatch(body["code"]) or not body.keys() <= {"code", "message", "fields"}:
            return f"shape: {body}"
        codes = self.documented(verb, path)
        if codes and (answer.status_code, body["code"]) not in codes:
            return f"not documented: {answer.status_code} {body['code']}"
        problems = [problem for one in body.get("fields", {}).values() for problem in one]
        for sentence in [body["message"], *(problem["message"] for problem in problems)]:
            if not re.search("[가-힣]", sentence) or english_in(sentence):
                return f"not Korean: {sentence}"
        return ""

    def documented(self, verb: str, path: str) -> set[tuple[int, str]]:
        bare = path.split("?")[0]
        return next(
            (
                codes
                for (one, way), codes in self.codes.items()
                if one == verb and way.fullmatch(bare)
            ),
            set(),
        )


def _codes(document: dict[str, Any]) -> Iterator[tuple[tuple[str, re.Pattern[str]], set[Any]]]:  # noqa: F811
    shared = document["components"]["responses"]
    for path, operations in document["paths"].items():
        way = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
        for verb, operation in operations.items():
            found = set()
            for status, response in operation["responses"].items():
                told = (
                    shared[response["$ref"].rsplit("/", 1)[1]] if "$ref" in response else response
                )
                if status >= "400":
                    examples = told["content"]["application/json"]["examples"]
                    found |= {(int(status), code) for code in examples}
            yield (verb.upper(), way), found


@pytest.fixture
def attacker(api_world: ApiWorld, document: Any, uncounted: None) -> Attacker:  # noqa: F811
    return Attacker(api_world, document)


def test_the_corpus_is_large_and_says_nothing_twice():
    everything = [
        (surface, one.to, repr(sorted(one.given.items())), one.name, repr(one.value))
        for surface in corpus.surfaces()
        for one in corpus.inputs(surface)
    ]
    twice = [one for one, count in Counter(everything).items() if count > 1]

    assert len(everything) >= 300
    assert twice == []


@pytest.mark.long
def test_hostile_fields_of_bodies(attacker):
    def sent(one: Input) -> str:
        verb, path = filled(one.to, attacker.known).split(" ")
        return attacker.send(verb, path, json.dumps(filled(one.body, attacker.known)))

    judge([(one, sent(one)) for one in corpus.inputs("rest_bodies")])


def test_hostile_bodies(attacker):
    def sent(one: Input) -> str:
        verb, path = one.to.split(" ")
        return attacker.send(verb, path, one.value.encode())

    judge([(one, sent(one)) for one in corpus.inputs("raw_bodies")])


def test_hostile_queries(attacker):
    def sent(one: Input) -> str:
        verb, path = filled(one.to, attacker.known).split(" ")
        value = filled(one.value, attacker.known)
        return attacker.send(verb, f"{path}?{one.name}={value}")

    judge([(one, sent(one)) for one in corpus.inputs("queries")])


def test_hostile_addresses(attacker):
    def sent(one: Input) -> str:
        verb, path = filled(one.to, attacker.known).split(" ")
        return attacker.send(verb, path.replace("…", filled(one.value, attacker.known)))

    judge([(one, sent(one)) for one in corpus.inputs("addresses")])


def test_hostile_headers(attacker):
    def sent(one: Input) -> str:
        verb, path = one.to.split(" ")
        value = filled(one.value, attacker.known)
        body = json.dumps(filled(one.given, attacker.known))
        if one.name == "content-type":
            return attacker.send(verb, path, body, value)
        return attacker.send(verb, path, body, **{one.name.title(): value})

    judge([(one, sent(one)) for one in corpus.inputs("headers")])


def test_hostile_tellings_of_files(attacker):
    def sent(one: Input) -> str:
        verb, path = one.to.split(" ")
        return attacker.send(verb, path, json.dumps(filled(one.body, attacker.known)))

    judge([(one, sent(one)) for one in corpus.inputs("files")])
