"""Weights: one a day, the newest is the pet's, and what their row says without a diagnosis."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from profiles import services, weighing
from profiles.models import Pet, Weight
from profiles.weight_chart import chart_of
from profiles.weight_trend import trend_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to("2026-11-20T03:00:00+00:00", tick=False)


@pytest.fixture
def url(dog):
    return f"/api/v1/pets/{dog.pk}/weights"


def rows(*given):
    """Weighings so many days ago, the oldest first."""
    days = [TODAY - timedelta(days=ago) for ago, _kg in given]
    return [
        Weight(kg=Decimal(kg), measured_on=day) for day, (_ago, kg) in zip(days, given, strict=True)
    ]


def test_the_weight_of_a_registration_is_a_weighing_of_today(dog, cat):
    assert [(row.kg, row.measured_on) for row in dog.weights.all()] == [(4, TODAY)]
    assert not cat.weights.exists()


def test_only_a_weight_that_changed_is_a_weighing(sign_in, owner, dog, time_machine):
    time_machine.move_to("2026-12-01T03:00:00+00:00")
    api = sign_in(owner)
    facts = {"name": "보리", "weight_kg": "4.00"}
    assert api.patch(f"/api/v1/pets/{dog.pk}", facts).status_code == 200
    assert dog.weights.count() == 1
    api.patch(f"/api/v1/pets/{dog.pk}", {"weight_kg": "4.40"})
    assert [str(row.kg) for row in dog.weights.all()] == ["4.00", "4.40"]
    dog.refresh_from_db()
    assert str(dog.weight_kg) == "4.40"


def test_the_page_s_form_notes_a_weighing_only_for_a_new_weight(client, owner, dog, time_machine):
    client.force_login(owner)
    time_machine.move_to("2026-12-01T03:00:00+00:00")
    facts = {"name": "보리", "species": "dog", "sex": "male"}
    client.post(f"/pets/{dog.pk}", facts | {"weight_kg": "4"})
    assert dog.weights.count() == 1
    client.post(f"/pets/{dog.pk}", facts | {"weight_kg": "5"})
    assert dog.weights.count() == 2


def test_a_weight_may_be_taken_back_from_the_profile_and_its_history_stays(dog):
    services.change_pet(pet=dog, facts={"weight_kg": None})
    dog.refresh_from_db()
    assert (dog.weight_kg, dog.weights.count()) == (None, 1)


def test_the_newest_by_day_is_what_the_pet_weighs(api, dog, url):
    for day, kg in (("2026-11-19", "3.90"), ("2026-11-01", "3.70")):
        assert api.post(url, {"kg": kg, "measured_on": day}).status_code == 201
    dog.refresh_from_db()
    assert str(dog.weight_kg) == "4.00"
    newest, *_ = listed = api.get(url).json()["results"]
    assert [row["kg"] for row in listed] == ["4.00", "3.90", "3.70"]
    assert api.delete(f"{url}/{newest['id']}").status_code == 204
    dog.refresh_from_db()
    assert str(dog.weight_kg) == "3.90"


def test_a_second_weighing_of_a_day_takes_the_place_of_the_first(api, dog, url):
    api.post(url, {"kg": "4.20", "measured_on": "2026-11-20"})
    assert [str(row.kg) for row in dog.weights.all()] == ["4.20"]
    dog.refresh_from_db()
    assert str(dog.weight_kg) == "4.20"


def test_a_weight_from_before_there_were_weighings_is_not_lost_to_an_older_one(dog):
    Weight.objects.all().delete()
    weighing.weigh(pet=dog, kg=Decimal("3.5"), measured_on=TODAY - timedelta(days=30))
    assert [str(row.kg) for row in dog.weights.all()] == ["3.50", "4.00"]
    assert Pet.objects.get(pk=dog.pk).weight_kg == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kg", "0"),
        ("kg", "-1"),
        ("kg", "200.01"),
        ("kg", "NaN"),
        ("measured_on", "2026-11-21"),
        ("measured_on", "1800-01-01"),
        ("measured_on", "어제"),
    ],
)
def test_an_impossible_weighing_is_refused(api, url, refused, field, value):
    given = {"kg": "4.10", "measured_on": "2026-11-18", field: value}
    refused(api.post(url, given), 400, "invalid_input", field)


def test_a_foreign_pet_s_weights_are_not_there(sign_in, stranger, dog, url):
    other = sign_in(stranger)
    assert other.get(url).status_code == 404
    assert other.post(url, {"kg": "9", "measured_on": "2026-11-18"}).status_code == 404
    assert other.delete(f"{url}/{dog.weights.get().pk}").status_code == 404
    assert str(dog.weights.get().kg) == "4.00"


def test_weighings_of_the_page_go_back_to_it(client, owner, dog, stranger):
    client.force_login(owner)
    answer = client.post(f"/pets/{dog.pk}/weights", {"kg": "4.3", "measured_on": "2026-11-10"})
    assert answer.url == f"/pets/{dog.pk}/timeline?open=weight#weight"
    older = dog.weights.get(measured_on=date(2026, 11, 10))
    client.post(f"/pets/{dog.pk}/weights", {"kg": "", "measured_on": "2026-11-11"})
    assert dog.weights.count() == 2
    client.force_login(stranger)
    assert client.post(f"/pets/{dog.pk}/weights/{older.pk}/remove").status_code == 404
    client.force_login(owner)
    client.post(f"/pets/{dog.pk}/weights/{older.pk}/remove")
    assert dog.weights.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([(90, "4.0"), (0, "3.6")], "3개월 동안 0.4kg(10%) 줄었어요."),
        ([(21, "4.0"), (0, "4.1")], "3주 동안 0.1kg(2%) 늘었어요."),
        ([(5, "4.0"), (0, "4.0")], "5일 동안 거의 그대로예요."),
        ([(400, "5.0"), (60, "4.0"), (0, "4.2")], "2개월 동안 0.2kg(5%) 늘었어요."),
        ([(400, "10"), (0, "20")], "13개월 동안 10kg(100%) 늘었어요."),
    ],
)
def test_a_row_of_weighings_says_how_it_changed(given, said):
    assert trend_of(rows(*given)).sentence == said


@pytest.mark.parametrize(
    ("given", "is_to_be_seen"),
    [
        ([(30, "4.00"), (0, "3.78")], True),  # 5.5 % in a month
        ([(30, "4.00"), (0, "3.80")], False),  # 5 %
        ([(60, "4.00"), (0, "3.70")], False),  # 7.5 % in two months
        ([(60, "4.00"), (0, "3.58")], True),  # more than a tenth
        ([(80, "3.6"), (50, "4.0"), (0, "3.59")], True),  # from the heaviest of the time
        ([(30, "4.00"), (0, "4.90")], False),  # a gain
    ],
)
def test_a_loss_that_is_large_or_quick_is_to_be_seen(given, is_to_be_seen):
    assert trend_of(rows(*given)).is_to_be_seen is is_to_be_seen


def test_one_weighing_is_no_row():
    assert trend_of(rows((0, "4"))) is None
    assert chart_of(rows((0, "4"))) is None


def test_the_chart_has_a_heavier_day_higher_and_a_later_one_farther_right():
    chart = chart_of(rows((60, "4"), (30, "4.5"), (0, "4.2")))
    xs, ys = zip(*[(float(p.x), float(p.y)) for p in chart.points], strict=True)
    assert list(xs) == sorted(xs)
    assert ys[1] < ys[2] < ys[0]
    assert all(
        0 <= x <= chart.width and 0 <= y <= chart.height for x, y in zip(xs, ys, strict=True)
    )
    assert [level.label for level in chart.levels] == ["4.55", "4.25", "3.95"]


def test_a_change_of_a_hair_s_breadth_does_not_look_like_a_cliff():
    first, second = chart_of(rows((3, "30.0"), (0, "29.9"))).points
    assert abs(float(first.y) - float(second.y)) < 20
