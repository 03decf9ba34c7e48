"""A vet signs the list of red flags; an edit makes a new version, which nobody has signed."""

import pytest
from django.urls import reverse

from chat.models import Event
from inference import rule_editing, rulebook, signing
from inference.models import RulesSignature
from inference.raising import raise_urgency
from inference.tests.board import GRAPES, say, vet
from inference.tests.rule_list import RULE, added, edited, editor, rule, signer, text_of

pytestmark = pytest.mark.django_db

PAGE = "admin:inference_triagerule_signature"
UNSIGNED = "이 응급 신호 목록은 아직 수의사가 서명하지 않았어요."


@pytest.fixture
def by():
    return signer()


@pytest.fixture
def portal(client, by):
    client.force_login(by)
    return client


def sign(client, **fields):
    """Open the page, fill in the form and send it."""
    page = client.get(reverse(PAGE))
    given = {**page.context["form"].initial, "licence": "12345", "is_confirmed": "on", **fields}
    return client.post(reverse(PAGE), given, follow=True)


def signed(by):
    version = rulebook.current().version
    return signing.sign(version=version, name="김수의", licence="1", by=by)


def banner(consultation):
    say(consultation, GRAPES)
    payload = Event.objects.filter(kind="triage").latest("seq").payload
    return payload["is_signed"], payload["signed_by"], payload["signed_on"]


def test_until_a_vet_signs_owners_and_vets_are_told_so(portal, consultation, enqueued):
    assert banner(consultation) == (False, "", "")
    assert UNSIGNED in text_of(portal.get(reverse(PAGE)))
    assert UNSIGNED in text_of(portal.get(reverse("admin:inference_triagerule_changelist")))


def test_a_signature_reaches_the_banner_and_the_portal(
    portal, by, consultation, enqueued, time_machine
):
    time_machine.move_to("2026-03-04T05:00:00+09:00")
    page = sign(portal, name="이수의")

    signature = RulesSignature.objects.get()
    assert (signature.signed_by, signature.licence) == (by, "12345")
    assert signature.version == rulebook.current().version
    assert "수의사 이수의 님이 2026년 3월 4일에 확인한 목록이에요." in text_of(page)
    assert page.context["form"] is None
    assert banner(consultation) == (True, "이수의", "2026-03-04")


def test_the_name_is_filled_in_from_the_account(portal, by):
    assert portal.get(reverse(PAGE)).context["form"].initial["name"] == by.name == "김수의"


def test_an_edit_unsigns_and_its_undoing_brings_the_signature_back(by, consultation, enqueued):
    signed(by)
    row = edited(by, why="고쳤어요.")
    assert banner(consultation)[0] is False

    rule_editing.restore_rule(rule=row, by=by)

    assert banner(consultation)[0] is True


def test_the_page_names_the_rules_that_changed_since_the_last_signature(portal, by):
    rule()
    gone = added(by)
    sign(portal)
    edited(by, why="고쳤어요.")
    address = reverse("admin:inference_triagerule_delete", args=[gone.pk])
    portal.post(address, {"post": "yes"})

    found = signing.standing()

    words = text_of(portal.get(reverse(PAGE)))
    assert [one.pk for one in found.changed] == [RULE]
    assert found.removed == (str(gone),)
    assert f"({RULE})" in words
    assert f"지운 규칙: {gone}" in words
    assert "(breathing)" not in words


def test_a_list_that_changed_under_the_readers_eyes_is_not_signed(portal, by):
    version = rulebook.current().version
    edited(by, why="고쳤어요.")

    page = sign(portal, version=version)

    assert not RulesSignature.objects.exists()
    assert "확인하시는 사이에 목록이 바뀌었어요" in text_of(page)


@pytest.mark.parametrize("missing", ["name", "licence", "is_confirmed"])
def test_nothing_is_signed_without_name_licence_and_confirmation(portal, missing):
    sign(portal, **{missing: ""})

    assert not RulesSignature.objects.exists()


def test_signing_again_changes_nothing(by):
    assert signed(by) == signed(by)
    assert RulesSignature.objects.count() == 1


def test_only_vets_with_the_permission_sign(client):
    client.force_login(editor())
    given = {"version": rulebook.current().version, "name": "누구", "licence": "1", "is_confirmed": "on"}  # fmt: skip

    assert "서명 권한이 있는 수의사만" in text_of(client.get(reverse(PAGE)))
    assert client.post(reverse(PAGE), given).status_code == 403
    with pytest.raises(signing.NotASigner):
        signed(vet("sign_rules", role="owner"))
    assert not RulesSignature.objects.exists()


def test_a_danger_that_no_list_found_says_nothing_of_signatures(by, consultation, enqueued):
    signed(by)
    message = say(consultation)

    raise_urgency(message=message, urgency="urgent", category="AI", why="")

    assert Event.objects.filter(kind="triage").latest("seq").payload["is_signed"] is None
