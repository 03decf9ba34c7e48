"""What no owner may read in an article or an answer of ours."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference.guard import words
from inference.knowledge.loading import sections_of
from inference.llm import extractive


class NotForOwners(Refusal):
    """`sentence` is the one that an owner must not read."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "not_for_owners"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        message = str(
            _("보호자에게 보일 수 없는 문장이 있어요 (용량·처방·진단·링크): %(sentence)s")
        )
        super().__init__(message % {"sentence": sentence})


def unfit_sentence(text: str) -> str | None:
    """The first sentence that no owner may read from us: a dose, a prescription, a link."""
    for sentence in extractive.sentences(text):
        if words.forbidden(words.normalise(sentence)) is not None:
            return sentence
    return None


def unfit_in(title: str, body: str) -> str | None:
    """The same of a whole article."""
    texts = [title, *(text for _section, text in sections_of(body))]
    return next((found for text in texts if (found := unfit_sentence(text))), None)
