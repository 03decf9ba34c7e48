"""What to take along to the clinic, by the kind of danger that was found."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inference import rulebook

FIRST: Mapping[str, tuple[Promise, ...]] = {
    "poison": (
        _("포장지나 남은 것 (식물이면 잎이나 사진)"),
        _("먹은 것과 양, 먹은 시각을 적은 메모"),
    ),
    "thread": (
        _("같은 실이나 끈이 남아 있으면 그 조각"),
        _("삼킨 시각과 길이, 바늘이 달렸는지 적은 메모"),
    ),
    "seizure": (_("경련이 시작된 시각과 이어진 시간, 횟수를 적은 메모"),),
    "bleed": (
        _("갈아 댈 깨끗한 천이나 수건"),
        _("다친 시각과 어떻게 다쳤는지 적은 메모"),
    ),
    "heat": (_("가는 동안 몸을 적실 물과 수건"),),
    "sameday": (_("토한 것이나 변의 사진, 횟수를 적은 메모"),),
}
ELSE = (_("증상이 시작된 시각과 횟수를 적은 메모"),)
ALWAYS = (
    _("증상이 보이는 영상이나 사진"),
    _("최근에 잰 몸무게"),
    _("먹고 있는 약의 이름 (약봉투 사진도 좋아요)"),
    _("이동장이나 목줄"),
)


def take_along(rules: Iterable[str]) -> list[str]:
    """What to take for these rules' findings: what belongs to their kind of danger first.

    A rule that the book does not know, or none, gets the general list.
    """
    kinds = dict.fromkeys(rulebook.kinds_of(rules))
    first = [line for kind in kinds for line in FIRST.get(kind, ())]
    return [str(line) for line in (*(first or ELSE), *ALWAYS)]
