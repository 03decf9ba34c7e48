"""What a row of weighings says: how it changed, and when a vet should hear of it. No diagnosis.

No range of kilograms is given: a breed's standard is one of shows, and many are of no breed. The
shape that counts as right is that of the WSAVA Global Nutrition Committee's body condition score
(4 to 5 of 9 for dogs, 5 of 9 for cats). That an unintended loss of more than a tenth needs a vet
is the nutritional screening of the AAHA guidelines (Baldwin et al., JAAHA 2010;46:285, table 2).
Half of that within a month is this house's own, more careful mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from profiles.models import Species, Weight

LOOKS_BACK = timedelta(days=95)
A_MONTH = timedelta(days=31)
LARGE, LARGE_IN_A_MONTH = Decimal("0.10"), Decimal("0.05")
STEADY = Decimal("0.01")
SHAPE = "갈비뼈가 살짝 만져지고, 위에서 보았을 때 허리가 들어가 있으면 알맞은 체형이에요. (세계소동물수의사회 체형 점수)"
ADVICE = "일부러 뺀 것이 아닌데 한 달에 5% 또는 모두 10% 넘게 줄면 진료를 권해요."


@dataclass(frozen=True)
class Trend:
    sentence: str
    is_to_be_seen: bool = False
    advice: str = ""


def trend_of(weights: Sequence[Weight]) -> Trend | None:
    """From weighings, oldest first. None when there is nothing to compare."""
    if len(weights) < 2:
        return None
    newest, earlier = weights[-1], weights[:-1]
    recent = [one for one in earlier if newest.measured_on - one.measured_on <= LOOKS_BACK]
    start = recent[0] if recent else earlier[-1]
    return Trend(
        sentence=_sentence(start, newest),
        is_to_be_seen=_is_to_be_seen(newest, start, recent),
        advice=ADVICE if newest.kg < start.kg else "",
    )


def shape_of(species: str) -> str:
    """What the right shape is, for those of whom it is known."""
    return SHAPE if species in (Species.DOG, Species.CAT) else ""


def _is_to_be_seen(newest: Weight, start: Weight, recent: Sequence[Weight]) -> bool:
    month = [one.kg for one in recent if newest.measured_on - one.measured_on <= A_MONTH]
    lost_in_a_month = bool(month) and _share(max(month), newest.kg) < -LARGE_IN_A_MONTH
    heaviest = max([start.kg, *(one.kg for one in recent)])
    return lost_in_a_month or _share(heaviest, newest.kg) < -LARGE


def _sentence(start: Weight, newest: Weight) -> str:
    span = _span((newest.measured_on - start.measured_on).days)
    share = _share(start.kg, newest.kg)
    if abs(share) < STEADY:
        return f"{span} 동안 거의 그대로예요."
    changed = abs(newest.kg - start.kg).normalize()
    percent = max(1, round(abs(share) * 100))
    verb = "늘었어요" if share > 0 else "줄었어요"
    return f"{span} 동안 {changed:f}kg({percent}%) {verb}."


def _share(before: Decimal, after: Decimal) -> Decimal:
    return (after - before) / before


def _span(days: int) -> str:
    if days < 14:
        return f"{days}일"
    return f"{days // 7}주" if days < 60 else f"{round(days / 30.4)}개월"
