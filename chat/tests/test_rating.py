"""Stars for a whole consultation."""

import pytest

from chat import services
from chat.models import Rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(consultation, owner, enqueued):
    services.send_message(consultation=consultation, author=owner, text="설사를 해요")
    return f"/api/v1/consultations/{consultation.pk}/rating"


def test_a_rating_is_kept_changed_and_taken_back(api, address):
    assert api.get(address).status_code == 404
    given = {"stars": 2, "reasons": ["wrong", "slow"], "comment": "늦었어요"}
    assert api.put(address, given).json()["reasons"] == ["slow", "wrong"]
    assert api.put(address, {"stars": 5, "reasons": ["calming"]}).status_code == 200
    assert (api.get(address).json()["stars"], Rating.objects.count()) == (5, 1)
    assert api.delete(address).status_code == 204
    assert api.delete(address).status_code == 204
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "given",
    [{}, {"stars": 0}, {"stars": 6}, {"stars": "many"}, {"stars": 3, "reasons": ["rude"]},
     {"stars": 3, "comment": "가" * 1001}, {"stars": 3, "more": 1}],
)  # fmt: skip
def test_what_is_no_rating_is_refused(api, address, given):
    answer = api.put(address, given)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert not Rating.objects.exists()


def test_a_consultation_without_a_word_is_not_rated(api, consultation):
    answer = api.put(f"/api/v1/consultations/{consultation.pk}/rating", {"stars": 3})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_rate")


def test_a_stranger_neither_reads_nor_rates(sign_in, stranger, api, address):
    api.put(address, {"stars": 4})
    other = sign_in(stranger)
    codes = [other.get(address), other.put(address, {"stars": 1}), other.delete(address)]
    assert {answer.status_code for answer in codes} == {404}
    assert Rating.objects.get().stars == 4
