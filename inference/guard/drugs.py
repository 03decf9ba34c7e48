"""Medicines in Korean sentences: whether one is named, and whether its use is led to.

A sentence may warn of a medicine, ask what was swallowed, or say what a clinic does with it. It
may not say how much of it, how it gets into an animal, or that it is all right.
"""

import re

_BRANDS = (
    r"타이레놀|게보린|판콜|판피린|콜대원|펜잘|애드빌|부루펜|탁센|낙센|이지엔|챔프|스멕타|정로환|훼스탈|베아제|활명수|백초|겔포스|개비스콘"
    r"|후시딘|마데카솔|박트로반|지르텍|클라리틴|알레그라|베나드릴|후라시닐|멕소롱|세레니아|둘코락스|포타겔|아스피린|케토톱|신신파스|옥시풀|베타딘|포비돈|안티푸라민"
)
# The endings of international names: 이부프로펜, 아목시실린, 오메프라졸, 온단세트론 …
_ENDINGS = (
    r"[가-힣]{1,6}(?:프로펜|마이신|실린|플록사신|사이클린|솔론|메타손|프라졸|세트론|티딘|나졸|코나졸|벡틴|멕틴|라마이드|졸람|제팜|바르비탈|프라미드|펜타딘|마돌|콕시브"
    r"|록시캄|아미노펜|나프록센|피타이드|로민|리진|목실|라타딘|세미드|스타틴|디핀|롤롤|프릴)"
)
_KINDS = (
    r"(?:진통|해열|소염|소염진통|항생|지사|제산|소화|수면|안정|신경안정|진정|항히스타민|진해|거담|이뇨|항진균|지혈|근이완|구토억제|위산억제)제"
    r"|(?:갑상선|심장|구충|감기|기침|멀미|혈압|위장|배탈|설사|두통|생리통|알레르기|비염|피부|관절|체한\s*데|가스|변비|신경|무좀|당뇨|콧물|가려움|지사|소화|진통|물|가루|알|안)약"
    r"|스테로이드|시럽|연고|파스(?![튜텔])|좌약|현탁액|점안액|캡슐(?!\s*세제)|소독수|과산화수소|활성탄|유도제|소독용\s*(?:에탄올|알코올)|에탄올|인슐린(?!종)"
)
DRUG = re.compile(rf"{_BRANDS}|{_ENDINGS}|(?:{_KINDS})")
_HUMAN = re.compile(rf"{_BRANDS}|{_ENDINGS}")
# How much, how it gets in, or that it is all right.
_USE = re.compile(
    r"만큼|(?<![가-힣])(?:조금|소량|약간|살짝)(?:만|씩)|절반|몫|찰랑|마디|숟갈|숟가락|스푼|뚜껑|주사기|분의|(?<![가-힣])[한두세셋]\s*(?:방울|알|봉|병|포|쪽|조각|모금|번에)|둘로|반으로|반만"
    r"|쪼개|잘라|으깨|빻|가루\s*내|개어|녹여|숨겨|붙여|오려|뿌려|짜\s*(?:서|주|넣)|(?<!혈당을\s)(?:떨어뜨려|떨어뜨리)|흘려|부어|핥게|핥아요|삼키게|채웁|채워"
    r"|(?:에|로|에는|데는|에도)\s*(?:잘\s*)?(?:맞아요|맞습|들어요|듣습|좋아요|좋습|쓰여요|쓰입)|잘\s*(?:맞아|맞습|맞는|듣는|듣습|들어요)|성분은?\s*(?:같|비슷|동일)|(?:써|먹여|발라|넣어|줘|주셔|쓰셔)도\s|안전(?:해요|합니다|하니|하게\s*(?:쓰|먹))|도움이\s*(?:돼|됩)|효과(?:가|는)?\s*(?:있|좋|빨)"
    r"|탈이?\s*없|씁니다|쓰세요|쓰시면|나눠\s*(?:쓰|먹)|써\s*(?:보|주)|먹이면|주면|바르면|넣으면|먹입니다|줍니다|바릅니다|넣습니다|급여|투여(?:하|해)|(?:식후|식전|빈속|공복|시간마다|아침저녁|끼니)"
)
_WARNS = re.compile(
    r"마세요|마시고|말아|말고|안\s*(?:돼|되|됩)|금지|위험|독성|중독|해로|해칠|해쳐|피해야|피해\s*주|치명|망가|나빠|악화|깊어|상할|상하게|손상|출혈|않(?:아야|도록|게)|일으(?:킬|켜|키)|어려워질|부작용|알레르기가|심해질|더\s*[가-힣]{1,4}(?:질|날|릴)\s*수|늦어질|가려\s*(?:버|질)"
)
_UNWARNS = re.compile(
    r"(?:위험|해롭|해로|치명|중독|독성)\S{0,3}\s*(?:않|없|아니)|(?:위험|부작용)\S{0,2}\s*(?:적|낮|드물)"
)
_ASKS = re.compile(
    r"[?？]|확인|알려\s*(?:주|드)|적어|보관|치워|닿지|버리|버려|가져|이름|성분표|때문|전에|겹쳐|들어\s*있|나빠|오염|묻"
)
_DONE = re.compile(
    r"먹은|먹었|먹였|먹인|삼켰|삼킨|핥은|핥았|바른|발랐|썼|쓴\s|주셨|줬|넣은|넣었|마신|마셨|먹고\s*있|쓰고\s*있|복용\s*중|쓰던|먹던|떨어뜨린"
)
_BY_A_VET = re.compile(
    r"처방\s*(?:받|된|한)|수의사|병원|지시(?:받|대로|한|를)|치료(?:에|는|와|를|해|하)|수술|진료|주사(?!기)|검사|받을\s*수\s*있|받아요|계열"
)
_INTO_MOUTH = re.compile(
    r"(?<![가-힣])(?:입|혀|입안|입\s안|목|목구멍|혓바닥|입꼬리|목젖|혀뿌리)(?:에|에다|로|의)?\s*(?:위|안|속|옆|뒤|뒤쪽|안쪽|아래|깊숙한\s*곳|깊은\s*곳)?(?:에|에다|으로|로|깊숙이|깊이|를|을)\s*(?:[가-힣]{1,6}\s){0,3}?"
    r"(?:넣|흘려|흘리|올리|올려|얹|묻혀|밀어|짜|부어|붓는|머금|누르|눌러|자극(?:하면|하세요|해\s*(?:주|보)|하여)|떨어뜨)"
)
_EMETIC = re.compile(
    r"(?:소금|간장|겨자|식초|베이킹\s*소다|비눗물|세제|식용유|숯가루|고춧가루|된장)\S{0,3}\s*[^.?!\n]{0,24}?(?:먹이|먹여|마시게|들이켜|삼키|타서|풀어|떠먹|흘려|부어|머금|얹)"
    r"|(?:배|등|명치)(?:를|을)\s*(?:[가-힣]{1,3}\s)?(?:눌러|두드려|누르면|두드리면|때리면|흔들면)\s*[^.?!\n]{0,10}(?:올리|나오|나와|나옵|뱉|토)|(?<!떠)올리게\s*하|웩\s*하고|토(?:부터|를)?\s*시키(?:고|세요|면|는\s*게)|거꾸로\s*(?:들|매달|세우)\S{0,3}\s|(?:먹은|삼킨)\s*(?:게|것이|걸|것을)\s*(?:다\s*)?(?:나와요|나옵니다|올라와|쏟|뱉)|구역질이\s*(?:나|올라)\S{0,3}\s*[^.?!\n]{0,8}비"
)
_FEARED = re.compile(
    r"마세요|마시고|말고|위험|사레|기도로|억지로|묻혀도\s*되는지|안내|수의사|보이|넣었|다치|물릴|안\s*(?:돼|되|됩)|넣다가|부어(?:오|\s*(?:있|숨|침))"
)
# What carries on from a sentence that was held.
_GOES_ON = re.compile(
    r"나머지|한\s*번\s*더|다시\s*(?:한|먹|넣|부|발)|^\W*(?:그러고|그리고\s*나서|그\s*(?:뒤|다음)|이어서|안\s*\S{1,4}면|그래도)|(?:다음|두|세|둘째|셋째|첫)\s*(?:끼|번째|째)|같은\s*양|되풀이|두\s*(?:배|곱)|부터는|마다|아침\s*저녁|식후|식전|빈속|도로\s*나|남은\s*(?:것|약|양)"
)


def leads_to(plain: str) -> bool:
    """Whether a sentence names a medicine and does anything but warn, ask or tell of a clinic.

    With a source, a kind of medicine ("항생제") may be spoken of, but not its use. A name of a
    human medicine is not excused by a clinic in the same sentence.
    """
    has_source = not _HUMAN.search(plain) and "[" in plain
    return (not has_source and speaks_well_of(plain)) or tells_use_of(plain)


def tells_use_of(plain: str) -> bool:
    """Whether a sentence names a medicine and tells how it is used, or that it may be."""
    return bool(DRUG.search(plain)) and is_use(plain, by_a_vet=not _HUMAN.search(plain))


def is_use(plain: str, *, by_a_vet: bool = True) -> bool:
    """Whether a sentence tells how something is used or that it may be; warnings, what already
    happened, and (with `by_a_vet`) what a clinic does are not that."""
    if not _USE.search(plain) or _DONE.search(plain):
        return False
    if _WARNS.search(_UNWARNS.sub("", plain)):
        return False
    return not (by_a_vet and _BY_A_VET.search(plain))


def empties_stomach(plain: str) -> bool:
    """Whether a sentence tells to put something into a mouth, or how to make an animal vomit."""
    told = _INTO_MOUTH.search(plain) or _EMETIC.search(plain)
    return bool(told) and not _FEARED.search(plain)


def speaks_well_of(plain: str) -> bool:
    """Whether a sentence names a medicine without a warning, a clinic or what already happened."""
    if not DRUG.search(plain) or _DONE.search(plain) or _BY_A_VET.search(plain):
        return False
    return not _WARNS.search(_UNWARNS.sub("", plain)) and not _ASKS.search(plain)


def goes_on(plain: str) -> bool:
    """Whether a sentence carries on from the one before it."""
    return bool(_GOES_ON.search(plain))
