"""How a clause is meant: a fact of this pet now, denied, past, imagined, another's, or no fact."""

import re
from collections.abc import Iterator
from enum import StrEnum

from soap.extraction.clauses import Clause
from soap.extraction.signs import Named, lexicon


class Sense(StrEnum):
    NOW = "now"
    DENIED = "denied"
    PAST = "past"
    ASKED = "asked"
    OTHERS = "others"
    NOISE = "noise"


_NUMBER = r"(?:\d+|[한두세네석넉몇반]|다섯|여섯|일곱|여덟|아홉|열)"
PAST = re.compile(
    rf"(?:재?작년|예전|옛날|지난\s*(?:해|달|봄|여름|가을|겨울)|어릴\s*(?:때|적)|어렸을\s*때?|(?:아기|애기|새끼|퍼피|아깽이)\s*(?:때|시절)|과거|당시|그\s*때)(?!\s*(?:초|말|쯤)?\s*(?:부터|이후))|그땐|^이?\s*전에(?:도|는)?\s"
    rf"|(?<!\d){_NUMBER}\s*(?:년|해|개월|달)\s*(?:쯤|정도)?\s*전(?!부터|이후|[^.,]{{0,14}}(?:부터|이후로))|반년\s*전(?!부터)|{_NUMBER}\s*살\s*때|[적](?:이|은|도)?\s*있(?:어|었|는|습|다|긴|고|지)|이력|병력|저번에|한때|몇\s*(?:달|년)\s*전(?!부터)|전에는|원래는|았었|었었|했었|졌었|렸었|왔었|갔었|됐었"
)
HEALED = re.compile(r"나았|완치|완쾌|회복(?:했|됐|돼서)|다\s*아물|아물었|좋아졌었|멀쩡해졌")
_NOW = re.compile(
    r"지금|오늘|아까|방금|어제|그제|그저께|엊그제|어젯밤|계속|요즘|요새|최근|이번|아직|여전|또(?![는한])|다시|며칠|새벽|아침|자꾸|현재|\d+일\s*(?:전|째)|이틀|사흘|얼마\s*전"
)
_BEGAN = re.compile(
    r"처음\s*(?:봤|보|발견|시작)|발견|시작|생겼|생긴|생기|생리|발정|출산|교배|전부터|때부터"
)
_PASSED = re.compile(r"[았었였했렸켰겼졌됐갔왔났봤셨쳤렀꼈썼쌌눴먹]|던|적\s*있|였")
_ASKS = re.compile(
    r"까요$|(?:는|은|인|건|한)지요?$|을까$|[할될일걸날쓸갈볼줄볼질]까$|려나|되나$|인가$|건가$|나여$|(?:인|은|는|건|던)가여$|[^그렇]죠$|어떡|어떻게\s*(?:해|하|되|될|치료|관리|먹|줘|확인|알)|어쩌(?:죠|나|면\s*좋)|궁금|얼마나\s|추천|알려\s*(?:주|줘)|가르쳐|[아어여해와워줘봐둬가켜려쳐여]도\s*(?:되|돼|될|괜찮|하나)|면\s*(?:되나|되죠|될|안\s*되|하나|할까)|야\s*(?:되|돼|될|하나|할까|하는지)|괜찮을|괜찮나|맞나|맞을|여쭤|문의|(?:해야|가야)\s*(?:하|할|되|돼|될)"
)
_ASKS_WITH_MARK = re.compile(
    r"죠|나$|까$|지$|안\s*(?:돼|되)|되[나는]|돼|괜찮|맞|위험|무슨|뭐|왜|어디|언제|누구|얼마|어느|인가|일까|건가|아닌|없을|있을|할\s*수|해도|면$|면\s"
)
_MARVELS = re.compile(r"왜\s*(?:이렇게|자꾸|계속|이리|저렇게|갑자기)|왜이렇게|왜자꾸")
_IN_GENERAL = re.compile(r"들은|들이|들도|원래\s|보통\s|일반적|대부분|경우에?|종류")
_IMAGINED = re.compile(
    r"만약|만일|혹시라도|까\s*봐|까봐|면\s*(?:어떡|어쩌|안\s*되|안\s*돼|큰일|좋겠|죽을|죽나|될|괜찮을)|다면|라면(?!서)|(?:일|할|될|올|날|걸릴|생길)\s*수도|(?:일|할|될|올|날|걸릴|생길|옮을|옮은)\s*(?:까|건가|거나)"
)
_INTENDS = re.compile(
    r"[할갈볼릴줄둘을킬쓸올알일살날길될말울들]게요$|겠습니다$|겠어요$|(?:병원|검사|예약|진료|응급실)[가-힣\s]*(?:갈|할|받을|잡을|가려|데려갈|가볼|예정|예약했)|지켜보(?:려|고\s*있)|(?:보내|올려|첨부)\s*(?:드려|드릴|드렸|볼|요$|했|합니다)|사진\s*(?:올렸|보냈|첨부|있)"
)
_KIN = r"(?:친구|이웃|옆집|윗집|아랫집|앞집|뒷집|지인|언니|누나|오빠|이모|고모|삼촌|사촌|조카|시댁|처가|친정|본가|부모님|할머니|할아버지|동료|선배|후배|룸메이?트?|룸메|아는\s*(?:분|사람|언니|동생|형|집)|회사|동네|유치원|남자친구|여자친구|남친|여친|동생)"
_ANIMAL = r"(?:길냥이|길고양이|떠돌이\s*(?:개|고양이)|유기견|아기\s*(?:냥이|고양이|강아지|토끼|새)|아깽이|동생\s*(?:냥이|고양이|강아지)|강아지|멍멍이|댕댕이|개|고양이|냥이|야옹이|애|아이|애들|아이들|녀석|토끼|앵무새|앵무|새|햄스터|말티즈|푸들|포메|시츄|비숑|치와와|리트리버|진돗개|웰시코기|시바|페럿|거북이|거북|고슴도치|기니피그|반려견|반려묘|노견|노묘)"
_SUBJECT = r"(?:이가|이는|이도|이|가|은|는|도|네|들이|들은|들도|께서|이랑은)"
_OTHERS = re.compile(
    rf"(?:{_KIN}\s*(?:네|집|이?\s*가?\s*키우는|의)?\s*(?:에서\s*키우는\s*)?(?:{_ANIMAL}\s*)?{_ANIMAL}|(?:첫째|둘째|셋째|막내|큰애|작은애|형제|남매|자매|(?:어미|엄마|죽은|떠난|무지개다리\s*건넌|옆\s*(?:칸|장|사육장|케이지|방))\s*(?:{_ANIMAL})|짝꿍|새끼들|나머지|상대|다른|딴|동거묘|동거견|(?:같이|함께)\s*(?:사는|키우는|지내는|있는|사는\s*다른)|새로\s*(?:온|데려온|데리고\s*온|입양한|들인)|(?:전에|예전에|저번에|같이|함께)?\s*(?:키우던|살던|기르던|있던)|또\s*다른|옆에\s*있는)\s*(?:{_ANIMAL}\s*)?(?P<name>[가-힣]{{1,4}}?)?)\s*(?P<called>[가-힣]{{1,4}}?)?\s*{_SUBJECT}(?=\s|$|[가-힣])"
)
# "고구마(딴애)는", "자두(말티)는": a name that has to be explained is another's.
_EXPLAINED = re.compile(r"[가-힣]{1,6}\([^)]{1,14}\)\s*(?:은|는|이|가|도)")
_THAT_ONE = re.compile(r"(?:걔|쟤|그\s*(?:애|아이|강아지|고양이|개|녀석|집))(?:는|가|도|네|은|이)?")
_THIS_ONE = re.compile(
    r"(?:얘|(?:울|우리|저희|내|제)\s*(?:할머니|할아버지|노령|늙은|막내|첫째|둘째)\s*(?:냥이?|멍이?|개|고양이|강아지|애|아이)|우리\s*(?:애|아이|강아지|고양이|개|냥이|토끼)|저희\s*(?:애|아이|강아지|고양이|개|집\s*애)|제\s*(?:강아지|고양이)|이\s*(?:아이|애|녀석))"
)
_PEOPLE = re.compile(
    r"(?<![가-힣])(?:제|저|나|내|남편|아내|와이프|신랑|엄마|아빠|딸|아들|할머니|할아버지|동생|언니|오빠|누나)(?:가|는|도|이|은|님이)\s|(?<![가-힣])(?:제|내)\s*(?:팔|손|다리|몸|피부|얼굴|목|배|발)(?:에|이|가|도|은|는)"
)
_PERSON_ACTS = re.compile(
    r"줬|줌|주었|먹였|먹이|봤|보니|보기|들었|데려|데리|만지|만졌|발견|밟|떨어뜨|씻|목욕|재|쟀|바꿨|놓|흘린|흘렸|두고|발라|산책|안아|안고|집에|없는|나간|출근|하시는데|했대|먹던|먹는"
)
_HEARSAY = re.compile(
    rf"(?:{_KIN}|엄마|아빠|남편|와이프|아내|인터넷|네이버|유튜브|블로그|카페|맘카페|구글|챗지피티|gpt|사람들|주변|누가)[가-힣]*\s*.*(?:래요|대요|라는데|다는데|라고\s*(?:하|해|그)|다고\s*(?:하|해|그)|그러는데|하던데|라던데|다던데|래서|대서|라네요|다네요|하시는데|하는데요?|봤는데)"
)
_QUOTED = re.compile(r"(?:[래대]요?|라네요|다네요|래서|대서|다던데|라던데|라고요?)$")
_SEEN = re.compile(r"[았었였했렸켰겼졌됐갔왔났봤셨쳤렀꼈썼쌌눴줬텄댔]다?(?:대|던데)요?$")
_BY_A_CLINIC = re.compile(r"병원|선생님|수의사|의사|원장|검사|진료")
_NOISE = re.compile(
    r"안녕하(?:세요|십니까)|안녕|반갑|감사(?:합니다|해요|드려요|드립니다)?|고맙(?:습니다|네요)|알겠(?:습니다|어요|네요)?|넵|수고|부탁(?:드려요|드립니다|해요|드릴게요)?|문의\s*(?:드려요|드립니다|드릴게요|합니다)|질문\s*(?:있|드)[가-힣]*|좋은\s*하루[가-힣\s]*|걱정(?:돼|되|이|스)[가-힣]*|무서워[가-힣]*|무섭[가-힣]*|속상[가-힣]*|죄송[가-힣]*|다행[가-힣]*|도와\s*주[가-힣]*|답변[가-힣\s]*|미치겠[가-힣]*|큰일[가-힣]*|눈물나[가-힣]*|상담\s*(?:받|하)[가-힣\s]*|급(?:해요|합니다)|어떡해[가-힣]*|어떡하[가-힣]*"
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|without)\b|n't\b|(?<![가-힣])안\s*[가-힣]|(?<=[은는이가을를도])안(?=[가-힣])|않|없|못|아니|전혀"
)
_OK_NEGATED = re.compile(
    r"소용\s*없|상관없|틀림없|정신\s*없|어쩔\s*수\s*없|끊임없|쉴새\s*없|수\s*없|안\s*좋|못\s*하|못해|낫지\s*않|얼마\s*안"
)
_HARMFUL = re.compile(
    r"(?:약|영양제|초콜릿|초코|포도|양파|간식\s*말고|사람\s*음식|백신|접종|주사|이상한\s*거|이상한거|다른\s*거|다른거|새로운|특별히|딱히|따로)"
)
# "떨진 않는데 헥헥거려요": the denied half is told among what is not so.
_DENIED_HEAD = re.compile(
    r"^\S{1,10}?(?:지는|지도|진|지)\s*(?:않|안)[가-힣]*(?:는데|은데|고|구|지만)\s+"
)
# "밥은 예전의 삼분의 일": measured by what was before, and so of now.
_COMPARES = re.compile(r"(?:예전|전|원래|평소|이전)(?:의|보다|에\s*비해|만큼)")
# What a pet is not given or kept with is a fact of its care.
_CARE = re.compile(r"비타민|칼슘|UVB|조명|건초|구충|심장사상충|예방약|중성화", re.I)
_CHAT = re.compile(
    r"키우|키워|궁금|모르|몰라|걱정|무서|보냈|보냄|보내|올렸|찍|알려|물어|문의|전화|검색|찾아|[갈할볼]게|가려|예약|다던데|놀랐|감사|죄송|안녕|그렇|그래|어떡|어떻|싶|부탁|도와|급하|급해|살려|울었|좋겠|상담|말씀|읽|썼는데|라고\s*(?:하|해)"
)
_NOT_GIVEN = re.compile(
    r"안\s*(?:먹였|먹이|먹인|줬|주었|준|발랐|만졌|건드렸|다녀왔)|(?:먹이|주|바르|만지)(?:지|진|지는|지도)\s*(?:는\s*)?않|아무렇지\s*않|아무\s*(?:이상|문제|일|증상)"
)
_EVENT = re.compile(
    r"적(?:은|이|도)?\s*(?:한\s*번도\s*|전혀\s*|아예\s*)?없|(?:건|것은|거는|일은|일도|것도|게|건은)\s*(?:전혀\s*|아예\s*|따로\s*)?(?:없|아니)"
)


def other_subject(text: str, pet: str, species: str, others: frozenset[str]) -> str | None:
    """Whose clause this is by its words: "pet", "other", or None when it does not say. The
    first that is named is meant."""
    ours = [match.start() for match in _ours(text, pet) if match]
    theirs = [
        match.start()
        for match in _theirs(text, species, others)
        if match and (not pet or pet not in match.group())
    ]
    if theirs and min(theirs) < min(ours, default=len(text)):
        return "pet" if _HURTS.search(text) else "other"
    return "pet" if ours else None


def _ours(text: str, pet: str) -> Iterator[re.Match[str] | None]:
    if pet:
        yield re.search(rf"{re.escape(pet)}(?!\s*(?:이?랑|와|과)\s)", text)
    yield _THIS_ONE.search(text)


def _theirs(text: str, species: str, others: frozenset[str]) -> Iterator[re.Match[str] | None]:
    yield _OTHERS.search(text)
    yield _THAT_ONE.search(text)
    yield _EXPLAINED.search(text)
    yield _species_pattern(species).search(text)
    for name in others:
        yield re.search(rf"(?<![가-힣]){re.escape(name)}이?{_SUBJECT}(?![가-힣])", text)


# What another animal does to this one is this one's story.
_HURTS = re.compile(
    r"물었|물어서|물렸|할퀴|할켜|공격|덤벼|덤비|밟|밀쳐|밀쳤|들이받|부딪|쪼아|쪼았|때려|때렸|올라타"
)


def names_of_others(text: str, pet: str) -> frozenset[str]:
    """Names that a text gives to other animals: "둘째 고양이 라떼가"."""
    found = {match.group(1) for match in _NAMED.finditer(text)}
    if pet:
        beside = re.compile(
            rf"{re.escape(pet)}(?:이)?(?:랑|와|과|하고)\s*(?:{_ORDER}\s*)?(?:{_ANIMAL}\s+)?([가-힣]{{2,4}}?)(?=\s|을|를|이\s|가\s|도\s|키우|같이|$)"
            rf"|([가-힣]{{2,4}}?)(?:이)?(?:랑|와|과|하고)\s*(?:{_ORDER}\s*)?{re.escape(pet)}"
        )
        found |= {one or two for one, two in beside.findall(text)}
        found -= set(_NO_NAMES)
    return frozenset(name for name in found if name not in (pet, f"{pet}이") and len(name) > 1)


_ORDER = r"(?:첫째|둘째|셋째|막내)"
_NO_NAMES = (
    "같이",
    "함께",
    "저희",
    "우리",
    "산책",
    "엄마",
    "아빠",
    "남편",
    "아이",
    "강아지",
    "고양이",
)
_NAMED = re.compile(
    rf"(?:첫째|둘째|셋째|막내|(?:같이|함께)\s*(?:사는|키우는|지내는)|다른|형제|동생|{_KIN}네)\s*(?:{_ANIMAL}\s+)?(?!{_ANIMAL})([가-힣]{{2,3}}?)이?(?:가|는|도|은|랑|와)(?=\s|$)"
)
_SPECIES = {
    "dog": r"강아지|멍멍이|댕댕이|반려견",
    "cat": r"고양이|냥이|야옹이|반려묘",
    "rabbit": r"토끼",
    "bird": r"앵무새|앵무|카나리아|문조|잉꼬",
    "hamster": r"햄스터",
    "ferret": r"페럿",
    "reptile": r"거북이?|도마뱀",
    "guinea_pig": r"기니피그",
}


def _species_pattern(species: str) -> re.Pattern[str]:
    words = "|".join(value for key, value in _SPECIES.items() if key != species)
    return re.compile(rf"(?<![가-힣])(?:{words})(?:는|가|도|이|은)(?=\s|$)")


def is_general(text: str) -> bool:
    return bool(_IN_GENERAL.search(text))


def is_person(text: str, signs: tuple[Named, ...]) -> bool:
    """An owner's own body: "저도 배탈이 났어요"."""
    return bool(_PEOPLE.search(text + " ")) and not _PERSON_ACTS.search(text) and bool(signs)


def is_hearsay(sentence: str, clause: str) -> bool:
    """What people or the internet say it might be; what a clinic said is a fact, and so is what a
    relative saw happen."""
    if _BY_A_CLINIC.search(sentence) and not re.search(r"인터넷|카페|유튜브|네이버", sentence):
        return False
    return (
        bool(_HEARSAY.search(sentence))
        and (
            bool(_QUOTED.search(clause))
            or "그러는데" in sentence
            or bool(re.search(r"라는데|다는데|라고\s*하|하시는데", clause))
        )
        and not _SEEN.search(clause)
    )


def is_asked(clause: Clause) -> bool:
    """Whether the end of a sentence asks."""
    text = clause.text
    if marvels(text):
        return False
    last = clause.pieces[-1]
    # "냄새나요" tells, "먹나요" asks: an ending of its own.
    asks = (last.text.endswith("나요") and last.tag[0] in "EVX" and last.text != "나요") or (
        last.text == "나요" and last.tag[0] == "E"
    )
    asks = asks or bool(re.search(r"[은는인던건한운큰픈쁜런른]가요$", text))
    return bool(asks or _ASKS.search(text) or (clause.asked and _ASKS_WITH_MARK.search(text)))


def marvels(text: str) -> bool:
    """ "왜 자꾸 긁을까요": what is wondered at is so."""
    return bool(_MARVELS.search(text)) and not _IN_GENERAL.search(text)


def is_imagined(text: str) -> bool:
    return bool(_IMAGINED.search(text))


def is_past(text: str) -> bool:
    if _BEGAN.search(text) or _COMPARES.search(text):
        return False
    return bool(PAST.search(text) or HEALED.search(text)) and (
        not _NOW.search(text) or bool(re.search(r"작년|예전|옛날|어릴|어렸", text))
    )


def is_beginning(text: str) -> bool:
    return bool(_BEGAN.search(text))


def is_of_today(text: str) -> bool:
    return bool(_NOW.search(text))


def is_in_past_tense(text: str) -> bool:
    return bool(_PASSED.search(text))


def stripped(text: str) -> str:
    """Without greetings, thanks and fear."""
    return re.sub(r"\s+", " ", _NOISE.sub("", text)).strip(" ,.")


def undenied(text: str) -> str:
    """Without the half of a sentence that only denies."""
    return _DENIED_HEAD.sub("", text)


def is_chat(text: str) -> bool:
    """Talk with the service, about owners and their worries."""
    return bool(_CHAT.search(text)) or intends(text)


def intends(text: str) -> bool:
    return bool(_INTENDS.search(text))


def is_denied(clause: Clause, signs: tuple[Named, ...]) -> bool:
    """Whether a clause only says what is not so. A lost function is a finding."""
    text = clause.text
    signs = tuple(one for one in signs if not one.is_conditional)
    if any(one.is_meant and one.sign.is_lost for one in signs):
        return bool(_HARMFUL.search(text)) and not re.search(r"밥|사료|물|소변|숨", text)
    if _EVENT.search(text):
        return True
    if signs:
        # "토사물에 피는 없었고": what is denied comes last.
        last = max(signs, key=lambda one: one.at)
        return not last.is_meant or not any(one.is_meant for one in signs)
    return not _CARE.search(text) and _denies_what_was_done(clause)


def _denies_what_was_done(clause: Clause) -> bool:
    """Of a clause without a sign: whether it denies, and no function of the body."""
    text = clause.text
    if re.search(r"못\s*(?:먹였|먹인|먹이|줬|맞췄|맞혔)", text):
        return False
    if _NOT_GIVEN.search(text):
        return True
    if not _NEGATED.search(text) or _OK_NEGATED.search(text):
        return False
    return bool(_HARMFUL.search(text)) or not lexicon().functions.search(clause.squeezed)
