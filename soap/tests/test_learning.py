"""Corrections become evaluation cases: what they hold, whom they name, who may make them."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.template import Context, Template
from django.urls import reverse

from chat.services import end_consultation, send_message
from profiles import services as profile_services
from profiles.models import Consent
from soap import learning, reviewing
from soap.evaluation import dialogues
from soap.evaluation.corrected import fact_of, facts_of
from soap.models import AccessLog, NoteCase
from soap.tests.notes import make_vet
from soap.tests.portal import section as section_of
from soap.tests.signed import edit, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed")]

CASES = reverse("admin:soap_notecase_changelist")
CORRECTED = "어제부터 노란 토를 하루 네 번 했어요"


@pytest.fixture
def ended(note):
    """The note of an ended talk in which people are named, with drafted sentences."""
    owner, consultation = note.owner, note.consultation
    owner.name = "김서연"
    owner.save()
    other = {"name": "초코", "species": "cat"}
    profile_services.register_pet(owner=owner, facts=other)
    for text in (
        f"{note.pet.name}가 토했어요. 제 번호는 010-1234-5678, seo@example.com이에요",
        "초코는 괜찮아요. 김서연이에요",
    ):
        send_message(consultation=consultation, author=owner, text=text)
    end_consultation(consultation=consultation, ending="owner")
    for section in note.sections.all():
        section.drafted = [{"text": section.text, "evidence": []}]
        section.save()
    return note


@pytest.fixture
def corrected(ended, vet):
    """Signed, and one section of it written by the vet."""
    edit(ended, vet, CORRECTED)
    return sign(ended, vet)


def make(portal, note):
    return portal.post(reverse("admin:soap_note_case", args=[note.pk]), follow=True)


def test_a_case_holds_what_the_vet_wrote_and_forbids_what_the_vet_took_out(corrected, vet):
    case = learning.make_case(note=corrected, vet=vet)

    assert case.facts == {
        "must": {"S": ["어제+노란+토+하루+네 번"], "O": ["직접+검진+소견+없"]},
        "must_not": ["어제부터 노란 토를 하루 세 번 했어요"],
    }
    assert case.created_by == vet


def test_a_case_names_nobody(corrected, vet):
    name = corrected.pet.name
    edited = learning.make_case(note=corrected, vet=vet).as_line()
    written = json.dumps(edited, ensure_ascii=False)

    for secret in (name, "김서연", "초코", "010-1234-5678", "seo@example.com", "마음"):
        assert secret not in written
    assert edited["pet_profile"]["name"] == "나무"
    assert [turn["text"] for turn in edited["turns"]] == [
        "어제부터 노란 토를 해요",
        "나무가 토했어요. 제 번호는 [전화번호], [이메일]이에요",
        "[이름]는 괜찮아요. [이름]이에요",
    ]


def test_a_pet_named_in_a_note_is_named_otherwise_in_its_facts(ended, vet):
    edit(ended, vet, f"{ended.pet.name}는 어제 김서연 님과 산책했어요", kind="A")
    ended.sections.filter(kind="A").update(drafted=[{"text": f"{ended.pet.name}가 아파요"}])

    case = learning.make_case(note=sign(ended, vet), vet=vet)

    assert case.facts["must_not"] == ["나무가 아파요"]


def test_a_note_becomes_one_case_however_often_it_is_asked(corrected, vet):
    first = learning.make_case(note=corrected, vet=vet)
    again = learning.make_case(note=corrected, vet=vet)

    assert (again.pk, again.as_line()) == (first.pk, first.as_line())
    assert NoteCase.objects.count() == 1


def test_an_amendment_changes_the_case_when_it_is_made_again(corrected, vet):
    first = learning.make_case(note=corrected, vet=vet)
    section = section_of(corrected)
    reviewing.amend(section=section, text="다섯 번 토했어요", reason="정정", vet=vet)

    again = learning.make_case(note=corrected, vet=vet)

    assert again.pk == first.pk
    assert again.facts["must"]["S"] == ["다섯 번"]


def test_making_a_case_is_logged(corrected, vet):
    case = learning.make_case(note=corrected, vet=vet, address="10.0.0.1")

    entry = AccessLog.objects.latest("pk")
    assert (entry.action, entry.detail, entry.address) == ("copy", str(case), "10.0.0.1")


def test_only_a_signed_note_becomes_a_case(ended, vet):
    edit(ended, vet, CORRECTED)

    with pytest.raises(learning.NotSigned):
        learning.make_case(note=ended, vet=vet)


def test_a_note_that_no_vet_changed_becomes_no_case(ended, vet):
    with pytest.raises(learning.NothingCorrected):
        learning.make_case(note=sign(ended, vet), vet=vet)


def test_without_the_owners_consent_there_is_no_case(corrected, vet):
    profile_services.change_consent(
        user=corrected.owner, kind=Consent.Kind.VET_REVIEW, is_granted=False
    )

    with pytest.raises(learning.NoPermissionOfOwner):
        learning.make_case(note=corrected, vet=vet)
    assert not NoteCase.objects.exists()


def test_another_vets_note_becomes_no_case(corrected, colleague):
    with pytest.raises(PermissionDenied):
        learning.make_case(note=corrected, vet=colleague)


def test_an_erased_consultation_takes_its_case_along(corrected, vet):
    learning.make_case(note=corrected, vet=vet)

    corrected.consultation.delete()

    assert not NoteCase.objects.exists()


def test_one_click_makes_a_case_and_the_download_is_evaluated(portal, corrected, tmp_path, capsys):
    assert "평가 사례" in make(portal, corrected).content.decode()
    make(portal, corrected)

    answer = portal.get(reverse("admin:soap_notecase_export"))

    assert "attachment" in answer["Content-Disposition"]
    file = tmp_path / "cases.jsonl"
    file.write_bytes(answer.getvalue())
    (read,) = dialogues.read_dialogues(file)
    assert read.id == str(NoteCase.objects.get())
    assert (read.pet_profile.species, len(read.turns)) == (corrected.pet.species, 3)
    call_command("evaluate", "soap", str(file), "--json")
    found = json.loads(capsys.readouterr().out)
    assert (found["facts"], found["must_not"]) == ({"S": 1, "O": 1}, 1)
    assert found["missed"] == [{"id": read.id, "section": "S", "fact": "어제+노란+토+하루+네 번"}]


def button(note):
    drawn = "{% load note_cases %}{% note_case note %}"
    return Template(drawn).render(Context({"note": note})).strip()


def test_the_button_is_there_once_a_corrected_note_is_signed(ended, vet):
    edit(ended, vet, CORRECTED)
    assert button(ended) == ""

    signed = sign(ended, vet)
    assert "평가 사례로 만들기" in button(signed)
    learning.make_case(note=signed, vet=vet)
    assert "평가 사례 새로 고치기" in button(signed)


def test_a_note_that_stands_as_drafted_has_no_button(ended, vet):
    assert button(sign(ended, vet)) == ""


def test_a_refused_click_says_why(portal, ended):
    assert "승인한 노트만" in make(portal, ended).content.decode()
    assert not NoteCase.objects.exists()


def test_a_click_on_another_vets_note_finds_nothing(client, corrected, colleague):
    client.force_login(colleague)

    assert make(client, corrected).status_code == 404


def test_a_case_is_made_by_a_post_alone(portal, corrected):
    assert portal.get(reverse("admin:soap_note_case", args=[corrected.pk])).status_code == 405


def test_the_list_shows_cases_and_their_facts(portal, corrected, vet):
    case = learning.make_case(note=corrected, vet=vet)

    listed = portal.get(CASES).content.decode()
    shown = portal.get(reverse("admin:soap_notecase_change", args=[case.pk])).content.decode()

    assert str(case) in listed
    assert "어제 … 노란 … 토 … 하루 … 네 번" in listed
    assert "보호자: 나무가 토했어요." in shown


@pytest.mark.parametrize("name", ["soap_notecase_changelist", "soap_notecase_export"])
def test_cases_are_for_those_who_review(client, name, db):
    stranger = make_vet("남")
    stranger.user_permissions.clear()
    client.force_login(type(stranger).objects.get(pk=stranger.pk))

    assert client.get(reverse(f"admin:{name}")).status_code == 403


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("설사는 하지 않아요", "설사+하지+않"),
        ("체온이 39.5도였어요.", "체온+39.5도"),
        ("호흡수는 1분에 60회", "호흡수+1분+60회"),
        ("구토", "구토"),
        ("나무가 어제 3회 토함", "어제+3회"),
        ("[이름]가 [전화번호]로 전화함", "전화함"),
        ("", ""),
    ],
)
def test_a_fact_is_the_words_that_carry_a_sentence(sentence, fact):
    assert fact_of(sentence, ["나무"]) == fact


def test_what_the_vet_says_elsewhere_is_not_forbidden():
    drafted = {"S": ["토했어요", "체온 39도", "숨이 차요"], "O": [], "A": [], "P": ["굶기세요"]}
    approved = {"S": ["어제 토했어요"], "O": ["체온 39도"], "A": [], "P": ["물을 주세요"]}

    assert facts_of(drafted, approved)["must_not"] == ["숨이 차요", "굶기세요"]
