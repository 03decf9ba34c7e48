"""What an owner says of the animal in the message itself, where the profile does not know it.

A told fact only ever adds a danger: it is used where a rule asks for a young, pregnant, male
or ill animal, and never takes one away.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from inference.triage.types import PetFacts

_SPECIES = {
    "cat": r"고양이|코숏|코리안숏|페르시안|러시안블루|샴고|스코티시|먼치킨|랙돌|뱅갈|노르웨이숲|길냥|집사",
    "dog": r"강아지|말티즈|푸들|포메|시츄|치와와|리트리버|진돗개|웰시코기|닥스훈트|비글|불독|퍼그|시바견|요크셔|댕",
    "rabbit": r"토끼",
    "hamster": r"햄스터|쳇바퀴",
    "guinea_pig": r"기니피그|기니픽|꾸잉",
    "bird": r"앵무|잉꼬|카나리아|문조|왕관앵|모란앵|코뉴어|사랑새|십자매|새장|횃대|새가(?!벽|로|끼|까|우|로운)",
    "ferret": r"페럿|페릿",
    "reptile": r"도마뱀|거북|게코|비어디|이구아나|레오파드",
}
_NAMED = {species: re.compile(pattern) for species, pattern in _SPECIES.items()}
_OLD_YOUNG = re.compile(
    r"(?<!\d)(?:생후)?([1-5])(?:개월|달)(?!전|째|뒤|후|치|마다|에한|간|동안)|(?<!\d)([1-9]|1\d|20)주(?:령|된|차아기|짜리|밖)|(?:두|세|석|넉|한)달(?:된|짜리|밖)|생후\d+일|\d+일(?:령|된아)"
)
_BABY = re.compile(
    r"새끼(?=강아지|고양이|가|는|냥|인|토끼)(?!가?(?:안|나|걸|못))|아깽이|꼬물이|아기(?:강아지|고양이|냥|토끼|인데|예요|가)|퍼피|키튼|젖먹이|애기(?:고양이|강아지)|데려온지(?:\d|이틀|사흘|며칠|일주)|분양(?:받은지|받고)(?:\d|이틀|사흘|며칠|일주)|주워온아|구조한아기"
)
_MALE = re.compile(r"수컷|남아|숫놈|수놈|숫냥|남자애|남자아이|꼬추|고추를?(?:핥|만)|땅콩")
_FEMALE_INTACT = re.compile(
    r"(?:중성화|수술)(?:를|은|도)?(?:아직)?(?:안|못|하지않)|미중성|생리|발정"
)
_PREGNANT = re.compile(
    r"임신|만삭|출산예정|교배한|새끼를?(?:낳|가졌|뱄|배었)|진통|양수|분만|예정일|산모|산통"
)
_CONDITIONS = re.compile(
    r"심장병|심장약|심부전|판막|승모판|이첨판|심비대|심근병|심근증|폐수종|심장(?:이|도)?(?:안좋|커|큰|나빠|약하)|강심제|이뇨제|당뇨|인슐린|신부전|신장병|콩팥|애디슨|간질|뇌전증|천식|기관허탈"
)
_TINY = re.compile(r"(?<!\d)(?:0\.\d|1(?:\.\d)?|2(?:\.\d)?)(?:kg|키로|킬로)|티컵|초소형")


def with_told(pet: PetFacts, texts: Iterable[str]) -> PetFacts:
    """The registered facts, and what squeezed `texts` add to them."""
    whole = "".join(texts)
    found = pet
    if pet.age_months is None and (_OLD_YOUNG.search(whole) or _BABY.search(whole)):
        found = replace(found, age_months=_told_months(whole))
    if pet.sex is None and _MALE.search(whole):
        found = replace(found, sex="male")
    if pet.is_neutered is None and _FEMALE_INTACT.search(whole):
        found = replace(found, is_neutered=False)
    if not pet.is_pregnant and _PREGNANT.search(whole):
        found = replace(found, is_pregnant=True)
    if pet.weight_kg is None and _TINY.search(whole):
        found = replace(found, weight_kg=2.0)
    told = tuple(dict.fromkeys(_CONDITIONS.findall(whole)))
    if told:
        found = replace(found, conditions=(*found.conditions, *told))
    return found


def species_named(texts: Iterable[str]) -> frozenset[str]:
    """Species that squeezed texts name: their rules are read too, besides the registered one's."""
    whole = "".join(texts)
    return frozenset(species for species, pattern in _NAMED.items() if pattern.search(whole))


def _told_months(whole: str) -> int:
    match = _OLD_YOUNG.search(whole)
    return int(match.group(1)) if match and match.group(1) else 2
