"""What is due for a pet: proposed by species and age, done, due again, told once by day."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from profiles import care, schedule, services, tasks
from profiles.models import Care, Pet, Species

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DAY, NIGHT = "2026-11-20T03:00:00+00:00", "2026-11-20T11:00:00+00:00"  # 12:00, 20:00 in Seoul


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(DAY, tick=False)


@pytest.fixture
def pet_of(owner):
    def made(species="dog", **age):
        born = {"birth_date": TODAY - timedelta(**age)} if age else {}
        return services.register_pet(owner=owner, facts={"name": "콩", "species": species, **born})

    return made


@pytest.fixture
def due(dog):
    """A row that is due in three days and not told yet."""

    def made(**facts):
        facts = {"kind": "parasite", "title": "구충", "due_on": TODAY + timedelta(days=3)} | facts
        return care.add(pet=facts.pop("pet", dog), facts=facts)

    return made


@pytest.fixture
def url(dog):
    return f"/api/v1/pets/{dog.pk}/care"


def proposed(pet):
    return {one.code: one.due_on for one in care.proposals(pet)}


# --- The schedule


def test_the_schedule_is_whole():
    codes = [one.code for species in ("dog", "cat") for one in schedule.entries_of(species)]
    assert len(codes) == len(set(codes))
    for species in ("dog", "cat"):
        for one in schedule.entries_of(species):
            assert one.kind in Care.Kind.values
            assert one.is_dose_of_a_course != bool(one.every_days)
            assert not one.then or schedule.find(one.then).every_days
    assert schedule.entries_of(Species.BIRD) == ()


def test_a_puppy_of_six_weeks_gets_the_whole_course(pet_of):
    found = proposed(pet_of(weeks=6))
    course = [(found[f"dog-core-{number}"] - TODAY).days for number in range(1, 7)]
    assert course == [0, 14, 28, 42, 56, 70]
    assert (found["dog-rabies"] - TODAY).days == 7 * 7
    assert {"dog-corona-2", "dog-kennel-2", "dog-flu-2", "dog-heartworm"} <= set(found)
    assert "dog-core" not in found  # a year after the course


def test_a_puppy_that_came_late_gets_what_is_still_ahead(pet_of):
    found = proposed(pet_of(weeks=11))
    assert sorted(code for code in found if code.startswith("dog-core")) == [
        "dog-core-3", "dog-core-4", "dog-core-5", "dog-core-6",
    ]  # fmt: skip
    assert found["dog-core-3"] == TODAY


def test_a_grown_dog_gets_what_comes_again(dog):
    found = proposed(dog)
    assert set(found) == {
        "dog-rabies", "dog-core", "dog-corona", "dog-kennel", "dog-flu", "dog-heartworm",
        "dog-fleas", "dog-worms", "dog-check",
    }  # fmt: skip
    assert set(found.values()) == {TODAY}


def test_a_kitten_gets_three_doses_and_a_cat_of_unknown_age_those_of_the_grown(pet_of, cat):
    kitten = proposed(pet_of("cat", weeks=8))
    assert [(kitten[f"cat-core-{n}"] - TODAY).days for n in (1, 2, 3)] == [0, 28, 56]
    assert not [code for code in proposed(cat) if code[-1].isdecimal()]


@pytest.mark.parametrize(("years", "every"), [(6, 365), (7, 182), (12, 182)])
def test_check_ups_come_half_yearly_from_seven_years_on(pet_of, years, every):
    pet = pet_of("cat", days=366 * years)
    found = {one.code: one.every_days for one in care.proposals(pet)}
    assert found["cat-check"] == every


def test_a_species_without_a_common_practice_gets_no_proposal(pet_of):
    assert care.proposals(pet_of("rabbit", days=400)) == []


def test_a_medical_record_tells_when_it_was_done_last(dog):
    done = TODAY - timedelta(days=100)
    for title, day in (("광견병 예방접종", done), ("광견병", done - timedelta(days=365))):
        facts = {"kind": "vaccine", "title": title, "happened_on": day}
        services.add_record(pet=dog, facts=facts)
    (rabies,) = [one for one in care.proposals(dog) if one.code == "dog-rabies"]
    assert (rabies.last_on, rabies.due_on) == (done, done + timedelta(days=365))


# --- Taken up, done, due again


def test_proposals_are_taken_up_once(dog):
    codes = {"dog-rabies": None, "dog-worms": None, "nonsense": None, "cat-core": None}
    assert {row.code for row in care.accept(pet=dog, last_on=codes)} == {"dog-rabies", "dog-worms"}
    assert care.accept(pet=dog, last_on=codes) == []
    assert not {"dog-rabies", "dog-worms"} & set(proposed(dog))


def test_a_last_time_that_was_told_is_history_and_gives_the_next(dog):
    last = TODAY - timedelta(days=31)
    care.accept(pet=dog, last_on={"dog-worms": last})
    done, following = dog.care.order_by("due_on")
    assert (done.done_on, done.code) == (last, "dog-worms")
    assert (following.done_on, following.due_on) == (None, last + timedelta(days=91))


def test_what_was_done_is_due_again_after_its_interval(due):
    row = due(every_days=30, remind_days=2, is_reminded=False)
    following = care.finish(care=row, done_on=TODAY)
    assert following.due_on == TODAY + timedelta(days=30)
    kept = (following.title, following.every_days, following.remind_days, following.is_reminded)
    assert kept == ("구충", 30, 2, False)


def test_done_twice_is_done_once(api, url, due):
    row = due(every_days=30)
    first = api.post(f"{url}/{row.pk}/done", {"done_on": "2026-11-19"}).json()
    second = api.post(f"{url}/{row.pk}/done", {}).json()
    assert first["next"]["due_on"] == "2026-12-19"
    assert (second["done"]["done_on"], second["next"]) == ("2026-11-19", None)
    assert Care.objects.count() == 2


def test_what_comes_once_is_not_due_again(due):
    assert care.finish(care=due(), done_on=TODAY) is None
    assert Care.objects.get().done_on == TODAY


def test_the_last_dose_of_a_course_is_followed_by_the_yearly_one(pet_of):
    puppy = pet_of(weeks=16)
    (last,) = care.accept(pet=puppy, last_on={"dog-core-6": None})
    assert "dog-core" not in proposed(puppy)
    following = care.finish(care=last, done_on=TODAY)
    assert (following.code, following.title) == ("dog-core", "종합백신 추가 접종")
    assert (following.due_on - TODAY).days == following.every_days == 365


def test_the_interval_of_the_schedule_follows_the_age_and_the_owner_s_own_does_not(pet_of):
    old = pet_of("cat", days=366 * 8)
    for every, expected in ((365, 182), (300, 300)):
        row = Care.objects.create(
            pet=old,
            kind="check",
            code="cat-check",
            title="건강 검진",
            due_on=TODAY,
            every_days=every,
        )
        following = care.finish(care=row, done_on=TODAY)
        assert following.every_days == expected
        following.delete()


def test_skipped_means_not_this_time(api, url, due):
    row = due(every_days=30, due_on=TODAY - timedelta(days=40))
    Care.objects.update(reminded_on=TODAY)
    assert api.post(f"{url}/{row.pk}/skip").json()["due_on"] == str(TODAY + timedelta(days=30))
    row.refresh_from_db()
    assert row.reminded_on is None
    once = due()
    assert api.post(f"{url}/{once.pk}/skip").status_code == 204
    assert Care.objects.get() == row


# --- Over REST


def test_rows_are_made_listed_changed_and_deleted(api, url, dog):
    given = {"kind": "medicine", "title": " 심장약 ", "due_on": "2026-12-01", "every_days": 30}
    made = api.post(url, given).json()
    assert (made["title"], made["remind_days"], made["is_reminded"]) == ("심장약", 7, True)
    changed = api.patch(f"{url}/{made['id']}", {"remind_days": 3, "code": "dog-core"}).json()
    assert (changed["remind_days"], changed["code"]) == (3, "")
    care.add(pet=dog, facts={"kind": "other", "title": "미용", "due_on": TODAY})
    assert [row["title"] for row in api.get(url).json()["results"]] == ["미용", "심장약"]
    api.post(f"{url}/{made['id']}/done", {})
    for is_done, titles in (("true", ["심장약"]), ("false", ["미용", "심장약"])):
        found = api.get(url, {"is_done": is_done}).json()["results"]
        assert [row["title"] for row in found] == titles
    assert api.delete(f"{url}/{made['id']}").status_code == 204
    assert dog.care.count() == 2


def test_a_proposal_is_taken_up_over_rest_and_only_once(api, url, refused):
    (rabies,) = [row for row in api.get(f"{url}/proposals").json() if row["code"] == "dog-rabies"]
    given = {name: rabies[name] for name in ("code", "kind", "title", "due_on", "every_days")}
    assert api.post(url, given).status_code == 201
    refused(api.post(url, given), 409, "care_open")
    refused(api.post(url, given | {"code": "cat-core"}), 400, "care_unknown")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "dragon"),
        ("title", ""),
        ("title", "가" * 81),
        ("due_on", "2040-01-01"),
        ("every_days", 0),
        ("every_days", 99999),
        ("remind_days", -1),
    ],
)
def test_a_bad_row_is_refused(api, url, refused, field, value):
    given = {"kind": "other", "title": "미용", "due_on": "2026-12-01", field: value}
    refused(api.post(url, given), 400, "invalid_input", field)
    assert not Care.objects.exists()


def test_a_foreign_pet_s_rows_are_not_there(sign_in, client, stranger, url, due, dog):
    other, row = sign_in(stranger), due(every_days=30)
    client.force_login(stranger)
    assert other.get(f"{url}/proposals").status_code == 404
    assert other.get(url).status_code == 404
    assert other.patch(f"{url}/{row.pk}", {"title": "x"}).status_code == 404
    for act in ("done", "skip"):
        assert other.post(f"{url}/{row.pk}/{act}", {}).status_code == 404
    for act in ("", "/done", "/skip", "/remove"):
        assert client.post(f"/pets/{dog.pk}/care/{row.pk}{act}").status_code == 404
    for path, given in (("care", {"title": "x"}), ("care/accept", {"code": "dog-core"})):
        assert client.post(f"/pets/{dog.pk}/{path}", given).status_code == 404
    row.refresh_from_db()
    assert (row.done_on, Care.objects.count()) == (None, 1)


# --- On the page


def test_the_page_takes_up_changes_and_finishes(client, owner, dog):
    client.force_login(owner)
    base = f"/pets/{dog.pk}/care"
    back = f"/pets/{dog.pk}/timeline?open=care#care"
    given = {"code": ["dog-worms", "dog-check"], "last-dog-worms": "2026-11-01"}
    assert client.post(f"{base}/accept", given).url == back
    worms = dog.care.get(code="dog-worms", done_on=None)
    assert worms.due_on == date(2026, 11, 1) + timedelta(days=91)

    change = {"due_on": "2026-12-24", "every_days": "91", "remind_days": "1"}
    assert client.post(f"{base}/{worms.pk}", change).url == back
    worms.refresh_from_db()
    assert (worms.due_on, worms.remind_days, worms.is_reminded) == (date(2026, 12, 24), 1, False)

    client.post(f"{base}/{worms.pk}/done")
    assert dog.care.get(code="dog-worms", done_on=None).due_on == TODAY + timedelta(days=91)
    new = {"title": "귀 세정", "kind": "other", "due_on": "2026-12-01", "every_days": "30"}
    assert client.post(base, new).url == back
    client.post(f"{base}/{dog.care.get(title='귀 세정').pk}/remove")
    assert not dog.care.filter(title="귀 세정").exists()


def test_what_cannot_be_read_changes_nothing(client, owner, dog, due):
    client.force_login(owner)
    row = due(every_days=45)
    base = f"/pets/{dog.pk}/care"
    client.post(f"{base}/accept", {"code": "dog-worms", "last-dog-worms": "2030-01-01"})
    client.post(base, {"title": "", "kind": "other", "due_on": "2026-12-01"})
    client.post(f"{base}/{row.pk}", {"due_on": "언제", "remind_days": "7"})
    assert Care.objects.get().due_on == row.due_on
    kept = {"due_on": str(row.due_on), "every_days": "45", "remind_days": "7"}
    client.post(f"{base}/{row.pk}", kept)  # an interval that came over REST
    row.refresh_from_db()
    assert row.every_days == 45


# --- Reminders


@pytest.fixture
def confirmed(owner):
    owner.email_verified_at = timezone.now()
    owner.save()
    return owner


def test_an_owner_is_told_of_all_that_is_due_soon_in_one_mail_and_once(confirmed, due):
    due(title="구충")
    due(title="광견병 예방접종", due_on=TODAY + timedelta(days=7))
    due(title="건강 검진", due_on=TODAY + timedelta(days=8))
    assert (tasks.remind_of_care(), tasks.remind_of_care()) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == [confirmed.email]
    assert sent.subject == "[Dr. 마음] 보리, 곧 챙길 일이 있어요"
    assert "구충: 2026년 11월 23일" in sent.body
    assert "광견병 예방접종: 2026년 11월 27일" in sent.body
    assert "건강 검진" not in sent.body
    assert "/timeline" in sent.body


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("2026-11-19T23:59:59+00:00", 0),
        ("2026-11-20T00:00:00+00:00", 1),
        ("2026-11-20T10:59:59+00:00", 1),
        (NIGHT, 0),
    ],
)
def test_nobody_is_told_at_night(confirmed, due, time_machine, moment, sent):
    due()
    time_machine.move_to(moment, tick=False)
    assert tasks.remind_of_care() == sent


@pytest.mark.parametrize(
    "facts",
    [
        {"is_reminded": False},
        {"remind_days": 2},
        {"due_on": TODAY - timedelta(days=15)},
    ],
)
def test_who_does_not_want_it_or_not_yet_is_not_told(confirmed, due, facts):
    due(**facts)
    assert tasks.remind_of_care() == 0


def test_only_confirmed_and_active_owners_of_present_pets_are_told(confirmed, due):
    row = due()
    for changes in ({"email_verified_at": None}, {"is_active": False}):
        before = {name: getattr(confirmed, name) for name in changes}
        type(confirmed).objects.filter(pk=confirmed.pk).update(**changes)
        assert tasks.remind_of_care() == 0
        type(confirmed).objects.filter(pk=confirmed.pk).update(**before)
    services.archive_pet(pet=row.pet)
    assert tasks.remind_of_care() == 0
    Pet.objects.update(archived_at=None)
    care.finish(care=row, done_on=TODAY)
    assert tasks.remind_of_care() == 0


@pytest.mark.parametrize("error", [OSError, smtplib.SMTPRecipientsRefused({})])
def test_a_mail_that_did_not_go_out_goes_out_in_the_next_hour(confirmed, due, monkeypatch, error):
    due()
    with monkeypatch.context() as patched:
        patched.setattr("profiles.reminding.send_mail", _raising(error))
        assert tasks.remind_of_care() == 0
    assert tasks.remind_of_care() == 1


def test_killed_before_the_mail_was_sent_twice_it_is_sent_after_all(confirmed, due, monkeypatch):
    due()
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr("profiles.reminding.send_mail", _raising(SystemExit))
            with pytest.raises(SystemExit):
                tasks.remind_of_care()
    assert (tasks.remind_of_care(), tasks.remind_of_care()) == (1, 0)


def test_another_day_is_told_anew(confirmed, due):
    row = due()
    tasks.remind_of_care()
    care.change(care=row, facts={"title": "구충약"})
    assert tasks.remind_of_care() == 0
    care.change(care=row, facts={"due_on": TODAY + timedelta(days=5)})
    assert tasks.remind_of_care() == 1


def test_a_mail_s_subject_stays_one_line(confirmed, due, dog):
    Pet.objects.update(name="보리\n콩이")
    due()
    assert tasks.remind_of_care() == 1
    assert "보리 콩이" in mail.outbox[0].subject


def _raising(error):
    def send(*_given):
        raise error

    return send
