"""The page of one pet: its life in one list, its head, its documents, and nobody else's."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chat import timeline
from chat.models import Consultation, Upload
from chat.tests.files import picture
from chat.tests.uploading import UPLOADS
from profiles import care, services, weighing
from profiles.models import Weight

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(dog):
    return f"/pets/{dog.pk}/timeline"


@pytest.fixture
def photo(owner):
    """A photo that was checked: of a talk, or of a pet."""

    def made(**facts):
        row = Upload(
            owner=owner, kind="photo", status="ready", content_type="image/jpeg", size=1, **facts
        )
        row.key = f"photo/{row.pk}.jpg"
        row.save()
        return row

    return made


@pytest.fixture
def life(dog, owner, consultation, say, photo):
    """One of each, on days of their own: talk and photo today, then back in time."""
    today = timezone.localdate()
    message = say(consultation)
    for part in ("eye", "ear"):
        photo(consultation=consultation, message=message, body_part=part)
    weighing.weigh(pet=dog, kg=Decimal("3.80"), measured_on=today - timedelta(days=1))
    row = care.add(pet=dog, facts={"kind": "vaccine", "title": "광견병 예방접종", "due_on": today})
    care.finish(care=row, done_on=today - timedelta(days=2))
    for title, days in (("슬개골 수술", 40), ("정기 방문", 400)):
        facts = {"kind": "visit", "title": title, "happened_on": today - timedelta(days=days)}
        services.add_record(pet=dog, facts=facts)
    return dog


def whats(page):
    return [entry.what for entry in page.entries]


def test_all_that_happened_stands_in_one_list_newest_first(life, owner):
    page = timeline.page_of(pet=life, user=owner)
    assert sorted(whats(page)[:3]) == ["photo", "talk", "weight"]  # today's
    assert whats(page)[3:] == ["weight", "care", "record", "record"]
    days = [entry.day for entry in page.entries]
    assert days == sorted(days, reverse=True)
    assert page.next_from is None
    (photos,) = [entry for entry in page.entries if entry.what == "photo"]
    assert len(photos.photos) == 2
    assert all("variant=thumb" in address for address in photos.photos)
    assert [month for month, _ in page.months] == sorted(
        {day.replace(day=1) for day in days}, reverse=True
    )


def test_a_page_asks_a_bounded_number_of_questions(life, owner, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):  # the keys, and each of the five tables
        timeline.page_of(pet=life, user=owner)


def test_the_page_shows_it_in_korean(web_client, url, life, consultation):
    Consultation.objects.update(urgency="urgent", title="귀를 긁어요")
    shown = web_client.get(url).content.decode()
    for words in (
        "귀를 긁어요",
        "당일 진료",
        "3.8kg",
        "광견병 예방접종",
        "슬개골 수술",
        "3살 11개월",
    ):
        assert words in shown
    assert f"/consultations/{consultation.pk}" in shown
    assert "style=" not in shown


def test_fifty_lines_a_page_and_the_rest_behind_a_link(web_client, url, dog, owner):
    Weight.objects.all().delete()
    today = timezone.localdate()
    Weight.objects.bulk_create(
        Weight(pet=dog, kg=4, measured_on=today - timedelta(days=ago)) for ago in range(120)
    )
    seen, start = [], 0
    while start is not None:
        page = timeline.page_of(pet=dog, user=owner, start=start)
        assert len(page.entries) <= timeline.A_PAGE
        seen += [entry.object.pk for entry in page.entries]
        start = page.next_from
    assert len(seen) == len(set(seen)) == 120
    assert f"{url}?from=50" in web_client.get(url).content.decode()
    second = web_client.get(f"{url}?from=100").content.decode()
    assert "더 보기" not in second
    assert "몸무게 적기" not in second


@pytest.mark.parametrize("start", ["-1", "x", "99999999999", "²", "", "4999"])
def test_a_made_up_beginning_is_no_server_error(web_client, url, life, start):
    assert web_client.get(url, {"from": start}).status_code == 200


def test_what_is_hidden_or_foreign_is_not_in_the_list(
    life, owner, stranger, foreign, consultation, cat, photo
):
    Upload.objects.update(status=Upload.Status.REMOVED)
    photo(consultation=consultation)  # not sent
    photo(pet=life, purpose="document")
    weighing.weigh(pet=cat, kg=Decimal(5), measured_on=timezone.localdate())
    page = timeline.page_of(pet=life, user=owner)
    assert "photo" not in whats(page)
    assert whats(page).count("weight") == 2
    assert timeline.page_of(pet=life, user=stranger).entries == []
    assert whats(timeline.page_of(pet=foreign.pet, user=stranger)) == []  # nothing was said


def test_an_empty_consultation_is_not_in_the_list(dog, owner, consultation):
    assert "talk" not in whats(timeline.page_of(pet=dog, user=owner))


def test_a_foreign_pet_s_page_is_not_there(client, stranger, url):
    assert client.get(url).url == f"/login?next={url}"
    client.force_login(stranger)
    assert client.get(url).status_code == 404


def test_a_pet_that_was_put_away_has_no_page(web_client, url, dog):
    services.archive_pet(pet=dog)
    assert web_client.get(url).status_code == 404


def test_the_head_tells_what_is_due_next(web_client, url, dog):
    due_on = timezone.localdate() + timedelta(days=3)
    care.add(pet=dog, facts={"kind": "parasite", "title": "심장사상충 예방", "due_on": due_on})
    late = {"kind": "parasite", "title": "구충", "due_on": due_on - timedelta(days=5)}
    assert "3일 남았어요" in web_client.get(url).content.decode()
    care.add(pet=dog, facts=late)
    shown = web_client.get(url)
    assert shown.context["next_due"].title == "구충"
    assert "2일 지났어요" in shown.content.decode()


def test_the_weights_are_a_drawing_and_a_table(web_client, url, dog):
    today = timezone.localdate()
    weighing.weigh(pet=dog, kg=Decimal("4.40"), measured_on=today - timedelta(days=28))
    shown = web_client.get(f"{url}?open=weight").content.decode()
    assert shown.count('class="weight-dot"') == 2
    assert "<td>4.4kg</td>" in shown
    assert "4주 동안 0.4kg(9%) 줄었어요." in shown
    assert "진료를 권해요" in shown
    assert 'id="weight" open' in shown


def test_the_portrait_and_the_documents_are_on_the_page(web_client, url, dog, photo):
    portrait, paper = photo(pet=dog, purpose="portrait"), photo(pet=dog, purpose="document")
    shown = web_client.get(url).content.decode()
    assert f"/api/v1/uploads/{portrait.pk}/content" in shown
    assert f'data-document="{paper.pk}"' in shown
    assert f"/api/v1/uploads/{paper.pk}/content?variant=full" in shown


def test_a_portrait_is_uploaded_as_the_page_does_it(web_client, url, dog, checks):
    body = {"pet": str(dog.pk), "purpose": "portrait", "kind": "photo", "name": "보리.jpg"}
    given = body | {"content_type": "image/jpeg", "size": len(picture())}
    answer = web_client.post(UPLOADS, given, content_type="application/json")
    assert answer.status_code == 201
    assert web_client.get(url).cookies["csrftoken"].value  # what the page's script sends along
