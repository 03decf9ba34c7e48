"""What a check-in asks, by the danger that was found; any rule that is unknown gets the
general question."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inference import rulebook
from inference.models import FollowUp

DAY = 24
LONGEST_IN_HOURS = 2 * DAY
# Whether the Korean word of a digit ends in a vowel (이) or a consonant (일).
OPEN_DIGITS, CLOSED_DIGITS = frozenset("2459"), frozenset("013678")

# Beginnings of rule ids; the longest that fits counts.
BY_RULE: Mapping[str, Promise] = {
    "urine": gettext_lazy("소변은 봤나요?"),
    "seizure": gettext_lazy("그 뒤로 경련이 또 있었나요?"),
    "eclampsia": gettext_lazy("그 뒤로 경련이 또 있었나요?"),
    "vomit": gettext_lazy("그 뒤로도 토했나요?"),
    "young_vomit": gettext_lazy("그 뒤로도 토하거나 설사했나요?"),
    "small_diarrhea": gettext_lazy("그 뒤로도 설사했나요?"),
    "bloody_stool": gettext_lazy("그 뒤로 변에 피가 또 보였나요?"),
    "constipation": gettext_lazy("변은 봤나요?"),
    "rabbit_stasis": gettext_lazy("그 뒤로 먹거나 변을 봤나요?"),
    "not_eating": gettext_lazy("그 뒤로 먹은 것이 있나요?"),
    "breathing": gettext_lazy("숨은 좀 편해졌나요?"),
    "open_mouth": gettext_lazy("숨은 좀 편해졌나요?"),
    "choking": gettext_lazy("숨은 좀 편해졌나요?"),
    "throat": gettext_lazy("목에 걸린 듯한 모습은 좀 나아졌나요?"),
    "heart": gettext_lazy("숨은 좀 편해졌나요?"),
    "bleeding": gettext_lazy("피는 멎었나요?"),
    "blood_": gettext_lazy("피는 멎었나요?"),
    "body_blood": gettext_lazy("피는 멎었나요?"),
    "bloat": gettext_lazy("배는 좀 가라앉았나요?"),
    "belly_swollen": gettext_lazy("배는 좀 가라앉았나요?"),
    "belly_pain": gettext_lazy("아파하는 모습은 좀 나아졌나요?"),
    "dystocia": gettext_lazy("새끼는 모두 나왔나요? 어미는 지금 어떤가요?"),
    "neuro": gettext_lazy("지금은 잘 걷고 반응하나요?"),
    "hind_paralysis": gettext_lazy("뒷다리는 좀 움직이나요?"),
    "eye": gettext_lazy("눈은 좀 편해졌나요?"),
    "sting": gettext_lazy("부은 곳은 좀 가라앉았나요?"),
    "anaphylaxis": gettext_lazy("부은 곳은 좀 가라앉았나요?"),
}
SWALLOWED = gettext_lazy("동물병원에 연락해 보셨나요? 지금 상태는 어떤가요?")
# Kinds of danger, as rules name them by their advice.
BY_KIND: Mapping[str, Promise] = {
    "poison": SWALLOWED,
    "thread": SWALLOWED,
    "breath": BY_RULE["breathing"],
    "seizure": BY_RULE["seizure"],
    "bleed": BY_RULE["bleeding"],
    "heat": gettext_lazy("몸은 좀 식었나요? 지금 상태는 어떤가요?"),
}


def question_for(rules: Iterable[str], pet: str) -> str:
    """The question after these rules' findings (worst first) about the pet of this name."""
    named = list(rules)
    for rule, kind in zip(named, rulebook.kinds_of(named), strict=True):
        found = _by_rule(rule) or BY_KIND.get(kind)
        if found is not None:
            return str(found)
    return _("%(pet)s 지금 좀 어떤가요?") % {"pet": topic(pet)}


def sentence(follow_up: FollowUp) -> str:
    """What the owner reads: "12시간 지났어요. 소변은 봤나요?"."""
    # Asked late, as after an outage: the real time counts.
    asked = follow_up.asked_at or follow_up.due_at
    span = span_text(follow_up.message.created_at, asked, follow_up.hours)
    return _("%(span)s 지났어요. %(question)s") % {"span": span, "question": follow_up.question}


def span_text(since: datetime, until: datetime, least: int = 0) -> str:
    """Whole hours, or whole days when there are many; `least` is what was promised."""
    hours = max((until - since) // timedelta(hours=1), least)
    if hours < LONGEST_IN_HOURS:
        return _("%(hours)d시간") % {"hours": hours}
    return _("%(days)d일") % {"days": hours // DAY}


def topic(name: str) -> str:
    """A name with the particle 은 or 는; after letters whose sound is not known, a comma."""
    last = name[-1:]
    if "가" <= last <= "힣":
        is_closed = (ord(last) - ord("가")) % 28 > 0
    elif last in OPEN_DIGITS | CLOSED_DIGITS:
        is_closed = last in CLOSED_DIGITS
    else:
        return f"{name},"
    return f"{name}은" if is_closed else f"{name}는"


def _by_rule(rule: str) -> Promise | None:
    fitting = [start for start in BY_RULE if rule.startswith(start)]
    return BY_RULE[max(fitting, key=len)] if fitting else None
