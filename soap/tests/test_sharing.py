"""The life of a shared link: made, opened, logged, revoked, run out."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from drmaum.lib.log_masking import SecretsMasked
from soap import sharing
from soap.models import ShareLink, ShareView, SoapNote
from soap.tests.notes import DRAFTED, make_note
from soap.visitors import LinkThrottle

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(consultation):
    return make_note(consultation)


@pytest.fixture
def shared(note, owner):
    return sharing.share(note=note, owner=owner)


def address(shared, suffix=""):
    return f"/s/{shared.secret}{suffix}"


def test_a_link_holds_a_week_unless_chosen_otherwise(note, owner):
    links = [sharing.share(note=note, owner=owner, days=days).link for days in sharing.DAYS]
    chosen = sharing.share(note=note, owner=owner).link

    lasting = [(link.expires_at - link.created_at).total_seconds() / 86400 for link in links]
    assert [round(days) for days in lasting] == [1, 7, 30]
    assert round((chosen.expires_at - chosen.created_at).total_seconds() / 86400) == 7


@pytest.mark.parametrize("days", [0, -1, 2, 365])
def test_other_days_cannot_be_chosen(note, owner, days):
    with pytest.raises(sharing.UnknownDays):
        sharing.share(note=note, owner=owner, days=days)
    assert not ShareLink.objects.exists()


def test_only_a_digest_of_the_secret_is_kept(shared):
    stored = ShareLink.objects.values_list("digest", flat=True).get()

    assert len(shared.secret) >= 43
    assert shared.secret not in stored
    assert stored == sharing.digest(shared.secret)


def test_nobody_shares_or_revokes_what_is_anothers(shared, note, stranger):
    with pytest.raises(SoapNote.DoesNotExist):
        sharing.share(note=note, owner=stranger)
    with pytest.raises(ShareLink.DoesNotExist):
        sharing.revoke(link=shared.link, owner=stranger)
    assert sharing.find(shared.secret).note == note


def test_a_note_has_ten_open_links_at_most(note, owner):
    links = [sharing.share(note=note, owner=owner).link for _ in range(sharing.MOST_LINKS)]
    with pytest.raises(sharing.TooManyLinks):
        sharing.share(note=note, owner=owner)

    sharing.revoke(link=links[0], owner=owner)
    assert sharing.share(note=note, owner=owner)


def test_a_visitor_reads_the_summary_without_an_account(client, shared, owner):
    answer = client.get(address(shared))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert DRAFTED["S"] in page
    assert "상담 요약" in page
    assert owner.email not in page
    assert f">{owner.name}<" not in page
    assert "진료부" not in page


def test_the_shared_page_is_kept_and_listed_nowhere(client, shared):
    for suffix in ("", ".pdf"):
        answer = client.get(address(shared, suffix))
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"


def test_every_opening_is_told_to_the_owner(client, shared, note):
    client.get(address(shared), REMOTE_ADDR="203.0.113.9")
    client.get(address(shared, ".pdf"), REMOTE_ADDR="2001:db8:aaaa::7")

    [link] = sharing.links_of(note)
    assert link.opened == 2
    seen = [sharing.shortened(view.address) for view in sharing.openings_of(link)]
    assert seen == ["2001:db8:*", "203.0.*.*"]


def test_an_opening_from_nowhere_is_logged_too(client, shared):
    assert client.get(address(shared), REMOTE_ADDR="").status_code == 200

    assert [sharing.shortened(view.address) for view in ShareView.objects.all()] == [
        "알 수 없는 곳"
    ]


def test_asking_for_the_head_only_is_no_opening(client, shared):
    assert client.head(address(shared)).status_code == 200
    assert client.head("/s/unknown").status_code == 404

    assert not ShareView.objects.exists()


def test_a_link_is_not_opened_by_a_write(client, shared):
    assert client.post(address(shared)).status_code == 405
    assert not ShareView.objects.exists()


def ended(shared, owner, ending):
    if ending == "revoked":
        sharing.revoke(link=shared.link, owner=owner)
    if ending == "expired":
        ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if ending == "archived":
        type(shared.link.note.pet).objects.update(archived_at=timezone.now())
    if ending == "left":
        type(owner).objects.filter(pk=owner.pk).update(is_active=False)


@pytest.mark.parametrize("ending", ["revoked", "expired", "archived", "left"])
def test_a_dead_link_answers_as_an_unknown_one(client, shared, owner, ending):
    assert client.get(address(shared)).status_code == 200
    ended(shared, owner, ending)
    unknown = client.get("/s/" + "x" * 43)

    for suffix in ("", ".pdf"):
        answer = client.get(address(shared, suffix))
        assert answer.status_code == unknown.status_code == 404
        assert answer.content == unknown.content
        assert DRAFTED["S"] not in answer.content.decode()
    assert "볼 수 없는 링크예요" in unknown.content.decode()
    assert ShareView.objects.count() == 1


@pytest.mark.parametrize("secret", ["x", "%EA%B0%80", "a" * 5000, "%00", "..", "%F0%9F%90%B6.pdf"])
def test_an_odd_secret_is_no_crash(client, secret):
    assert client.get(f"/s/{secret}").status_code == 404


def test_revoking_twice_keeps_the_first_time(shared, owner):
    first = sharing.revoke(link=shared.link, owner=owner).revoked_at

    assert sharing.revoke(link=shared.link, owner=owner).revoked_at == first


def test_another_link_of_the_note_stays_open(client, shared, note, owner):
    other = sharing.share(note=note, owner=owner)
    sharing.revoke(link=shared.link, owner=owner)

    assert client.get(address(shared)).status_code == 404
    assert client.get(address(other)).status_code == 200
    assert [link.pk for link in sharing.links_of(note)] == [other.link.pk]


def test_knocking_without_pause_is_held_back(client, shared, monkeypatch):
    monkeypatch.setattr(LinkThrottle, "rate", "2/min")
    answers = [
        client.get(f"/s/guess-{number}", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        for number in range(3)
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "잠시 뒤에" in answers[-1].content.decode()
    assert client.get(address(shared), REMOTE_ADDR="198.51.100.4").status_code == 200


def test_no_log_line_names_a_secret(client, shared, owner, caplog):
    sharing.revoke(link=shared.link, owner=owner)
    with caplog.at_level(logging.DEBUG):
        client.get(address(shared))
        client.get(address(shared, ".pdf"))
    named = [record for record in caplog.records if "/s/" in record.getMessage()]
    assert named

    mask = SecretsMasked()
    assert all(mask.filter(record) for record in named)
    assert not [record for record in named if shared.secret in record.getMessage()]


def test_every_handler_of_the_product_masks(settings):
    handlers = settings.LOGGING["handlers"].values()

    assert all("masked" in handler["filters"] for handler in handlers)
