"""How one sign is meant: said to be so now, denied, just avoided, remembered, or imagined."""

import re

LOOKS_AHEAD = 30

# What may stand between a sign and the word that turns it, without starting a new thought.
_ON = r"(?:(?!는데|지만|은데|인데|던데|면서|해서|어서|아서|[가-힣]고[가-힣])[가-힣])"
_TURN = re.compile(r"(?:는데|지만|은데|인데|던데|하고|고요?,)")
_LISTED = (
    r"(?:구토|토|설사|혈변|기침|콧물|재채기|경련|발작|호흡곤란|열|발열|출혈|피|통증|무기력|떨림|부기|붓기|마비|침흘림|"
    r"절뚝|이상|외상|상처|고름)"
)
_DENIED = re.compile(
    r"^(?:을|를|이|가|은|는|도|요|하|하진|하지|지|진|질|거나|거나하|같은|건|것|게|증상|증세|기운|기색|기미|낌새|거린|적|한|된|인|일|할|정도|느낌|한번|전혀|별로|딱히|"
    rf"(?:이나|나|이랑|랑|와|과|,)?{_LISTED}(?=을|를|이|가|은|는|도|없|안|이나|나|,)|거나[가-힣]{{1,4}}지)*"
    r"(?:안(?:하|해|했|나(?!오|와)|났|보|먹|그|돼|되|들|느|생|있)|않|없(?!이계속)|아니(?!야\?)|아녜|아녀|아닌(?!가|지)|못느)"
    r"|^x"
)
_DENIED_LATER = re.compile(
    rf"^{_ON}{{0,9}}?(?:건|것|거|게|적|상황|정도|상태|증상|일|흔적|기억)(?:은|이|도|는|까지|까진)?"
    r"(?:한번도|하나도|전혀|절대|단한번도)?(?:아니(?!야\?)|아닌(?!가|지|거)|아녜|아녀|없)"
    rf"|^{_ON}{{0,6}}?지(?:는|도|를|은)?(?:{_ON}{{0,8}}지도)?(?:않|못하진)"
    rf"|^{_ON}{{0,7}}?줄(?:로)?(?:만)?(?:알|착각|$)"
)
_AVERTED = re.compile(
    r"^[가-힣]{0,4}뻔|^[가-힣]{0,2}기(?:도)?(?:바로)?(?:직)?전에|^(?:으)?려(?:고|다|는|던|하)(?!.{0,8}(?:안나|못|힘))|^지(?:도)?못하게"
)
_IMAGINED = re.compile(
    r"^(?:을|를|이|가|은|는|도)?(?:하|되|으|이|나|오|리|지|쉬|시|거리|보|가|우|여|히|키|기|치|서|쓰|물|놓|먹)?(?:면|려면|다면|거든)(?!서|역|봉|제)"
    r"|^[가-힣]{0,3}(?:할|될|일|올|날|을|릴|질|쉴|칠|볼|갈|울|킬|경우|때)[가-힣]{0,14}(?:되나|되죠|하나요|해야하|해야돼|어떻게|하죠$|될까|좋나|대처)"
    r"|^[가-힣]{0,3}(?:까봐|을까봐|면어떡|을지걱정)"
    r"|^[가-힣]{0,4}(?:다는(?:말|게|걸|글|건|거|소리)|다고들|라는(?:게|건|말)|다던데|라던데요?$)"
    r"|^[가-힣]{0,4}기도(?:하|해)|^[가-힣]{0,3}지어떻게알|^[가-힣]{0,3}(?:인지|는지)(?:구분|구별|확인|알수|아는)"
)
_ASKED = re.compile(r"^[가-힣]{0,4}(?:나요|을까요|ㄹ까요|은가요|는가요|나여)$")
_GENERIC = re.compile(
    r"왜|말기|보통|주로|몇|얼마|처음|(?:수컷|암컷|노견|대형견|소형견|강아지|고양이|개|새|토끼|햄스터|거북이)(?:은|는|들은|도|한테만|만)"
)
_WITHIN = re.compile(r"[키이하오나되리지가치으쓰물놓]면(?:몇|어떻|안|얼마|죽|위험|큰일)")
_REMEMBERED = re.compile(
    r"^[가-힣]{0,4}던(?!지|데|가|거든)|^(?:었|았)(?=었|던)|^[가-힣]{0,2}었었|^(?:어서|아서|해서|고|뒤|후)[가-힣]{0,8}(?:수술|입원|치료|퇴원)[가-힣]{0,6}(?:했던|받았던|했었|받았었)"
)
_ENDS_IN_PAST = re.compile(r"[았었였했렸켰겼졌됐갔왔났샀봤셨쳤렀꼈썼]$")
_NOT_BEFORE = re.compile(r"(?:^|[은는도가이을를서데고만잘요다더별혀번직아])(?:안|않)$")


def is_meant(sentence: str, start: int, end: int, *, is_about_today: bool = True) -> bool:
    """Whether the sign at `start` to `end` of a squeezed sentence is said to be so now.

    `is_about_today`: the sentence says when, and it is now; what it remembers still goes on.
    """
    tail = sentence[end : end + LOOKS_AHEAD]
    sign = sentence[start:end]
    if _DENIED.match(_TURN.split(tail)[0]) or _DENIED_LATER.match(tail) or _AVERTED.match(tail):
        return False
    if _NOT_BEFORE.search(sentence[max(0, start - 4) : start]):
        return False
    if not is_about_today and _REMEMBERED.match(tail):
        return False
    if _ENDS_IN_PAST.search(sign):
        return True
    imagined = _IMAGINED.match(tail) or _WITHIN.search(sign)
    asked = _ASKED.match(tail) and _GENERIC.search(sentence)
    return not imagined and not asked
