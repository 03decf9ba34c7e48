"""How Koreans type on a phone, made readable for rules.

A message is cut into sentences, each squeezed (no spaces, no jamo laughter, no emoji) with
spelling variants mapped to one form, so that a rule is written once. How a sentence is meant
as a whole (a question about the future, the past, a dream, someone else's animal) is read
here; how a single sign is meant (denied, averted, "what if") in `meant`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from inference.triage.spelling import VARIANTS, as_spoken

LONGEST_READ = 4000
TURNS_REMEMBERED = 3

_SENTENCE = re.compile(
    r"[.?!。\n…;~]+|ㅠ{2,}|ㅜ{2,}|ㅋ{2,}|ㅎ{2,}|(?<=[요죠까])[ ,]+(?=[가-힣])|(?<=[니었았했겠]다)[ ,]+(?=[가-힣])"
)
_NOISE = re.compile(r"[^가-힣a-z0-9%.,/℃°+]")
# A dot or comma survives only inside a number.
_POINT = re.compile(r"(?<!\d)[.,/]|[.,/](?!\d)")

_ABOUT = (
    r"(?:증상|원인|이유|종류|방법|차이|구별|예방|예방법|응급처치|대처|대처법|대처방법|골든타임|징후|전조|신호|"
    r"치료법|잠복기|확률|정상범위|기준)"
)
_QUESTION = re.compile(
    rf"{_ABOUT}[이가은는을를도에의]{{0,2}}(?:뭐|뭔|무엇|무슨|어떤|어떻|알려|알고|궁금|있나|있을까|있어요$|인가|인지|좀|어디|설명|배우)"
    rf"|{_ABOUT}$|(?:어떤|무슨|초기|주요|대표){_ABOUT}"
    r"|[아어여해줘려워봐타와겨]도(?:되|돼|될|괜찮[은아]?[가나지]|상관|무방|안전|문제없|좋[은을])"
    r"|(?:하|먹으|주|먹이|삼키|걸리|나|이|오|되|쓰러지|마시|핥으|쓰|바르|키우|맞히|맞으|시키|씹으)면(?:안되|안돼|안좋|어떻게되|어떻게돼|위험|큰일|죽|탈나|해롭|며칠|얼마|왜|독)"
    r"|면안되는|먹여도되|줘도되|미리알아|미리공부|대비하|대비해|만약에?|만일|혹시나중에|궁금해서|궁금합니다|궁금해요$|궁금한"
    r"|(?:할|일|될|생길|걸릴|먹을|쓰러질)경우|(?:강아지|고양이|토끼|햄스터|앵무새|개|새)(?:도|는|들은|들도)[가-힣]{1,16}(?:나요|는지|을까요|ㄹ까요|할까요|인가요)$"
    r"|버릇|어떻게고쳐|법[을좀]{0,2}알려|배우고싶|배워두|배우려|공부중|공부하|상식|왜(?:걸려|걸리|생기|생겨)|어떤견종|어떤종[이에]|잘걸리|잘걸려|무섭던데|무섭다던데|뉴스봤|미리알고|알아두|알아둘|준비하려|곧처음|증상하나도|어떻게알아|공부겸|현수막|말하는건가요|기준이있"
    r"|(?:안전한|괜찮은|위험한|해로운|독한|유해한)(?:가요|지요|건가요|편인가요|걸까요|거예요|제품|식물)"
)
_ACTION = re.compile(
    r"(?:둬|봐|지켜봐|기다려|가|자|있어|재워|놔둬|냅둬|내버려둬|넘어가|안가|미뤄)도(?:되|돼|될|괜찮)"
)
_HAPPENED = re.compile(
    r"[았었였했렸켰겼졌됐갔왔났샀봤셨쳤렀꼈썼폈쐈찼쌌눴혔렜쉈댔]|방금|지금|아까|자꾸|고있[어는네]|는중|조금전|좀전|[한간]전[에부]"
)
_PAST = re.compile(
    r"작년|재작년|예전|옛날|지난달|지난해|지난겨울|지난여름|몇달전|몇년전|\d+(?:년|달|개월)전|[한두세네석넉몇반][달해년]전|[일이삼사오육칠팔반]년전|[한두세네이삼몇]주전|\d+주전|[한두세네다섯]살때|\d+살때|(?<!건강)(?<!멀쩡)(?<!괜찮)(?<!활발)했던(?:아이|애)|왔던|시절|어릴적|구조당시|딩때|학생때|퇴원한지[가-힣0-9]{0,4}(?:개월|달|년|주)|수술한지[가-힣0-9]{0,4}(?:개월|달|년|주)|때가\d|그때진짜|지난겨울|초봄|반년|회복했고|나았고|^전에[가-힣]|지난(?:봄|가을|해)|(?:봄|여름|가을|겨울)에[가-힣]{0,10}(?:했|왔|받|나았)|"
    r"어릴때|어렸을|아기때|애기때|새끼때|퍼피때|적[이은도]?(?:한번|두번)?있|한적[이은도]?있|적있|이력|과거에|그때는|당시"
)
# It goes on today: what "now" is followed by has to be ill ("지금은 산도 타요" is not).
_STILL = re.compile(
    r"지금[가-힣]{0,5}(?:또|다시|못|안|숨|토|피|쓰러|경련|발작|축|떨|힘[이]?없|헐떡|이래|그래|이러|똑같|심|계속|비틀|하고있|멈|아파|아프|늘어|부|나와|나오)"
    r"|또|다시|오늘|방금|계속|아까|어제|며칠|갑자기|이번|똑같|시작했|새벽|아침|저녁|밤새|어젯밤"
)
# Over for good, unless the sentence turns to this very moment.
_OVER = re.compile(
    r"기일|떠난지|떠나보낸|하늘나라|무지개다리를?건(?:넌|너고|너서|넜던)|별이된|보낸지|트라우마|[일이삼사오\d]년전오늘|돌아가신"
    r"|키우던(?:개|강아지|고양이|애|아이)|예전애|전아이|완치|완쾌|재활(?:을)?(?:끝|마)|다아물|아물고|새살|털다났|털이다났"
)
_NOW = re.compile(
    r"방금|갑자기|오늘(?!로|이기|은제|우리)|이번|얘도|어제|아까|또|지금[가-힣]{0,5}(?:또|다시|못|안|숨|토|피|쓰러|경련|발작|축|떨|힘[이]?없|헐떡|이래|그래|이러|똑같|심|계속|비틀|하고있|멈|아파|아프|늘어|부|나와|나오)"
)
_OTHERS = re.compile(
    r"(?:친구|이웃|옆집|윗집|아랫집|앞집|지인|동생|언니|누나|오빠|이모|고모|삼촌|조카|사촌|시댁|처가|부모님|본가|"
    r"아는분|아는사람|아는언니|아는동생|회사사람|동료|직장동료|룸메|선배|후배)"
    r"(?:네|집|가?이?키우|분|의|[가-힣]{0,3}(?:강아지|고양이|개|토끼|푸들|말티즈|시바|햄스터))"
    r"|우리(?:개|강아지|고양이|애)는?아니|제(?:강아지|고양이|개|애)는?아니|단톡방|길고양이가|동네고양이|유기견이?"
)
# Not about an animal at all: a dream, a film, the owner's own body, a thing, a game.
_ELSEWHERE = re.compile(
    r"(?:꿈|드라마|영화|뉴스|소설|게임|웹툰|만화|다큐|예능|방송|티비|tv|동화|노래)(?:에서|에|속|을보|보다가|나오|나온|봤는데)"
    r"|(?:^|요즘|오늘|자꾸)(?:앱|어플|폰|핸드폰|휴대폰|버튼|화면|로그인|통장|시험|주식|노트북|컴퓨터|업데이트|저장|결제|사료값)(?:이|가|을|를|은|는|도|버튼|에|하고)?"
    r"|로봇청소기|다마고치|폰입니다|gps|병원놀이|알림장|드론|이어폰짝"
    r"|제(?:손가락|손등|손|몸|무릎|허리|심장)(?:이|가|은|도)|썰$|하소연|접니다|시험망"
    r"|제가[가-힣]{0,6}(?:체해|코로나|토하고난리|배탈|쓰러질|기절|숨차|숨이차|숨막|심장마비|다이어트|우울)"
    r"|남편이감기약먹고|팔로워|숨막히게예쁜|눈튀어나오게비싸"
    r"|위즐|데드슬립|빙키|붕가|개인기|죽은척|기절한척|모래목욕|플레멘|채터링|잠꼬대|개꿈|반겨요|펫전용무|진짜초코아님"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, squeezed, with how it is meant."""

    text: str
    is_question: bool
    is_past: bool
    is_third_party: bool
    is_elsewhere: bool = False
    is_about_today: bool = True
    turned: str = ""
    """The same as one would say it, where it is written otherwise."""

    @property
    def is_about_now(self) -> bool:
        return not (self.is_question or self.is_past or self.is_elsewhere)


def squeeze(text: str) -> str:
    """Lower-case, without spaces, emoji and jamo, spelling variants mapped to one form."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    plain = _POINT.sub("", plain)
    for pattern, word in VARIANTS:
        plain = pattern.sub(word, plain)
    return plain


def read_turns(
    text: str, history: Sequence[str]
) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """The sentences of a message, and of the owner's last messages before it, oldest first."""
    last = history[-TURNS_REMEMBERED:]
    earlier = chain.from_iterable(read(turn[:LONGEST_READ]) for turn in last)
    return read(text[:LONGEST_READ]), tuple(earlier)


@lru_cache(maxsize=256)
def read(text: str) -> tuple[Sentence, ...]:
    """The sentences of a message, in their order."""
    parts = (squeeze(part or "") for part in _SENTENCE.split(text))
    return tuple(_sentence(plain) for plain in parts if plain)


def _sentence(plain: str) -> Sentence:
    happened = bool(_HAPPENED.search(plain))
    still = bool(_STILL.search(plain))
    past = bool(_PAST.search(plain)) and not still
    asks = bool(_QUESTION.search(plain)) and not _ACTION.search(plain)
    return Sentence(
        text=plain,
        is_question=asks and not happened,
        is_past=past or (bool(_OVER.search(plain)) and not _NOW.search(plain)),
        is_third_party=bool(_OTHERS.search(plain)),
        is_elsewhere=bool(_ELSEWHERE.search(plain)),
        is_about_today=still,
        turned=turned if (turned := as_spoken(plain)) != plain else "",
    )
