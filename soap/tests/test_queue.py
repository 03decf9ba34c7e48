"""The portal's queue of notes: its order, for whom, filtered, taken and handed out."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from profiles.models import User
from soap import assigning, reviewing
from soap.tests.notes import make_vet
from soap.tests.portal import QUEUE, another, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed")]


def names(answer):
    """The pets of the queue, in order."""
    return re.findall(r"([^\s>]+) · (?:강아지|고양이)", answer.content.decode())


def test_the_most_dangerous_come_first_and_then_the_longest_waiting(portal):
    now = timezone.now()
    another("하나", urgency="home", offered_at=now - timedelta(days=2))
    another("두울", urgency="emergency", offered_at=now)
    another("세엣", urgency="urgent", offered_at=now - timedelta(hours=1))
    another("네엣", urgency="urgent", offered_at=now - timedelta(hours=3))

    assert names(portal.get(QUEUE)) == ["두울", "네엣", "세엣", "하나"]


def test_the_queue_holds_what_this_vet_may_see_and_what_is_open(portal, vet, colleague):
    another("공동")
    assigning.take(note=another("내것"), vet=vet)
    assigning.take(note=another("남의것"), vet=colleague)
    another("동의안함", offered_at=None)
    signed = another("승인됨")
    reviewing.approve(note=signed, vet=vet, read_version=1)

    assert sorted(names(portal.get(QUEUE))) == ["공동", "내것"]
    assert names(portal.get(f"{QUEUE}?state=approved")) == ["승인됨"]
    assert sorted(names(portal.get(f"{QUEUE}?state=all"))) == ["공동", "내것", "승인됨"]
    assert names(portal.get(f"{QUEUE}?holder=me")) == ["내것"]
    assert names(portal.get(f"{QUEUE}?holder=nobody")) == ["공동"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("urgency__exact=emergency", ["급한"]), ("made_by=model", ["모델"]), ("q=급한", ["급한"])],
)
def test_the_queue_is_filtered_and_searched(portal, query, found):
    another("급한", urgency="emergency")
    another("모델", is_default=False, made_by="claude")

    assert names(portal.get(f"{QUEUE}?{query}")) == found


def test_chosen_notes_are_taken_and_what_is_refused_is_told(portal, vet, colleague):
    mine, theirs = another("하나"), another("두울")
    assigning.take(note=theirs, vet=colleague)

    answer = portal.post(
        QUEUE, {"action": "take_selected", "_selected_action": [mine.pk]}, follow=True
    )

    assert "1건을 처리했어요" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.assigned_to == vet
    answer = portal.post(
        QUEUE, {"action": "release_selected", "_selected_action": [mine.pk]}, follow=True
    )
    mine.refresh_from_db()
    assert mine.assigned_to is None


def test_only_who_hands_out_may_assign_and_sees_who_has_what(client, vet, colleague):
    head = make_vet("원장", "view_soapnote", "assign_soapnote")
    given = another("하나")
    client.force_login(vet)
    data = {"action": "assign_selected", "_selected_action": [given.pk], "vet": colleague.pk}
    client.post(QUEUE, data)
    given.refresh_from_db()
    assert given.assigned_to is None

    client.force_login(head)
    asked = client.post(QUEUE, {**data, "vet": ""})
    assert "어느 수의사에게 배정할까요" in asked.content.decode()
    client.post(QUEUE, data)

    given.refresh_from_db()
    assert given.assigned_to == colleague
    assert names(client.get(f"{QUEUE}?holder=others")) == ["하나"]
    assert client.get(page(given)).status_code == 404


def test_who_is_no_vet_sees_no_queue(client, owner, db):
    client.force_login(owner)
    assert client.get(QUEUE).status_code == 302
    staff = User.objects.create_user("staff@example.com", "x", role="staff")
    client.force_login(staff)
    assert client.get(QUEUE).status_code == 403


def test_the_group_of_vets_may_review(client, note):
    vet = User.objects.create_user("group@example.com", "x", role="vet", name="새내기")
    vet.groups.add(Group.objects.get(name="수의사"))
    client.force_login(vet)

    assert client.get(QUEUE).status_code == 200
    assert client.get(page(note)).status_code == 200
    assert client.get(reverse("admin:soap_accesslog_changelist")).status_code == 403
