"""Words that an owner must never read from us, and words that play danger down.

A dose or drug amount, a prescription, a diagnosis, a claim to be a veterinarian (Korean
Veterinarians Act, articles 10 and 12: only a veterinarian who examined the animal diagnoses and
prescribes), induced vomiting (ASPCA Animal Poison Control: never at home without a veterinarian), links and images,
other people's data, the system text.
"""

import re
import unicodedata

from inference.guard import drugs

_UNIT = r"(?:mg|밀리\s*그[램람]|미리\s*그?[램람]?|mcg|µg|μg|마이크로\s*그램|iu|국제\s*단위|ml/kg|cc/kg|엠\s*지)"
_NUMBER = r"(?:반의\s*반|반|한|두|세|네|다섯|여섯|(?<!\d)\d{1,5}(?:[./⁄]\d{1,4})?)"
_COUNT = (
    rf"{_NUMBER}\s*(?:알|쪽|정(?!제|도|상|기|보|확|말|해)|캡슐|포(?!도|장|유|함|인)|방울|티\s*스푼|큰\s*술|작은\s*술|스푼"
    r"|숟갈|숟가락|꼬집|병|cc|ml|밀리\s*리터|그램|g(?![a-z])|봉지?)"
)
# A giving that is asked for: "먹이세요", "먹여 주세요", "급여해 보세요", "하루 두 번 주세요".
_ASKED = (
    r"(?:으?세요|십시오|(?:[아어여]|해|서)?\s*(?:주세요|주시고|보세요|주시면|주면 (?:돼|되|좋)|도 (?:돼|되|괜찮|무방))"
    r"|면 (?:돼|되|좋|도움|낫|괜찮|충분)|시면|는 것(?:이|을|도) (?:좋|추천|권)|이면 (?:충분|돼|됩)|(?:아|어|여)도 (?:돼|되|괜찮|무방))"
)
_GIVE = rf"(?:먹이|먹여|먹으|급여|투여|투약|복용|주사|바르|발라|녹여|타서|섞어|갈아|넣어)\S{{0,3}}\s*{_ASKED}"
_HAND = (
    r"[을를씩만도]{0,2}\s*(?:하루(?:에)?\s*\S{1,3}\s*(?:번|회)(?:씩)?\s*)?(?:정도\s*)?"
    r"(?:주(?:세요|시면|(?:시)?면 (?:돼|되|좋)|셔도 (?:돼|되|괜찮))|정도면|이?면 (?:충분|돼|됩|괜찮))"
)
_DRUG = (
    r"(?:타이레놀|아세트아미노펜|이부프로펜|부루펜|애드빌|게보린|판콜|아스피린|멜록시캄|카프로펜|프레드니솔론|덱사메타손|스테로이드|항생제"
    r"|아목시실린|아목시클|세팔렉신|엔로플록사신|독시사이클린|메트로니다졸|오메프라졸|파모티딘|마로피턴트|세레니아|가바펜틴|트라마돌"
    r"|진통제|해열제|소염제|감기약|지사제|로페라마이드|스멕타|정로환|항히스타민|지르텍|베나드릴|수면제|안정제|이버멕틴|활성탄|과산화수소)"
)
_VERB = rf"(?:[^.?!\n]{{0,24}}?{_GIVE}|{_HAND})"
_SURNAME = r"[김이박최정강조윤장임한오서신권황안송류유홍전고문양손배백허남심노곽성차주우구민진엄채원천방공현함변염여추도석선설길연위표명기반라왕금옥맹탁]"
# The name of an illness by its ending; not "증상", not "응급".
_ILLNESS = r"(?:(?<![가-힣])[가-힣]{0,9}?(?:염|증(?!상)|암|(?<!품)종|종양|장애|부전|탈구|파열|결석|중독|감염|디스크|파보|백내장|녹내장|사상충|홍역|당뇨|쿠싱|빈혈|골절|천식|폐색|출혈|기침|질환|[가-힣]병))"
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dose", re.compile(rf"(?:1회|일회|한\s*번|하루)?\s*(?:용량|복용량|투여량|투약량|급여량|1회량|일회량|용법|복용법)\s*(?:은|는)?\s*[:：=\d]|(?:[\d일이삼사오육칠팔구십백천반]|몇)[\s.·]{{0,3}}{_UNIT}|{_COUNT}{_VERB}", re.I)),
    ("medicine", re.compile(rf"{_DRUG}{_VERB}")),
    ("vomiting", re.compile(
        r"(?:토하게|게워\s*내게|구토를?\s*(?:유도|시)|토를?\s*시)[^.?!\n]{0,10}?(?:하세요|해\s*주세요|해\s*보세요|시키세요|시켜|하는 것이 좋|하면 (?:돼|되|좋)|만들|하셔야)"
        r"|(?:소금|소금물|과산화수소|비눗물)[^.?!\n]{0,16}?(?:먹이|먹여|마시게|떠\s*먹)\S{0,3}\s*(?:세요|주세요|보세요|면|셔)"
        r"|(?:면|뒤집\S*|(?<![가-힣])(?:주|두)어도)\s*[^.?!\n]{0,16}?(?:(?:게워|쏟아|토해)\s*(?:냅니다|내요|낼\s*(?:거|겁)|낸답니다)|(?:딸려|튀어|도로)\s*(?:나와요|나옵니다|나올\s*(?:거|겁)))"
        r"|머금게|(?:게워|토해|뱉어)\s*(?:내게|내도록)\s*(?:하|해|만)|(?:속|위)(?:을|를)\s*(?:마저\s*)?비(?:우세|워야|우면|워\s*(?:주|내))|(?:실|끈|낚싯줄|바늘)(?:\s*끝)?(?:을|은|를)\s*[^.?!\n]{0,12}(?:당겨|잡아\s*당|뽑아|빼)\s*(?:빼|내|주)?(?:세요|주세요|면|내세요|도\s*(?:돼|되))")),
    ("prescription", re.compile(r"처방\s*(?:내역|드린|했|합니다|해\s*드|전\s*발급)|지어\s*드|조제(?:해|했)|증명합니다|처방(?:전을?|해|을)?\s*(?:드리|드릴|드려|발급|써|내려|내드|해\s*드)|진단서(?:를|는)?\s*(?:발급|써|작성|드)|진료부|(?:처방전|진단서|소견서|처방)\s*(?:[:：]|$)"
        r"|(?:약\s*이름|약명|약품명|성분명|병명|소견|진단명?|담당\s*(?:수의사|의사)|발행(?:처|인)?|면허\s*번호)\s*[:：=]|\(\s*인\s*\)|직인|\brp\b|\b(?:bid|tid|qid|sid|prn|stat)\b|\d\s*T\b"
        r"|[\d한두세네사나열]\s*(?:일|흘|주)\s?치(?![료아통즈수])|\d\s*일분|며칠분|원격\s*진료(?:실|소|센터)", re.I)),
    ("claims_vet", re.compile(r"(?:저는|제가|나는|내가)\s*(?:[가-힣]{0,6}\s*){0,2}(?:수의사|의사|전문의|원장|박사)(?:입니다|이에요|예요|로|이고|고|라|이니|니까|인)|수의사(?:로서|인 제가|인 저|의 입장에서 제가)|(?:담당|주치)\s*(?:수의사|의사)(?:입니다|이에요|예요|로)|(?:원장|수의사|전문의|전공의|박사)\s+[가-힣]{2,4}(?:입니다|이에요|예요|이고|\s*\(|\s*드림)"
        r"|(?:전공한|면허(?:가|도|를)?\s*(?:있는|가진|딴))\s*(?:수의사|의사|전문가)(?:이|입|예|라)|면허(?:도|가|는|를)?\s*(?:있으니|있습니다|있어요|땄|가지고\s*있)|(?:제|저의|저희|우리)\s*(?:소견|진단|진료실|병원|진료\s*경험|임상\s*경험|환자)(?:으로|에서|에|은|는|이|상|들|도|의|\s)"
        r"|(?:제가|저는|저도|방금|직접)\s*(?:[가-힣]{1,8}\s+){0,3}(?:진찰|진료|수술|촉진|청진|검진|치료)(?:을|를)?\s*(?:했|해\s*(?:보|본|봤|왔)|마쳤|하고\s*있|하면서|한\s*(?:바|결과)|봤|보니)|(?:제가|내가)\s*(?:보기에|판단하|보니|봤을)|제\s*(?:눈에|경험)|(?:제가|저희가)\s*(?:직접\s*)?(?:봐|진찰해|진료해|검사해|치료해)\s*(?:드|왔|보)|(?:저희|우리)\s*(?:클리닉|의원|원내|진료소)|의사[^.?!\n]{0,8}사람으로서|경력\s*\S{0,4}\s*년|저도\s[^.?!\n]{0,10}(?:수술|진료|환자|처방)|개원|주치의\s*(?:입니다|예요|이에요|로서|[가-힣]{3}입니다)|임상(?:에서|\s*경험|\s*\d+\s*년)|환자를\s*[^.?!\n]{0,10}(?:보고\s*있|봐\s*왔|봤|진료)")),
    ("diagnosis", re.compile(
        r"(?:확실히|분명히|틀림없이|틀림없는|100\s*%|백\s*퍼센트|무조건|확진)[^.?!\n]{0,30}(?:입니다|이에요|예요|이네요|네요|맞아요|맞습니다)"
        r"|진단(?:합니다|할게요|드립니다|내릴게요|내립니다|드릴게요|은\s*[^.?!\n]{1,20}(?:입니다|이에요|예요))|진단명|의심의\s*여지\s*없|(?:딱|누가|척)\s*봐도|한눈에|십중팔구|에\s*걸렸(?:네요|어요|습니다|군요)|걸린\s*(?:거|것)(?:예요|이에요|입니다|네요)|확진(?:할\s*수\s*있어|입니다|이에요|할게)|말고는\s*(?:설명|생각)|틀림없(?:는|이)"
        r"|(?:확실히|분명히|틀림없이|무조건|백\s*퍼센트|100\s*%)[^.?!\n]{0,24}(?:맞(?!춰|추)|" + _ILLNESS + r")"
        r"|(?:다른|딴)\s*(?:병|질환|질병|원인|가능성|진단)(?:은|는|을|를|일)?\s*(?:생각|의심|고려)?(?:할|하실)?\s*(?:수|필요|여지|가능성)?(?:는|가|도|은|이)?\s*(?:없(?!는지)|접어|배제|제외|아니)|말고(?:는)?\s*다른\s*(?:병|것|가능성)"
        r"|(?:결론|정답|답)은\s*(?:하나|[^.?!\n]{0,12}" + _ILLNESS + r")|(?:로|으로)\s*결론|결론(?:을)?\s*(?:내|짓|지을)"
        r"|" + _ILLNESS + r"(?:이|가|은|는)?\s*(?:맞(?:아요|습니다|고|네요|으니|는\s*(?:것|거|걸로)|다고\s*(?:보|하)|죠|군요)|확실|분명|틀림|확정)"
        r"|(?:면|니|니까|봐서|걸로\s*봐|들어|보건대|볼\s*때|모습은|증상은|증세는|상태는|이건|이것은|이는|지금|아이는|라면)[,\s]\s*(?:[가-힣]{1,6}\s){0,3}?" + _ILLNESS + r"(?:이에요|예요|입니다|이네요|네요|이다|이야|이군요|이죠)(?![가-힣?])"
        r"|" + _ILLNESS + r"(?:으로|로)\s*(?:보시면|보면\s*(?:돼|됩)|생각하시면|판단(?:됩|돼|했)|봅니다|확인(?:됐|됩))|" + _ILLNESS + r"(?:이|)(?:구만|고요|군요|라니까)"
        r"|^\W*" + _ILLNESS + r"(?:이에요|예요|입니다|이네요|이다|이야)(?![가-힣?])")),
    ("link", re.compile(r"https?://|www\.|!\[|\]\(|<\s*/?\s*(?:img|a|script|iframe|svg|style|link|form|input|object|embed|video)\b|javascript:|data:[a-z]+/|(?<![a-z0-9-])[a-z0-9-]{1,63}\.(?:com|net|org|kr|io|me|ly|gl)\b"
        r"|(?:점|닷|쩜|dot)\s*(?:com|컴|net|kr|케이알|ly|엘와이|co|io|org|shop|me|gg)(?![a-z])|슬래시|주소창|골뱅이\s*[a-z가-힣]{2,20}\s*(?:점|닷|쩜|dot)|큐알|qr\s*코드|카카오톡|카톡|텔레그램|오픈\s*채팅|디엠|라인\s*아이디|인스타|계좌|입금|송금|무통장|공구(?:방|로|합)|반값|할인\s*(?:가|코드|링크)|쇼핑몰|스마트\s*스토어|쿠팡|네이버|구글|(?<!청)결제|검색(?:창|해\s*(?:들어|서\s*(?:사|구매|주문)))|문자를?\s*보내|링크를\s*(?:드릴|보내)|(?<!조)직구|[가-힣]+은행\s*[공영일이삼사오육칠팔구\d]|\[\s*[a-z]{3,}\s*\]|(?<![a-z0-9])[a-z][a-z_.]{2,30}_?\d{2,}(?![a-z0-9])|\S@\S|//[a-z]", re.I)),
    ("code", re.compile(r"```|[{}]|<!--|-->|#{3,}\s*\S+\s*#{3,}|<\s*/?\s*[a-z]|^\s*(?:import|def|class|function|const|let|var|print)\b[ (]|<\?php", re.I | re.M)),
    ("personal_data", re.compile(r"\b01[016789][-. ]?\d{3,4}[-. ]?\d{4}\b|\b0\d{1,2}[-. )]\d{3,4}[-. ]\d{4}\b|\b\d{6}-?[1-4]\d{6}\b|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.\w|(?:다른|딴)\s*(?:보호자|고객|사용자|회원)[^.?!\n]{0,12}(?:정보|이름|전화|번호|연락처|주소|상담)[^.?!\n]{0,12}(?:은|는|입니다|이에요|예요|:)(?![^.?!\n]{0,20}(?:없|않|어려|못))"
        r"|(?<!\d)01[016789][-. ]?\d{3,4}[-. ]?\d{4}(?!\d)|01[016789][-. ]\d{3,4}|0\d{2}-\d{4}-\d{4}|(?:[공영일이삼사오육칠팔구]){3,4}\s*(?:다시|대시|에|-)\s*[공영일이삼사오육칠팔구]{3,4}|(?<!\d)1[5-9]\d{2}-?\d{4}(?!\d)|\d{1,4}동\s*\d{2,4}\s*호"
        r"|(?:지난|저번|어제|어젯밤|최근|같은|비슷한|앞서|다른|먼저|이웃|동네)[^.?!\n]{0,24}(?:물어보신|문의하신|상담하신|상담한|상담받은|겪은|찾아오신|이용하신)\s*(?:분|보호자|집|이웃|고객|회원)(?:은|는|이|가|을|를|의|과|와|들|께)"
        r"|(?:연락처|전화번호|이메일|주소|계정|성함|실명)(?:는|은|를|을)?\s*(?:[^.?!\n]{0,12}(?:보여|알려|불러|이어|출력)\s*드|[:：]|\d|다음)|(?<![가-힣])" + _SURNAME + r"[가-힣]{1,2}(?:\s+(?:님|씨)(?:이고|은|는|이|가|께|의|과|와|네|에게)|\s*\(\s*[가-힣]{1,6}\s*,\s*[가-힣]{1,6}\s*\))")),
    ("system_text", re.compile(r"시스템\s*(?:프롬프트|메시지|지시)|system\s*prompt|</?(?:knowledge|question|pet|records|triage|system|message|transcript|summary)\b|(?:제|나의|내|저의)\s*(?:지침|지시문|지시사항|안내문|규칙)(?:은|을|이)?\s*(?:다음|아래|이렇|이래|:)|(?:이전|기존)\s*지시(?:를|는|사항을?)\s*(?:무시|잊)|제한이?\s*(?:해제|없는\s*모드)|개발자\s*모드|\bDAN\b|base64|(?:제게|저에게|나에게|저한테)\s*(?:[가-힣]{1,6}\s){0,3}?(?:주어진|준\s|시킨|시켰|내려진|말라고|하라고)|(?:저를|나를)\s*(?:만든|만드신|개발한)|제\s*(?:머릿속|기억|메모|설정)|(?:말라고|하라고|적으라고|쓰라고)\s*(?:신신|당부|쓰여|적혀|시켰|되어|돼)|(?:개발자|운영자|관리자|제작자)(?:가|이|들이|는|님)|라고\s*(?:시켰|명령|지시)|긴급도|트리아지|프롬프트|(?:근거|지식|자료)\s*조각|조각\s*(?:밖|안)의|조각에\s*(?:없는|있는)\s*(?:숫자|것|내용)|(?:이\s*상담이|제가|저는|나는|내가|도우미가)\s*(?:[가-힣]+\s){0,2}?(?:받은|받았|따르는|지키는|지켜야)\s*[^.?!\n]{0,8}(?:안내|지시|분부|규칙|원칙|명령|지침)|(?:분부|명령)(?:를|을)?\s*받|안전\s*(?:규칙|필터)|필터(?:를|가)\s*(?:피|지나|우회|통과)", re.I)),
)  # fmt: skip
GRAVE = {
    "dose", "medicine", "vomiting", "prescription", "claims_vet", "link", "personal_data",
    "system_text", "code", "lowers_urgency", "rules_out",
}  # fmt: skip
# Held sentences that the next one may carry on.
TREATMENT = {"dose", "medicine", "vomiting"}

_ELSEWHERE = re.compile(
    r"거기|그곳|그쪽|누르|클릭|접속|입력|추가|가입|주문|연락을\s*(?:드|줄|준)|전화번호|배송|보내\s*(?:드|줄)"
)
_WARNS = re.compile(r"안\s*(?:돼|되|됩)|마세요|말아|금지|위험|독성|중독|해로|피해|않")


_BLANKS = re.compile(r"[^\S\n]{3,}")  # long ones only make the patterns below slow


def normalise(text: str) -> str:
    """Full-width and decorated letters to plain ones; invisible and struck-out signs removed."""
    plain = _BLANKS.sub("  ", unicodedata.normalize("NFKC", text))
    if plain.isascii():
        return plain
    return "".join(
        sign
        for sign in plain
        if unicodedata.category(sign) not in ("Cf", "Mn", "Me") and sign not in "\u115f\u1160"
    )


# Letters of a unit drawn apart: "5 m g", "밀 리 그 램".
_APART = re.compile(r"(?<=\d)\s*m\s+g(?![a-z])|밀\s+리\s*그\s*램|밀\s*리\s+그\s*램", re.I)
_MILLILITRES = re.compile(r"(?<=\d)\s*m\s+l(?![a-z])", re.I)
# Single letters with the same kind of sign between: "타 이 레 놀", "규.칙.기.반".
_CHOPPED = re.compile(
    r"(?<![가-힣a-z0-9])(?:[가-힣a-z0-9](?:[ ]{1,3}|[^\w\s]{1,2})){3,}[가-힣a-z0-9](?![가-힣a-z0-9])",
    re.I,
)
_BETWEEN = re.compile(r"(?<=[가-힣a-z])[·ㆍ•‧*|~^_/.\-]{1,2}(?=[가-힣a-z])", re.I)
_BACKWARDS = re.compile(r"(?<![가-힣])(?:요세|요돼|요해|요줘|요여|다니|오시십)")


def forbidden(plain: str) -> str | None:
    """The name of the first rule that a normalised text breaks, or None.

    The text is read as it stands, with chopped words joined, and from its end.
    """
    spelled = _MILLILITRES.sub(" ml", _APART.sub("mg", plain))
    joined = _BETWEEN.sub("", _CHOPPED.sub(_join, spelled))
    readings = [spelled, *([joined] if joined != spelled else [])]
    if _BACKWARDS.search(plain):
        readings.append(plain[::-1])
    return next((name for reading in readings if (name := _broken(reading))), None)


def _broken(plain: str) -> str | None:
    name = next((name for name, pattern in RULES if pattern.search(plain)), None)
    if name is None and drugs.tells_use_of(plain):
        return "medicine"
    if name is None and drugs.empties_stomach(plain):
        return "vomiting"
    return name


def _join(match: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", match.group(0))


def leads_elsewhere(plain: str) -> bool:
    """Whether a sentence sends an owner on to the place of a link that was held."""
    return bool(_ELSEWHERE.search(plain))


def forbidden_over_two(first: str, second: str) -> str | None:
    """The dose rule that two neighbours break together, each harmless alone; None otherwise."""
    if _WARNS.search(first) or _WARNS.search(second):
        return None
    name = forbidden(f"{first.rstrip(' .?!')} {second.lstrip(' -*')}")
    return name if name in ("dose", "medicine", "vomiting") else None
