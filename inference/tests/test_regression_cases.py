"""The labelled cases, against the rules of now and in a file."""

import json
import stat
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat import services as chat_services
from inference import regression, reviews
from inference.models import TriageReview
from inference.tests.board import BREATH, GRAPES, case, flagged, reviewer, say
from profiles import services as profile_services

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return reviewer()


def export(path, *options):
    out, err = StringIO(), StringIO()
    call_command("export_triage_cases", path, *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_cases_are_held_against_the_rules_of_now(consultation, by):
    case(say(consultation, GRAPES), "emergency", by)
    case(say(consultation, BREATH), "home", by)
    missed = case(say(consultation, BREATH), "emergency", by)
    flagged(say(consultation, "강아지가 귀를 긁어요"))
    reviews.dismiss(review=flagged(say(consultation, "강아지가 코를 골아요")), by=by)

    found = regression.hold_cases()

    assert (found.total, found.checked, found.right) == (3, 3, 2)
    assert [(miss.review, miss.now) for miss in found.misses] == [
        (missed, missed.message.triage.urgency)
    ]


def test_an_accepted_urgency_is_right(consultation, by):
    review = flagged(say(consultation, GRAPES))
    reviews.label(review=review, urgency="urgent", accept=["urgent", "emergency"], by=by)

    assert regression.hold_cases().misses == ()


def test_a_milder_label_is_missed_by_graver_rules(consultation, by):
    case(say(consultation, GRAPES), "soon", by)

    assert [miss.now for miss in regression.hold_cases().misses] == ["emergency"]


def test_only_the_newest_cases_are_asked(consultation, by):
    for _ in range(3):
        case(say(consultation, BREATH), "emergency", by)
    newest = case(say(consultation, GRAPES), "soon", by)

    found = regression.hold_cases(newest=1)

    assert (found.total, found.checked) == (4, 1)
    assert [miss.review for miss in found.misses] == [newest]


def test_many_cases_cost_as_many_queries_as_one(consultation, by, django_assert_num_queries):
    for _ in range(5):
        case(say(consultation, BREATH), "home", by)

    with django_assert_num_queries(4):
        assert regression.hold_cases().right == 5


def test_the_pet_is_as_old_as_on_the_day_of_the_message(consultation, by):
    message = say(consultation)
    type(message).objects.filter(pk=message.pk).update(
        created_at=timezone.now() - timedelta(days=365)
    )
    case(message, "home", by)

    (exported,) = regression.export_cases()

    assert exported.case.pet["age_months"] == consultation.pet.age_in_months() - 12


def test_a_line_holds_what_the_rules_need_and_names_nobody(consultation, cat, by, tmp_path):
    owner = consultation.owner
    owner.name = "김보호"
    owner.save()
    profile_services.change_pet(
        pet=consultation.pet, facts={"conditions": ["보리 심장병"], "sex": "female"}
    )
    say(consultation, "보리 엄마 김보호예요. 010-1234-5678로 연락 주세요")
    message = say(consultation, "보리가 나비랑 포도를 먹었어요. bori@naver.com 보리차 말고요")
    review = case(message, "emergency", by)
    file = tmp_path / "cases.jsonl"

    export(file)

    (line,) = lines(file)
    day = timezone.localdate().strftime("%Y%m%d")
    assert set(line) == {"id", "text", "species", "label", "accept", "pet", "history"}
    assert line["id"] == f"review-{review.pk:05d}-{day}"
    assert line["text"] == "[이름]가 [이름]랑 포도를 먹었어요. [이메일] 보리차 말고요"
    assert line["history"] == ["[이름] 엄마 [이름]예요. [전화번호]로 연락 주세요"]
    assert (line["species"], line["label"], line["accept"]) == ("dog", "emergency", ["emergency"])
    assert line["pet"] == {
        "sex": "female", "age_months": consultation.pet.age_in_months(), "weight_kg": 4.0,
        "breed": "말티즈", "conditions": ["[이름] 심장병"],
    }  # fmt: skip
    whole = file.read_text(encoding="utf-8")
    for secret in (owner.email, owner.pk, consultation.pk, consultation.pet_id, message.pk):
        assert str(secret) not in whole


def test_only_labelled_messages_are_written_oldest_first(consultation, by, tmp_path):
    second, first = (say(consultation, text) for text in (GRAPES, BREATH))
    flagged(say(consultation, "강아지가 귀를 긁어요"))
    case(first, "home", by)
    case(second, "emergency", by)
    file = tmp_path / "cases.jsonl"

    said, _ = export(file)

    assert [line["text"] for line in lines(file)] == [BREATH, GRAPES]
    assert said == f"2 cases in {file}\n"


def test_an_older_export_is_written_over_by_force_only(consultation, by, tmp_path):
    case(say(consultation, GRAPES), "emergency", by)
    file = tmp_path / "cases.jsonl"
    file.write_text("precious")

    with pytest.raises(CommandError, match="--force") as refused:
        export(file)
    assert file.read_text() == "precious"
    assert refused.value.returncode == 1

    export(file, "--force")
    assert len(lines(file)) == 1


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(CommandError, match="nowhere") as refused:
        export(tmp_path / "nowhere" / "cases.jsonl")

    assert refused.value.returncode == 1


def test_no_case_is_an_empty_file(tmp_path):
    file = tmp_path / "cases.jsonl"

    said, _ = export(file, "--json")

    assert file.read_text() == ""
    assert json.loads(said) == {"file": str(file), "cases": 0, "read_differently": []}


def test_the_export_is_for_its_users_eyes_only(tmp_path):
    file = tmp_path / "cases.jsonl"

    export(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["cases.jsonl"]


def test_a_case_that_masking_changes_is_listed(owner, by, tmp_path):
    facts = {"name": "포도", "species": "dog"}
    pet = profile_services.register_pet(owner=owner, facts=facts)
    talk = chat_services.open_consultation(owner=owner, pet=pet)
    review = case(say(talk, GRAPES), "emergency", by)
    file = tmp_path / "cases.jsonl"

    said, _ = export(file, "--json")
    _, warned = export(file, "--force")

    (name,) = json.loads(said)["read_differently"]
    assert name.startswith(f"review-{review.pk:05d}-")
    assert name in warned
    assert TriageReview.objects.get().label == "emergency"
