"""S01: every route, by every method, for every role; what is foreign is not there."""

from collections.abc import Iterable
from http.cookies import SimpleCookie

import pytest
from django.db import transaction

from drmaum.tests.security.asking import (
    ABSENT,
    METHODS,
    NO_METHOD,
    OPEN,
    PORTAL,
    SIGN_IN,
    WITH_OWNER,
    ask,
    declared,
    methods_of,
    routes_of,
)  # fmt: skip
from drmaum.tests.security.world import ROLES, World

pytestmark = pytest.mark.django_db
RIGHTS = declared()
ADDRESSES = {route: view for route, view in routes_of() if not route.startswith(PORTAL)}


@pytest.fixture
def world(enqueued, settings) -> World:
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "100000/min")
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    settings.EMAIL_BACKEND = "drmaum.lib.mailbox.LocalMailbox"
    return World()


def asked(world: World, role: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What this role hears; whatever it did is undone before the next question."""
    client, heard = world.browser(role), {}
    signed_in = client.cookies.output()
    for route, method in keys:
        client.cookies = SimpleCookie(signed_in.replace("Set-Cookie: ", ""))
        with transaction.atomic():
            heard[route, method] = ask(client, world, route, method)
            transaction.set_rollback(True)
    return heard


def expected(role: str, who: str) -> str:
    if role in WITH_OWNER[who]:
        return OPEN
    return SIGN_IN if role == "nobody" else ABSENT


def test_s01_every_route_is_declared_with_its_methods():
    """A new route, or a new method of one, fails here until routes.txt says who may use it."""
    assert {route for route, _ in RIGHTS} == set(ADDRESSES)
    for route, view in ADDRESSES.items():
        told = {method for one, method in RIGHTS if one == route}
        assert methods_of(view) - told == set(), route


@pytest.mark.parametrize("role", ROLES)
def test_s01_each_role_passes_where_it_is_declared_and_nowhere_else(world, role):
    """What is open to anyone is asked for once signed out, once by an owner."""
    public = {"token"} if role in ("nobody", "owner") else {"token", "anyone"}
    keys = [key for key, who in RIGHTS.items() if who not in public]
    heard = asked(world, role, keys)
    told = {key: (heard[key], expected(role, RIGHTS[key])) for key in keys}
    assert {key: pair for key, pair in told.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("role", ["nobody", "stranger"])
def test_s01_a_method_that_is_not_declared_opens_nothing(world, role):
    """Nor does it do anything for an owner, where a function takes any method."""
    closed = {route for (route, _), who in RIGHTS.items() if who not in ("anyone", "signed")}
    keys = [(route, method) for route in sorted(closed) for method in METHODS]
    heard = asked(world, role, [key for key in keys if key not in RIGHTS])
    assert [key for key, answer in heard.items() if answer == OPEN] == []


def test_s01_what_answers_a_get_or_a_post_is_declared(world):
    closed = {route for (route, _), who in RIGHTS.items() if who != "anyone"}
    keys = [(route, method) for route in sorted(closed) for method in ("GET", "POST")]
    heard = asked(world, "owner", [key for key in keys if key not in RIGHTS])
    assert [key for key, answer in heard.items() if answer not in (NO_METHOD, ABSENT)] == []
