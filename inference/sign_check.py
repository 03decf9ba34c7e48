"""Whether a line that a person wrote is a sign that can be used, and if not, why not in Korean."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inference.triage.reading import squeeze
from inference.triage.rules import shipped
from inference.triage.signs import SignError, compile_lookalike, compile_sign, fill, word_lists

LONGEST = 600
# How many ways of matching may be tried at one place of a text: triage runs in the request.
MOST_WAYS = 5_000
LONGEST_POWER = 100
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|\(\?<?[=!]|\(\?:|[()|]|.", re.DOTALL)
# Lazy or not, the ways are the same.
_REPEAT = re.compile(r"(?:([*+])|\{(\d*)(,?)(\d*)\}|(\?))\??")


def problems(text: str, *, known: Collection[str] = (), are_lookalikes: bool = False) -> list[str]:
    """One sentence for every line that cannot stand, with its number; `known` lines may."""
    found = []
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line in known:
            continue
        if reason := _reason(line, are_lookalikes=are_lookalikes):
            said = {"number": number, "line": line[:60], "reason": reason}
            found.append(_("%(number)d번째 줄 ‘%(line)s’: %(reason)s") % said)
    return found


def _reason(line: str, *, are_lookalikes: bool) -> str:
    if len(line) > LONGEST:
        return _("한 줄이 너무 길어요. 여러 줄로 나눠 주세요.")
    words = word_lists(shipped()["words"])
    named = re.findall(r"\{([^},\d][^}]*)\}", line)
    unknown = [name for name in named if name not in words]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in words)
        return _("{%(name)s}라는 낱말 목록은 없어요. 쓸 수 있는 목록: %(known)s") % {
            "name": unknown[0], "known": known,
        }  # fmt: skip
    try:
        pattern = _compiled(line, words, are_lookalikes=are_lookalikes)
    except (SignError, re.error, OverflowError, RecursionError):
        return _("괄호나 기호의 짝이 맞지 않아 읽을 수 없어요.")
    if pattern.search(""):
        return _("아무 말에나 걸려요. 빈 칸만 남은 ‘|’나 ‘?’가 있는지 봐 주세요.")
    # The lists of the book may repeat as they like; what a person writes is short and bounded.
    own = fill(line, dict.fromkeys(words, "가"))
    if ways(_compiled(own, {}, are_lookalikes=are_lookalikes).pattern) > MOST_WAYS:
        return _("읽는 데 너무 오래 걸려요. ‘*’와 ‘+’를 빼고, 띄어쓰기와 ‘..’을 줄여 주세요.")
    return _unheard(line, pattern)


def _compiled(line: str, words: dict[str, str], *, are_lookalikes: bool) -> re.Pattern[str]:
    if are_lookalikes:
        return re.compile(compile_lookalike(line, words))
    return compile_sign(line, words)


def _unheard(line: str, pattern: re.Pattern[str]) -> str:
    """Plain words have to be found in themselves: texts are read in one spelling, lower case."""
    if re.search(r"[(){}\[\]|\\?]", line):
        return ""
    heard = squeeze(line.replace("..", ""))
    if pattern.search(heard):
        return ""
    apart = " ".join(filter(None, map(squeeze, line.split())))
    kept = apart if apart.replace(" ", "") == heard else heard
    return _(
        "보호자의 말은 맞춤법을 고쳐 읽어서 이대로는 걸리지 않아요. ‘%(kept)s’처럼 적어 주세요."
    ) % {"kept": kept}


@dataclass
class _Frame:
    """An open parenthesis: the ways of its best branch so far, of this one, of its last atom.

    Of branches one fits, as a rule; where a group repeats, every branch is a choice each time.
    """

    best: float = 0
    choices: float = 0
    here: float = 1
    last: float = 1
    last_choices: float = 1
    is_look: bool = False

    def take(self, last: float, choices: float) -> None:
        self.here *= self.last
        self.last, self.last_choices = last, choices

    def branch(self) -> None:
        self.take(1, 1)
        self.best = max(self.best, self.here)
        self.choices += self.here
        self.here = 1

    def repeat(self, found: re.Match[str]) -> None:
        self.last = _repeated(self.last, self.last_choices, found)
        self.last_choices = self.last


def ways(pattern: str) -> float:
    """About the most ways in which a pattern may match at one place."""
    frames = [_Frame()]
    place = 0
    while place < len(pattern):
        if repeat := _REPEAT.match(pattern, place):
            frames[-1].repeat(repeat)
            place = repeat.end()
        elif atom := _ATOM.match(pattern, place):
            _take(atom.group(), frames)
            place = atom.end()
    frames[0].branch()
    return frames[0].best


def _take(atom: str, frames: list[_Frame]) -> None:
    if atom.startswith("("):
        frames.append(_Frame(is_look=atom[-1] in "=!"))
    elif atom == ")":
        closed = frames.pop()
        closed.branch()
        is_look = closed.is_look
        frames[-1].take(1 if is_look else closed.best, 1 if is_look else closed.choices)
    elif atom == "|":
        frames[-1].branch()
    else:
        frames[-1].take(1, 1)


def _repeated(once: float, choices: float, repeat: re.Match[str]) -> float:
    endless, low, comma, high, maybe = repeat.groups()
    if maybe:
        return once + 1
    if endless or (comma and not high):
        return math.inf
    least, most = int(low or 0), int(high or low or 0)
    if most > LONGEST or (choices > 1 and most * math.log10(choices) > LONGEST_POWER):
        return math.inf
    return (most - least + 1) * choices**most
