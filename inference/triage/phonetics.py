"""Korean as it sounds: spellings that sound alike become one ("먹었어요" and "머거써요").

The usual rules, simplified: a final consonant moves to a following silent one (liaison), final
consonants fall into the seven that are spoken, tense and lax initials and the vowels ㅐ and ㅔ
are one. Rules as in the Standard Pronunciation of the National Institute of Korean Language.
"""

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3

_LAX = dict(zip("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ", strict=True))
_MERGED = dict(zip("ㅐㅒㅔㅖㅙㅚㅞ", "ㅔㅔㅔㅔㅚㅚㅚ", strict=True))
_SPOKEN = dict(
    zip(
        "ㄲㄳㅋㄺㄵㄶㅌㅅㅆㅈㅊㄼㅀㄾㄽㄻㅍㅄㄿ",
        "ㄱㄱㄱㄱㄴㄴㄷㄷㄷㄷㄷㄹㄹㄹㄹㅁㅂㅂㅂ",
        strict=True,
    )
)
# Final before a vowel -> what stays, what moves on.
_LIAISON = {
    "ㄲ": ("", "ㄱ"), "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("", "ㄴ"), "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"), "ㄼ": ("ㄹ", "ㅂ"), "ㅀ": ("", "ㄹ"), "ㅄ": ("ㅂ", "ㅅ"), "ㅆ": ("", "ㅅ"),
    "ㅎ": ("", ""),
}  # fmt: skip


def as_heard(text: str) -> str:
    """Letters (jamo) as spoken; what is not Korean stays as it is."""
    heard: list[str] = []
    carried = ""
    for index, letter in enumerate(text):
        if not _FIRST <= ord(letter) <= _LAST:
            heard.append(letter)
            carried = ""
            continue
        initial, vowel, final = _parts(letter)
        if initial == "ㅇ":
            initial = carried
        carried = ""
        if final not in ("", "ㅇ") and _starts_silent(text, index + 1):
            final, carried = _LIAISON.get(final, ("", final))
        heard.append(_LAX.get(initial, initial))
        heard.append(_MERGED.get(vowel, vowel))
        heard.append("" if final == "ㅎ" else _SPOKEN.get(final, final))
    return "".join(heard)


def _parts(letter: str) -> tuple[str, str, str]:
    order = ord(letter) - _FIRST
    return (
        _INITIALS[order // 588],
        _VOWELS[order % 588 // 28],
        _FINALS[order % 28].strip(),
    )


def _starts_silent(text: str, index: int) -> bool:
    if index >= len(text) or not _FIRST <= ord(text[index]) <= _LAST:
        return False
    return _INITIALS[(ord(text[index]) - _FIRST) // 588] == "ㅇ"
