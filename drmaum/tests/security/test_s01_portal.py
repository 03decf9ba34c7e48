"""S01: the portal, by model and act, and its pages beside the models."""

import re
from pathlib import Path

import pytest
import yaml
from django.contrib import admin
from django.test import RequestFactory

from drmaum.tests.security.asking import (
    ABSENT,
    FORBIDDEN,
    NO_METHOD,
    OPEN,
    PORTAL,
    SIGN_IN,
    meaning,
    routes_of,
)  # fmt: skip
from drmaum.tests.security.world import ROLES, World
from inference.models import KnowledgeGap, TriageReview

pytestmark = pytest.mark.django_db
DECLARED = yaml.safe_load(Path(__file__).with_name("portal.yaml").read_text(encoding="utf-8"))
VERBS = ("add", "change", "delete", "view")
OF_A_MODEL = re.compile(
    r"^(?!password_change)(\w+/\w+)/(add/|<path:object_id>/(history/|delete/|change/|))?$"
)
ADDRESSES = [route.removeprefix(PORTAL) for route, _ in routes_of() if route.startswith(PORTAL)]
MEMBERS = ("vet", "staff", "superuser")


@pytest.fixture
def world(enqueued) -> World:
    made = World()
    made.gap = KnowledgeGap.objects.create(week="2026-11-02", title="x", questions=[], size=1)
    made.review = TriageReview.objects.create(message=made.message, source="vet")
    return made


def may(world: World, role: str, model: str) -> list[str]:
    request = RequestFactory().get("/")
    request.user = world.people[role]
    (found,) = [one for one in admin.site._registry.values() if one.opts.label_lower == model]
    return [verb for verb in VERBS if getattr(found, f"has_{verb}_permission")(request)]


def told(model: str, role: str) -> list[str]:
    return (DECLARED["models"][model].get(role) or "").split()


def models() -> set[str]:
    return {model._meta.label_lower for model in admin.site._registry}


def test_s01_every_model_and_page_of_the_portal_is_declared():
    """A new one fails here until portal.yaml says who may use it."""
    assert models() == set(DECLARED["models"])
    beside = {route for route in ADDRESSES if not OF_A_MODEL.match(route)}
    named = {key.partition(" ")[2] for key in (*DECLARED["pages"], *DECLARED["site"])}
    assert beside == named


@pytest.mark.parametrize("role", [role for role in ROLES if role != "nobody"])
def test_s01_each_act_on_a_model_is_for_whom_it_is_declared(world, role):
    wrong = {
        model: (may(world, role, model), told(model, role))
        for model in models()
        if may(world, role, model) != told(model, role)
    }
    assert wrong == {}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
def test_s01_no_list_or_form_opens_for_whom_it_is_not_declared(world, role):
    """By the addresses themselves, by reading and by writing; the pages that open are S42's."""
    refusal = FORBIDDEN if role in MEMBERS else SIGN_IN
    client, wrong = world.browser(role), {}
    for route in filter(OF_A_MODEL.match, ADDRESSES):
        model = route.split("/")[0] + "." + route.split("/")[1]
        if told(model, role) or route.endswith("<path:object_id>/"):  # which only leads on
            continue
        path = f"/{PORTAL}{route.replace('<path:object_id>', str(world.pet.pk))}"
        heard = {meaning(client.get(path)), meaning(client.post(path))}
        silent = {ABSENT, NO_METHOD} if route.endswith("history/") else set()
        if not heard - silent <= {refusal}:
            wrong[route] = heard
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_s01_each_page_beside_the_models_is_for_whom_it_is_declared(world, role):
    client, wrong = world.browser(role), {}
    for key, who in DECLARED["pages"].items():
        heard = ask(client, world, key)
        is_right = heard != FORBIDDEN if role in who.split() else heard == refused(role)
        if heard == NO_METHOD or not is_right:
            wrong[key] = heard
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_s01_the_site_s_own_pages_are_for_whom_they_are_declared(world, role):
    client, wrong = world.browser(role), {}
    allowed = {"anyone": ROLES, "members": MEMBERS, "superuser": ("superuser",)}
    for key, who in DECLARED["site"].items():
        heard = ask(client, world, key)
        if (heard not in (FORBIDDEN, SIGN_IN)) != (role in allowed[who]):
            wrong[key] = heard
    assert wrong == {}


def refused(role: str) -> str:
    return FORBIDDEN if role in MEMBERS else SIGN_IN


def ask(client, world: World, key: str) -> str:
    method, _, route = key.partition(" ")
    ids = {
        "knowledgegap": world.gap.pk, "triagereview": world.review.pk,
        "triageresult": world.message.triage.pk, "article": world.article.pk,
        "notecase": world.note.pk, "soapnote": world.note.pk,
    }  # fmt: skip
    named = {
        "name": "close", "verdict": "home", "doubt": "missed", "verb": "take", "trial_id": "0",
        "url": "nowhere/", "content_type_id": 1, "object_id": 1,
        "pk": next((pk for word, pk in ids.items() if word in route), ""),
    }  # fmt: skip
    route = re.sub(r"^\^?\(\?P<app_label>.*", "soap/", route).replace("(?P<url>.*)$", "nowhere/")
    path = f"/{PORTAL}" + re.sub(r"<\w+:(\w+)>", lambda part: str(named[part[1]]), route)
    asked = {"term": "x", "app_label": "inference", "model_name": "clinicmark"}
    data = asked | {"field_name": "clinic"} if method == "GET" else {}
    return meaning(getattr(client, method.lower())(path, data))


def test_s01_whoever_helps_owners_cannot_become_more(world):
    """An account that may change users, and is no superuser, neither raises itself nor takes over
    a colleague's account by its address."""
    from django.contrib.auth.models import Permission

    helper = world.people["staff"]
    helper.user_permissions.set(
        Permission.objects.filter(codename__in=["change_user", "view_user"])
    )
    client = world.browser("staff")
    for user in (helper, world.people["superuser"], world.people["vet"]):
        path = f"/{PORTAL}profiles/user/{user.pk}/change/"
        assert meaning(client.post(path, {"email": "taken@example.com"})) == FORBIDDEN
    path = f"/{PORTAL}profiles/user/{world.owner.pk}/change/"
    given = {"email": "new@example.com", "name": "x", "role": "staff", "is_active": "on"}
    assert meaning(client.post(path, given)) == OPEN
    world.owner.refresh_from_db()
    assert (world.owner.email, world.owner.role) == ("new@example.com", "owner")
