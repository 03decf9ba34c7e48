"""How Koreans type on a phone, made readable for rules.

A message is cut into sentences, each squeezed (no spaces, no jamo laughter, no emoji) with
spelling variants mapped to one form, so that a rule is written once. Meaning that turns a
sign around (negation, the past, a "what if", someone else's animal) is read here as well.
"""

import re
import unicodedata
from dataclasses import dataclass

# Spellings and baby talk -> the word in the rules. Applied to squeezed text.
VARIANTS: tuple[tuple[str, str], ...] = (
    (r"초코렛|쵸코렛|쵸콜릿|쵸콜렛|초콜렛|쪼꼬렛|쪼코", "초콜릿"),
    (r"초코(?!파이|송이|하임)", "초콜릿"),
    (r"쉬야|쉬아|오줌|소피", "소변"),
    (r"응아|응가|똥꼬?(?=을|를|도|이|싸|못|안|누)|대변|떵", "변"),
    (r"냥이|냐옹이|냥냥이|고앵이|괭이", "고양이"),
    (r"댕댕이|멍멍이|강쥐|갱얼쥐|멍뭉이", "강아지"),
    (r"견련|경련(?=을|이|도)?|갱련", "경련"),
    (r"햇(?=어|는|다|더|음|네|고)", "했"),
    (r"됫", "됐"),
    (r"먹엇", "먹었"),
    (r"삼켯", "삼켰"),
    (r"숨을?안쉬|숨을?못셔|숨을?않쉬", "숨을안쉬"),
    (r"어여(?=$|[.?~])", "어요"),
    (r"자이리톨|자일리톨껌|쟈일리톨", "자일리톨"),
    (r"타이레놀|타이래놀|타일레놀", "타이레놀"),
)
_VARIANTS = tuple((re.compile(pattern), word) for pattern, word in VARIANTS)

_SENTENCE = re.compile(r"[.?!。\n…]+|ㅠ{2,}|ㅜ{2,}|(?<=[요다죠])[ ,]+(?=[가-힣])")
_NOISE = re.compile(r"[^가-힣a-z0-9%.,/℃°]")
_TURN = re.compile(r"(?:는데|지만|은데|인데|ㄴ데|하고|고요?,)")

_QUESTION = re.compile(
    r"(?:[아어여해줘워]도(?:될|되|돼|괜찮|상관)|(?:하|먹으|주|삼키|걸리|나|이|오|되|쓰러지)면(?:어떻|어떡|어쩌|위험|안되|안돼|큰일|무슨|왜|증상|병원)"
    r"|(?:예방|구별|차이|증상이뭐|초기증상|종류|원인이뭐)|먹여도|줘도|주면|키워도|(?:할|일)경우)"
)
_ASKS = re.compile(r"(?:[나가까]요?|어때요?|할까|될까|인가|는지|알려|궁금|뭐예요|뭔가요)$")
_HAPPENED = re.compile(r"[았었였했렸켰겼졌됐갔왔났샀봤셨쳤]|방금|지금|계속|고있|중이|아까|자꾸")
_PAST = re.compile(
    r"작년|재작년|예전|옛날|지난달|지난해|몇달전|몇년전|\d+(?:년|달|개월)전|어릴때|아기때|전에.{0,12}적[이은도]?있|한적[이은도]?있|적있"
)
_STILL = re.compile(r"지금|또|다시|오늘|방금|계속|아까|어제|며칠|요즘|갑자기|이번")
_OTHERS = re.compile(
    r"(?:친구|이웃|옆집|윗집|아랫집|지인|동생|언니|누나|오빠|형|이모|부모님|본가|아는분|아는사람|회사사람|동료)(?:네|집|이?키우)"
    r"|뉴스에서|유튜브에서|인터넷에서|카페에서봤|영화에서|드라마"
)
_DENIAL = re.compile(
    r"^(?:을|를|이|가|은|는|도|하|하진|하지|지|진|거나|같은건|증상은|증상도|증세는|기운은|거린적은|적은|한적은|이나[가-힣]{1,4}[은는도])*"
    r"(?:안(?:하|해|했|나|났|보|먹|그|돼)|않|없|아니|아녜|못느)"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, squeezed, with how it is meant."""

    text: str
    is_question: bool
    is_past: bool
    is_third_party: bool


def squeeze(text: str) -> str:
    """Lower-case, without spaces, emoji and jamo, spelling variants mapped to one form."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    for pattern, word in _VARIANTS:
        plain = pattern.sub(word, plain)
    return plain


def read(text: str) -> list[Sentence]:
    """The sentences of a message. An owner's third party stays one until the message turns."""
    found: list[Sentence] = []
    for part in _SENTENCE.split(text):
        plain = squeeze(part or "")
        if plain:
            found.append(_sentence(plain))
    return found


def is_denied(sentence: str, end: int) -> bool:
    """Whether what was matched up to `end` is said not to be so."""
    return bool(_DENIAL.match(_TURN.split(sentence[end : end + 24])[0]))


def _sentence(plain: str) -> Sentence:
    happened = bool(_HAPPENED.search(plain))
    asks = bool(_QUESTION.search(plain)) or (bool(_ASKS.search(plain)) and not happened)
    return Sentence(
        text=plain,
        is_question=asks and not happened,
        is_past=bool(_PAST.search(plain)) and not _STILL.search(plain),
        is_third_party=bool(_OTHERS.search(plain)),
    )
