"""What gets on the review board, and who may decide it."""

import pytest
from django.db import IntegrityError

from chat import feedback, services
from chat.models import Feedback
from inference import reviews
from inference.models import TriageReview
from inference.tests.board import GRAPES, answer, case, flagged, reviewer, say, vet

pytestmark = pytest.mark.django_db

MISSED = ["missed_emergency"]


@pytest.fixture
def question(consultation):
    return say(consultation)


@pytest.fixture
def reply(question):
    return answer(question)


def rate(reply, *, is_helpful=False, reasons=(), comment=""):
    return feedback.rate_reply(
        reply=reply, is_helpful=is_helpful, reasons=reasons, comment=comment
    )  # fmt: skip


def test_a_missed_emergency_puts_the_question_on_the_board(api, reply, question, owner):
    given = {"is_helpful": False, "reasons": MISSED, "comment": "응급이었어요"}

    answered = api.put(f"/api/v1/messages/{reply.pk}/feedback", given)

    review = TriageReview.objects.get()
    assert answered.status_code == 200
    assert (review.message, review.source, review.status) == (question, "owner", "open")
    assert (review.comment, review.flagged_by) == ("응급이었어요", owner)


def test_one_of_two_reasons_is_enough(reply):
    rate(reply, reasons=["missed_emergency", "wrong"])

    assert TriageReview.objects.open().count() == 1


@pytest.mark.parametrize(
    "given",
    [
        {"is_helpful": True},
        {"is_helpful": True, "reasons": MISSED},
        {"is_helpful": False, "reasons": ["wrong", "frightening"]},
        {"is_helpful": False},
    ],
    ids=["helpful", "helpful with the reason", "other reasons", "no reason"],
)
def test_other_ratings_do_not_get_on_the_board(given, reply):
    rate(reply, **given)

    assert not TriageReview.objects.exists()


def test_a_later_rating_changes_the_comment_of_the_one_review(reply):
    rate(reply, reasons=MISSED, comment="놓쳤어요")

    rate(reply, reasons=MISSED, comment="병원에서 응급이래요")

    assert TriageReview.objects.get().comment == "병원에서 응급이래요"


def test_another_version_of_the_reply_is_about_the_same_message(reply, question):
    other = other_answer(question)
    rate(reply, reasons=MISSED, comment="첫 답변")

    rate(other, reasons=MISSED, comment="둘째 답변")

    assert TriageReview.objects.get().comment == "둘째 답변"


def other_answer(question):
    return services.post_reply(
        message=question, reply_id=question.consultation_id, version=2, text="다른 답변이에요.",
        status="complete", facts={},
    )  # fmt: skip


def test_a_rating_that_changed_its_mind_leaves_the_review_to_staff(reply):
    rate(reply, reasons=MISSED, comment="놓쳤어요")

    rate(reply, is_helpful=True)
    feedback.withdraw_rating(reply=reply)

    review = TriageReview.objects.get()
    assert (review.status, review.comment) == ("open", "놓쳤어요")


def test_a_rating_after_the_decision_changes_nothing(reply, question):
    rate(reply, reasons=MISSED, comment="놓쳤어요")
    reviews.dismiss(review=TriageReview.objects.get(), by=reviewer())

    rate(reply, reasons=MISSED, comment="정말이에요")

    review = TriageReview.objects.get()
    assert (review.status, review.comment) == ("dismissed", "놓쳤어요")


@pytest.mark.django_db(transaction=True)
def test_a_rating_whose_review_cannot_be_stored_is_not_kept(enqueued, reply, monkeypatch):
    def broken(**_):
        raise RuntimeError("broken")

    monkeypatch.setattr("inference.reviews.flag", broken)

    with pytest.raises(RuntimeError, match="broken"):
        rate(reply, reasons=MISSED)

    assert not Feedback.objects.exists()


def test_a_vet_marks_any_message_of_an_owner(question):
    by = vet("add_triagereview")

    reviews.flag(message=question, source="vet", comment="긴급도가 틀렸어요", by=by)

    review = TriageReview.objects.get()
    assert (review.source, review.flagged_by, review.status) == ("vet", by, "open")


def test_a_vets_mark_keeps_the_owners_words(question):
    flagged(question, comment="숨을 못 쉬었어요")

    reviews.flag(message=question, source="vet", comment="응급을 놓쳤어요", by=reviewer())

    review = TriageReview.objects.get()
    assert (review.source, review.comment) == ("owner", "숨을 못 쉬었어요")


def test_a_vets_mark_fills_an_empty_comment(question):
    flagged(question)

    reviews.flag(message=question, source="vet", comment="응급을 놓쳤어요", by=reviewer())

    assert TriageReview.objects.get().comment == "응급을 놓쳤어요"


def test_a_reply_is_not_reviewed(reply):
    with pytest.raises(reviews.NotAnOwnersMessage):
        reviews.flag(message=reply, source="vet", comment="", by=reviewer())


@pytest.mark.parametrize(
    ("role", "permissions"),
    [("vet", ["view_triagereview"]), ("owner", ["add_triagereview", "change_triagereview"])],
    ids=["a vet who may only read", "an owner with the permission"],
)
def test_only_staff_with_the_permission_marks_and_decides(role, permissions, question):
    by = vet(*permissions, role=role)
    review = flagged(question)

    for refused in (
        lambda: reviews.flag(message=question, source="vet", comment="", by=by),
        lambda: reviews.label(review=review, urgency="emergency", by=by),
        lambda: reviews.dismiss(review=review, by=by),
        lambda: reviews.reopen(review=review, by=by),
    ):
        with pytest.raises(reviews.NotAReviewer):
            refused()

    review.refresh_from_db()
    assert (review.status, review.label) == ("open", "")


@pytest.mark.parametrize(
    ("urgency", "accepted"),
    [
        ("emergency", ["emergency"]),
        ("urgent", ["emergency", "urgent"]),
        ("soon", ["urgent", "soon"]),
        ("home", ["soon", "home", "not_medical"]),
        ("not_medical", ["home", "not_medical"]),
    ],
)
def test_one_click_accepts_the_label_and_what_errs_on_the_careful_side(urgency, accepted, question):
    by = reviewer()

    review = case(question, urgency, by)

    assert (review.status, review.label, review.accept) == ("case", urgency, accepted)
    assert (review.decided_by, review.decided_at is None) == (by, False)
    assert list(TriageReview.objects.cases()) == [review]


def test_what_is_accepted_can_be_said(question):
    review = reviews.label(
        review=flagged(question), urgency="soon", accept=["home", "soon"], by=reviewer()
    )

    assert review.accept == ["soon", "home"]


@pytest.mark.parametrize(
    ("urgency", "accept", "refusal"),
    [
        ("soon", ["urgent"], reviews.LabelNotAccepted),
        ("at once", [], reviews.UnknownUrgency),
        ("soon", ["soon", "at once"], reviews.UnknownUrgency),
        ("", [], reviews.UnknownUrgency),
    ],
    ids=["label not in it", "unknown label", "unknown in it", "empty"],
)
def test_a_label_that_does_not_fit_is_refused(urgency, accept, refusal, question):
    review = flagged(question)

    with pytest.raises(refusal):
        reviews.label(review=review, urgency=urgency, accept=accept, by=reviewer())

    review.refresh_from_db()
    assert review.status == "open"


def test_a_decision_stands_until_it_is_taken_back(question):
    by = reviewer()
    review = case(question, "urgent", by)
    decided_at = review.decided_at

    with pytest.raises(reviews.AlreadyDecided):
        reviews.label(review=review, urgency="home", by=by)
    with pytest.raises(reviews.AlreadyDecided):
        reviews.dismiss(review=review, by=by)
    reviews.label(review=review, urgency="urgent", by=by)

    review.refresh_from_db()
    assert (review.status, review.label, review.decided_at) == ("case", "urgent", decided_at)


def test_a_reopened_case_is_none_any_more(question):
    by = reviewer()
    review = case(question, "urgent", by)

    reviews.reopen(review=review, by=by)

    review.refresh_from_db()
    assert (review.status, review.label, review.accept) == ("open", "", [])
    assert (review.decided_by, review.decided_at) == (None, None)
    assert reviews.dismiss(review=review, by=by).status == "dismissed"


def test_a_case_without_a_label_cannot_be_stored(question):
    review = case(question, "urgent", reviewer())

    with pytest.raises(IntegrityError):
        TriageReview.objects.filter(pk=review.pk).update(label="")


def test_the_board_forgets_what_its_owner_erased(consultation):
    flagged(say(consultation, GRAPES))

    consultation.delete()

    assert not TriageReview.objects.exists()
