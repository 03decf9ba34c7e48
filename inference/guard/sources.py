"""Who a sentence says it has something from: a number, a study, an authority."""

import re
from collections.abc import Iterable

# Numbers in any other bracket than ours: a reader would take them for sources.
_BRACKETED = re.compile(
    r"[【〔〖⟦〚「『《〈{]\s*\d{1,3}\s*[】〕〗⟧〛」』》〉}]|[¹²³⁴-⁹]|\(\s*(?:출처|참고\s*문헌)|출처\s*[:：]|제\s*\d+\s*-\s*\d+\s*호"
)
_AUTHORITY = re.compile(
    r"논문|학회|연구진|연구팀|연구소|연구원|학술지|저널|수의대|대학교?(?!병)|교수|공문|교과서|가이드라인|지침(?!\s*(?:을|를)?\s*따)|협회|통계|조사\s*결과|실험|연구(?=가|에|는|로|결과|\s*결과|\s)|발표|밝혀졌|밝혀진|밝혔|증명|입증|[\d열한두세네섯곱덟홉백십]\s*쪽에|페이지|자료(?:를\s*보면|에\s*(?:따르|의하|그렇)|에는|에서)|유튜브|블로그|뉴스|기사에"
)


def invented(plain: str, passages: Iterable[str]) -> bool:
    """Whether a normalised sentence leans on somebody whom none of its passages names."""
    if _BRACKETED.search(plain):
        return True
    known = "\n".join(passages)
    return any(match.group(0) not in known for match in _AUTHORITY.finditer(plain))
