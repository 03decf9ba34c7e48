"""A sent message becomes a triage result, a banner and a job in one transaction, or nothing."""

import pytest

from chat import services as chat_services
from chat.models import Event, Message
from inference import hearing
from inference.models import InferenceJob, TriageResult
from profiles import services as profile_services


def send(consultation, text):
    return chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text
    )


@pytest.mark.django_db(transaction=True)
def test_result_event_and_job_stand_beside_the_message(consultation, enqueued):
    message = send(consultation, "강아지가 포도를 먹었어요")

    result = TriageResult.objects.get(message=message)
    event = Event.objects.get(kind="triage")
    assert result.urgency == "emergency"
    assert result.findings[0]["category"] == "포도·건포도"
    assert event.payload["urgency"] == "emergency"
    assert event.payload["message"] == str(message.pk)
    assert event.payload["categories"] == ["포도·건포도"]
    assert event.payload["now"] != []
    assert event.payload["avoid"] != []
    assert enqueued == [str(InferenceJob.objects.get(message=message).pk)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["assess_message", "jobs.create"])
def test_a_failure_on_the_way_leaves_nothing(consultation, enqueued, monkeypatch, step):
    def broken(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr(f"inference.receivers.{step}", broken)

    with pytest.raises(RuntimeError, match="broken"):
        send(consultation, "강아지가 포도를 먹었어요")

    assert Message.objects.count() == 0
    assert Event.objects.count() == 0
    assert TriageResult.objects.count() == 0
    assert InferenceJob.objects.count() == 0
    assert enqueued == []
    consultation.refresh_from_db()
    assert (consultation.head_seq, consultation.urgency) == (0, "")


@pytest.mark.django_db
def test_the_consultations_urgency_never_falls(consultation, enqueued):
    send(consultation, "강아지가 포도를 먹었어요")
    send(consultation, "강아지 입냄새가 나요")

    consultation.refresh_from_db()
    assert consultation.urgency == "emergency"


@pytest.mark.django_db
def test_someone_elses_animal_is_guided_but_is_not_this_pets_urgency(consultation, enqueued):
    send(consultation, "친구네 강아지가 포도를 먹었대요")

    consultation.refresh_from_db()
    assert Event.objects.get(kind="triage").payload["is_third_party"] is True
    assert consultation.urgency == ""


@pytest.mark.django_db
def test_the_pets_facts_reach_the_rules(consultation, enqueued, monkeypatch):
    heard = []
    assess = hearing.assess

    def listening(text, facts, earlier, book):
        heard.append((facts, earlier))
        return assess(text, facts, earlier, book)

    monkeypatch.setattr("inference.hearing.assess", listening)
    facts = {"sex": "female", "is_neutered": False, "conditions": ["쿠싱"]}
    profile_services.change_pet(pet=consultation.pet, facts=facts)
    vaccine = {"kind": "vaccine", "title": "종합백신"}
    profile_services.add_record(pet=consultation.pet, facts=vaccine)

    for text in ("하나", "둘", "셋", "넷", "다섯"):
        send(consultation, text)

    pet, earlier = heard[-1]
    assert (pet.species, pet.breed, pet.weight_kg, pet.age_months) == ("dog", "말티즈", 4.0, 47)
    assert (pet.sex, pet.is_neutered, pet.conditions) == ("female", False, ("쿠싱",))
    assert pet.is_vaccinated is True
    assert earlier == ("둘", "셋", "넷")


@pytest.mark.django_db
def test_turns_of_another_consultation_are_not_read(consultation, cat, enqueued):
    other = chat_services.open_consultation(owner=consultation.owner, pet=consultation.pet)
    send(other, "배가 빵빵해요")

    message = send(consultation, "입냄새가 나요")

    found = hearing.with_background(Message.objects.filter(pk=message.pk)).get()
    assert hearing.hear(found).earlier == ()
