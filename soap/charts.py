"""The board's figures as charts of the portal's theme, each with the table that says the same."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import Urgency
from soap.board import HELPFUL, UNHELPFUL, Daily, Latency
from soap.draft import SECTIONS
from soap.edits import REWRITTEN, Drafting, Edits

COLOURS = {
    Urgency.EMERGENCY: "#dc2626", Urgency.URGENT: "#f59e0b", Urgency.SOON: "#3b82f6",
    Urgency.HOME: "#22c55e", Urgency.NOT_MEDICAL: "#9ca3af",
    HELPFUL: "#22c55e", UNHELPFUL: "#dc2626",
}  # fmt: skip
OTHERS = ("#9333ea", "#0ea5e9", "#f59e0b", "#22c55e", "#ef4444", "#64748b")
RATINGS = {HELPFUL: gettext_lazy("도움이 됐어요"), UNHELPFUL: gettext_lazy("도움이 안 됐어요")}
# The default structure is nobody's draft but the talk's own words.
NAMES = {"extraction": gettext_lazy("자동 요약")}
GREY = "#9ca3af"
MOST_AUTHORS = len(OTHERS)
Spoken = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """One line, or one colour of the bars."""

    label: str
    values: Sequence[float | None]
    colour: str


@dataclass(frozen=True)
class Chart:
    """A figure of the board. Without `series` the page shows `empty` in its place."""

    title: str
    explained: str
    empty: str
    component: str
    labels: Sequence[str] = ()
    series: Sequence[Series] = ()
    is_stacked: bool = False
    unit: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    is_open: bool = False
    """Whether the table says more than the chart, and so is not folded away."""

    @property
    def data(self) -> str:
        sets = [
            {
                "label": one.label, "data": list(one.values), "backgroundColor": one.colour,
                "borderColor": one.colour, "spanGaps": True, "borderWidth": 2, "pointRadius": 2,
                "maxBarThickness": 28,
            }
            for one in self.series
        ]  # fmt: skip
        if self.component == "bar":
            sets = [{**one, "borderWidth": 0} for one in sets]
        return json.dumps({"labels": list(self.labels), "datasets": sets})

    @property
    def options(self) -> str:
        """The theme's own options draw every bar into one, without a scale."""
        ticks = {"color": GREY, "precision": 0, "maxTicksLimit": 8, "maxRotation": 0}
        label = {"display": bool(self.unit), "text": self.unit, "color": GREY}
        stacked = {"stacked": self.is_stacked}
        whole = {"max": 100} if self.unit == "%" else {}
        return json.dumps(
            {
                "animation": False,
                "responsive": True,
                "maintainAspectRatio": False,
                "interaction": {"mode": "index", "intersect": False},
                "plugins": {
                    "legend": {
                        "display": True,
                        "position": "bottom",
                        "labels": {"color": GREY, "boxWidth": 10, "boxHeight": 10},
                    }
                },
                "scales": {
                    "x": {**stacked, "ticks": ticks, "grid": {"display": False}},
                    "y": {
                        **stacked, "beginAtZero": True, "ticks": {**ticks, "maxTicksLimit": 6},
                        "title": label, "grid": {}, **whole,
                    },
                },
            }
        )  # fmt: skip


def triage(mix: Daily, days: Sequence[date]) -> Chart:
    return _daily(
        mix, days, _whole, lambda name: str(Urgency(name).label), lambda name, _number: COLOURS[name],
        title=_("하루하루의 긴급도"),
        explained=_("보호자의 메시지를 트리아지가 어떻게 나눴는지예요. AI가 올린 것은 올린 대로 셌어요."),
        empty=_("메시지가 오면 날마다 응급이 몇 건인지 여기에 나타나요."),
        unit=_("건"),
    )  # fmt: skip


def ratings(given: Daily, days: Sequence[date]) -> Chart:
    return _daily(
        given, days, _whole, lambda name: str(RATINGS[name]), lambda name, _number: COLOURS[name],
        title=_("답변 평가"),
        explained=_("보호자가 답변에 남긴 평가예요. 처음 평가한 날에 셌어요."),
        empty=_("보호자가 답변을 평가하면 여기에 나타나요."),
        unit=_("건"),
    )  # fmt: skip


def costs(spent: Daily, days: Sequence[date]) -> Chart:
    return _daily(
        spent, days, _won, str, lambda _name, number: OTHERS[number % len(OTHERS)],
        title=_("모델 비용"),
        explained=_("끝난 모델 호출에 쓴 돈을 모델마다 더했어요."),
        empty=_("값이 매겨진 모델을 부르면 하루에 얼마를 썼는지 여기에 나타나요."),
        unit=_("원"),
    )  # fmt: skip


def latencies(found: dict[date, Latency], days: Sequence[date]) -> Chart:
    empty = _("답변이 나가면 보호자가 얼마나 기다렸는지 여기에 나타나요.")
    told = [day for day in days if day in found]
    lines = (
        (_("중앙값"), [found[day].p50 if day in found else None for day in days], OTHERS[0]),
        (_("90% 값"), [found[day].p90 if day in found else None for day in days], OTHERS[2]),
    )
    return Chart(
        title=_("답변 시간"),
        explained=_("메시지를 보낸 때부터 답변이 끝날 때까지예요."),
        empty=empty,
        component="line",
        labels=[_short(day) for day in days],
        series=[Series(*line) for line in lines] if told else [],
        unit=_("초"),
        columns=[_("날짜"), _("답변"), _("중앙값"), _("90% 값")],
        rows=[
            [f"{day}", _whole(one.answers), _seconds(one.p50), _seconds(one.p90)]
            for day, one in ((day, found[day]) for day in reversed(told))
        ],
    )


def acceptance(edits: Sequence[Edits]) -> Chart:
    """The share of sections that stood unchanged, by author; the table has the distance too."""
    authors = list(dict.fromkeys(one.drafting for one in edits))[:MOST_AUTHORS]
    shares = {(one.drafting, one.kind): round(100 * one.acceptance, 1) for one in edits}
    return Chart(
        title=_("초안을 그대로 둔 비율"),
        explained=_(
            "가장 최근에 승인된 노트(많아도 1,000건)에서 수의사가 한 글자도 고치지 않은 항목의"
            " 비율이에요. 고친 정도는 0%면 그대로, 100%면 모두 새로 쓴 거예요."
        ),
        empty=_("노트를 승인하면 AI 초안이 얼마나 쓸 만했는지 항목마다 여기에 나타나요."),
        component="bar",
        is_open=True,
        labels=list(SECTIONS) if edits else [],
        series=[
            Series(author_of(one), [shares.get((one, kind)) for kind in SECTIONS], OTHERS[number])
            for number, one in enumerate(authors)
        ],
        unit="%",
        columns=[_("초안을 쓴 곳"), _("항목"), _("승인된 항목"), _("그대로"), _("고친 정도")],
        rows=[
            [
                author_of(one.drafting), one.kind, _whole(one.sections),
                _percent(one.acceptance), _percent(one.distance),
            ]
            for one in edits
        ],
    )  # fmt: skip


def author_of(drafting: Drafting) -> str:
    name = str(NAMES.get(drafting.made_by, drafting.made_by))
    if drafting.prompt_version == REWRITTEN:
        return _("%(model)s · 다시 쓰기") % {"model": name}
    if drafting.prompt_version:
        told = {"model": name, "version": drafting.prompt_version}
        return _("%(model)s · 프롬프트 %(version)s") % told
    return name


def spoken(took: timedelta | None) -> str:
    """A length of time in its two greatest units."""
    if took is None:
        return "-"
    seconds = int(took.total_seconds())
    if seconds < 60:
        return _("%(count)d초") % {"count": seconds}
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return _("%(minutes)d분 %(seconds)d초") % {"minutes": minutes, "seconds": seconds % 60}
    if days < 1:
        return _("%(hours)d시간 %(minutes)d분") % {"hours": hours, "minutes": minutes % 60}
    return _("%(days)d일 %(hours)d시간") % {"days": days, "hours": hours % 24}


def _daily(
    found: Daily,
    days: Sequence[date],
    said: Spoken,
    named: Callable[[str], str],
    coloured: Callable[[str, int], str],
    **texts: Any,
) -> Chart:
    """Bars by day, one on the other; the table has the days that hold something, newest first."""
    names = [named(name) for name in found.names]
    return Chart(
        component="bar",
        is_stacked=True,
        labels=[_short(day) for day in days],
        series=[
            Series(label, [found.of(day, name) for day in days], coloured(name, number))
            for number, (name, label) in enumerate(zip(found.names, names, strict=True))
        ],
        columns=[_("날짜"), *names],
        rows=[
            [f"{day}", *(said(found.of(day, name)) for name in found.names)]
            for day in reversed(days)
            if day in found.numbers
        ],
        **texts,
    )


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _whole(number: float) -> str:
    return number_format(int(number), force_grouping=True)


def _won(number: float) -> str:
    return _("%(won)s원") % {"won": number_format(number, 1, force_grouping=True)}


def _seconds(number: float) -> str:
    return _("%(count)s초") % {"count": number_format(number, 1)}


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
