"""The list of red flags as vets meet it in the portal: list, form, test box."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from chat.models import Message
from inference import rulebook
from inference.models import TriageResult, TriageRule
from inference.tests.board import GRAPES, case, reviewer, say, vet
from inference.tests.rule_list import (
    QUIRK,
    RULE,
    WITHOUT,
    added,
    edited,
    editor,
    form_of,
    rule,
    signer,
    text_of,
)
from inference.triage.rules import load_rules, shipped

pytestmark = pytest.mark.django_db

LIST = "admin:inference_triagerule_changelist"
NEW = {"id": "moulting", "category": "털갈이", "urgency": "soon", "signs": QUIRK, "why": "시험", "advice": "booked"}  # fmt: skip


@pytest.fixture
def by():
    return signer()


@pytest.fixture
def portal(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def staff(client):
    client.force_login(editor())
    return client


def address(rule_id=RULE):
    return reverse("admin:inference_triagerule_change", args=[rule_id])


def change(client, rule_id=RULE, **fields):
    """Open the form of a rule, change these fields, and save."""
    rule(rule_id)
    given = form_of(client.get(address(rule_id)))
    return client.post(address(rule_id), {**given, **fields}, follow=True)


def add(client, **fields):
    return client.post(
        reverse("admin:inference_triagerule_add"), {**NEW, **fields}, follow=True
    )  # fmt: skip


def errors(page):
    return page.context["adminform"].form.errors


def try_out(client, **given):
    page = client.post(
        reverse("admin:inference_triagerule_trial"), {"species": "dog", **given}
    )  # fmt: skip
    return page, text_of(page)


def test_the_list_tells_edited_added_and_outdated_rules_apart(portal, by):
    edited(by, why="고쳤어요.")
    behind = edited(by, "breathing", why="고쳤어요.")
    TriageRule.objects.filter(pk="breathing").update(rest={**behind.rest, "shipped": "older"})
    added(by)

    page = portal.get(reverse(LIST))

    words = text_of(page)
    assert len(page.context["cl"].result_list) == len(shipped()["rules"]) + 1
    assert words.count("제품의 새 규칙과 달라요") == 1
    assert words.count("직접 더함") == 1
    assert "호흡과 순환" in words
    assert reverse("admin:inference_triagerule_trial") in page.content.decode()


def test_the_list_may_be_cut_to_one_section(portal):
    rule()

    page = portal.get(reverse(LIST), {"section": "toxins"})

    assert {one.section for one in page.context["cl"].result_list} == {"toxins"}


@pytest.mark.long
def test_every_shipped_form_can_be_opened_and_saved_as_it_is(portal):
    rule()
    for rule_id in shipped()["rules"]:
        page = change(portal, rule_id)
        assert page.redirect_chain, (rule_id, errors(page))

    assert rulebook.current() is load_rules()


def test_an_edit_is_in_force_and_logged_with_its_old_and_new_value(portal, by):
    change(portal, urgency="urgent", signs=f"{rule().signs}\n{QUIRK}")

    found = rulebook.current().named(RULE)
    entry = LogEntry.objects.get(object_id=RULE)
    assert found.urgency == "urgent"
    assert rule().changed_by == by
    assert entry.user == by
    assert "긴급도: 응급 → 당일 진료" in entry.change_message
    assert entry.change_message.endswith(f"신호가 되는 말 (한 줄에 하나): 더함 ‘{QUIRK}’")


def test_switching_off_is_logged(portal):
    change(portal, is_active="")

    assert not rule().is_active
    assert "사용: 켬 → 끔" in LogEntry.objects.get(object_id=RULE).change_message


@pytest.mark.parametrize(
    ("sign", "said"),
    [
        ("(숨", "괄호나 기호"),
        ("{nothing} 먹", "낱말 목록은 없어요"),
        ("숨|", "아무 말에나"),
        ("(아+)+끝", "오래 걸려요"),
        ("가 .. 나 .. 다 .. 라 .. 마", "오래 걸려요"),
        ("쵸코 먹", "초콜릿 먹"),
        ("CPR 해", "cpr 해"),
    ],
)
@pytest.mark.parametrize("field", ["signs", "lookalikes"])
def test_a_bad_line_is_refused_with_its_number_and_reason(portal, field, sign, said):
    before = rule()

    page = change(portal, **{field: f"{getattr(before, field)}\n\n{sign}\n숨 가빠"})

    number = len(getattr(before, field).splitlines()) + 2
    (error,) = errors(page)[field]
    assert error.startswith(f"{number}번째 줄")
    assert said in error
    assert getattr(rule(), field) == getattr(before, field)


@pytest.mark.parametrize(
    "sign", ["숨 가빠", "토하 .. 피", "숨 (가빠|거칠)", "{blood} 토", "혀가 파래"]
)
def test_what_the_help_teaches_is_accepted(portal, sign):
    change(portal, signs=f"{rule().signs}\n{sign}")

    assert sign in rule().signs.splitlines()


def test_a_new_rule_is_added_with_its_advice(portal):
    add(portal)

    found = rulebook.current().named("moulting")
    assert (found.urgency, found.section, found.advice) == ("soon", "own", "booked")
    assert list(found.now) == shipped()["advice"]["booked"]["now"]


@pytest.mark.parametrize("rule_id", [RULE, "like_this", "한글"])
def test_a_new_rule_needs_a_name_of_its_own(portal, rule_id):
    assert "id" in errors(add(portal, id=rule_id))


def test_a_rule_that_was_added_can_be_edited_and_deleted(portal, by):
    added(by)
    change(portal, "moulting", advice="poison", urgency="urgent")
    assert rulebook.current().named("moulting").advice == "poison"

    deletion = reverse("admin:inference_triagerule_delete", args=["moulting"])
    portal.post(deletion, {"post": "yes"})

    assert rulebook.current() is load_rules()


def test_a_shipped_rule_offers_no_deletion(portal):
    rule()
    deletion = reverse("admin:inference_triagerule_delete", args=[RULE])

    assert portal.post(deletion, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [RULE], "post": "yes"}
    portal.post(reverse(LIST), bulk)
    assert TriageRule.objects.filter(pk=RULE).exists()


def test_back_to_the_shipped_rule_by_one_action(portal, by):
    edited(by, urgency="soon")

    page = portal.post(
        reverse(LIST), {"action": "restore", "_selected_action": [RULE]}, follow=True
    )  # fmt: skip

    assert not rule().is_edited
    assert "원래 규칙으로 되돌렸어요" in text_of(page)
    assert "긴급도: 진료 예약 → 응급" in LogEntry.objects.get(object_id=RULE).change_message


def test_of_a_rule_of_likeness_the_form_changes_texts_only(portal):
    change(portal, "like_emergency", urgency="home", is_active="", signs=QUIRK, why="새 까닭")

    row = rule("like_emergency")
    assert (row.urgency, row.is_active, row.signs, row.why) == ("emergency", True, "", "새 까닭")


def test_staff_without_the_signature_edit_texts_and_add_signs_only(staff):
    more = f"{rule().signs}\n{QUIRK}"

    page = change(staff, urgency="home", is_active="", lookalikes="배", why="쉬운 말", signs=more)

    row = rule()
    assert page.status_code == 200
    assert (row.urgency, row.is_active, row.why, row.signs) == ("emergency", True, "쉬운 말", more)
    assert row.lookalikes == "\n".join(shipped()["rules"][RULE].get("lookalikes", []))


def test_staff_without_the_signature_take_no_sign_away(staff):
    page = change(staff, signs=QUIRK)

    assert "수의사만" in errors(page)["signs"][0]
    assert not rule().is_edited


def test_staff_without_the_signature_add_and_restore_nothing(staff, by):
    edited(by, "belly_pain", urgency="emergency")

    assert staff.get(reverse("admin:inference_triagerule_add")).status_code == 403
    page = staff.post(
        reverse(LIST), {"action": "restore", "_selected_action": ["belly_pain"]}, follow=True
    )  # fmt: skip
    assert "수의사만 할 수 있어요" in text_of(page)
    assert rule("belly_pain").is_edited


@pytest.mark.parametrize("name", ["changelist", "trial", "signature"])
def test_the_pages_are_for_those_who_may_see_the_rules(client, name):
    page = reverse(f"admin:inference_triagerule_{name}")
    client.force_login(vet("view_triagereview"))
    assert client.get(page).status_code == 403
    client.force_login(vet("view_triagerule"))
    assert client.get(page).status_code == 200


def test_the_form_says_in_words_what_it_does_not_change(portal):
    rule()

    words = text_of(portal.get(address("onion")))

    assert "더 급해져요: 고양이 → 응급" in words
    assert "3kg이 안 되는 아이 → 응급" in words
    assert "2가지 말이 모두 있어야" in text_of(portal.get(address("poison_over_turns")))
    assert "앓는 병: 심장, 판막" in text_of(portal.get(address("heart_ill")))


def test_the_test_box_shows_what_fired_and_how_each_sentence_was_read(portal):
    _page, words = try_out(
        portal, text=f"{GRAPES}. 초콜릿을 먹으면 위험한가요? 작년에는 경련을 했어요"
    )  # fmt: skip

    assert "포도·건포도 “포도를먹었”" in words
    assert "하지 말 일: 우유나 기름" in words
    assert "초콜릿을먹으면위험한가요” — 묻거나 가정하는 말" in words
    assert "작년에는경련을했어요” — 지난 일" in words
    assert " ms" in words
    assert "제품의 원래 규칙도 똑같이 읽어요." in words


def test_the_test_box_hears_the_animal_and_earlier_messages(portal):
    grown, small = (
        try_out(portal, text="양파를 먹었어요", weight_kg=kilos)[0].context["trial"].now.urgency
        for kilos in ("20", "2")
    )
    assert (grown, small) == ("urgent", "emergency")
    ill = try_out(portal, text="밤에 기침이 심해요", conditions="당뇨, 심장병")[0]
    assert any(one.rule == "heart_ill" for one in ill.context["trial"].now.findings)
    later = try_out(portal, text="토하려는데 안 나와요", earlier="오늘 산책했어요\n배가 빵빵해요")[
        0
    ]
    assert later.context["trial"].now.urgency == "emergency"


def test_the_test_box_sets_the_shipped_book_beside_an_edited_one(portal, by):
    added(by)

    page, words = try_out(portal, text=WITHOUT)

    found = page.context["trial"]
    assert (found.now.urgency, found.shipped.urgency) == ("emergency", "home")
    assert "제품의 원래 규칙이라면" in words
    assert "털갈이 이상" in words


def test_the_test_box_stores_nothing(portal):
    try_out(portal, text=GRAPES)

    assert TriageResult.objects.count() == Message.objects.count() == 0


def test_the_test_box_refuses_more_than_triage_reads(portal):
    _page, words = try_out(portal, text="가" * 4001)

    assert "이렇게 읽었어요" not in words


def test_markup_in_the_test_box_stays_text(portal):
    page, _words = try_out(portal, text="<script>alert(1)</script> 포도를 먹었어요")

    assert "<script>alert(1)" not in page.content.decode()


def test_the_edited_list_is_held_against_the_labelled_cases(portal, consultation, enqueued):
    case(say(consultation), "emergency", reviewer())
    page = reverse("admin:inference_triagerule_trial")
    assert "1건 가운데 0건 을 지금 규칙이" in text_of(portal.post(page, {"cases": ""}))

    change(portal, signs=f"{rule().signs}\n입냄새")

    assert "1건 가운데 1건 을 지금 규칙이" in text_of(portal.post(page, {"cases": ""}))
