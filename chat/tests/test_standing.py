"""The conversation as it stands: edited messages and further versions of replies."""

from uuid import UUID

import pytest

from chat.models import Message
from chat.reading import standing


def pk(number: int) -> UUID:
    return UUID(int=number)


def asked(number: int, revises: int | None = None) -> Message:
    return Message(
        pk=pk(number), seq=number, role="owner", revises_id=pk(revises) if revises else None
    )


def reply(number: int, answers: int, version: int = 1) -> Message:
    return Message(
        pk=pk(number), seq=number, role="assistant", answers_id=pk(answers), version=version
    )


CASES = {
    "nothing": ([], []),
    "a talk": ([asked(1), reply(2, 1), asked(3), reply(4, 3)], [1, 2, 3, 4]),
    "a newer version": ([asked(1), reply(2, 1), reply(3, 1, 2)], [1, 3]),
    "three versions": ([asked(1), reply(2, 1), reply(3, 1, 2), reply(4, 1, 3)], [1, 4]),
    "an edited message": ([asked(1), reply(2, 1), asked(3, 1)], [3]),
    "an edit takes what followed along": (
        [asked(1), reply(2, 1), asked(3), reply(4, 3), asked(5), asked(6, 3)],
        [1, 2, 6],
    ),
    "an edit of an edit": ([asked(1), asked(2, 1), reply(3, 2), asked(4, 2)], [4]),
    "a late answer to an older wording": ([asked(1), asked(2, 1), reply(3, 1)], [2]),
    "a late version to an older wording": (
        [asked(1), reply(2, 1), asked(3, 1), reply(4, 1, 2), reply(5, 3)],
        [3, 5],
    ),
    "an edit of what is left out already": (
        [asked(1), reply(2, 1), asked(3), asked(4, 1), asked(5, 3)],
        [4, 5],
    ),
    "two messages before an answer": ([asked(1), asked(2), reply(3, 1), reply(4, 2)], [1, 2, 3, 4]),
    "a newer version of an earlier reply": (
        [asked(1), reply(2, 1), asked(3), reply(4, 3), reply(5, 1, 2)],
        [1, 5, 3, 4],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_stands_of(name):
    messages, expected = CASES[name]

    assert [message.pk.int for message in standing(messages)] == expected
