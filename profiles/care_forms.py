"""Forms of a pet's page: weighings, and what is due."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles import care, weighing
from profiles.forms import CleanForm
from profiles.models import Care

INTERVALS = [
    ("", _("한 번만")),
    ("30", _("매달")),
    ("91", _("세 달마다")),
    ("182", _("반년마다")),
    ("365", _("해마다")),
]


def day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class WeighForm(CleanForm):
    kg = forms.DecimalField(
        label=_("몸무게(kg)"),
        min_value=weighing.LEAST,
        max_value=weighing.MOST,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    measured_on = day_field(
        _("잰 날"), initial=timezone.localdate, validators=[weighing.check_measured_on]
    )


class CareForm(CleanForm):
    title = forms.CharField(label=_("내용"), max_length=80)
    kind = forms.ChoiceField(label=_("종류"), choices=Care.Kind.choices)
    due_on = day_field(_("예정일"), validators=[care.check_due_on])
    every_days = forms.TypedChoiceField(
        label=_("되풀이"), choices=INTERVALS, required=False, coerce=int, empty_value=None
    )


class CareChangeForm(CleanForm):
    due_on = day_field(_("예정일"), validators=[care.check_due_on])
    every_days = forms.TypedChoiceField(
        label=_("되풀이"), choices=INTERVALS, required=False, coerce=int, empty_value=None
    )
    remind_days = forms.IntegerField(label=_("며칠 전에 알림"), min_value=0, max_value=90)
    is_reminded = forms.BooleanField(label=_("메일로 알려 주세요"), required=False)

    @classmethod
    def of(cls, row: Care) -> "CareChangeForm":
        names = ("due_on", "every_days", "remind_days", "is_reminded")
        form = cls(initial={name: getattr(row, name) for name in names}, auto_id=f"{row.pk}-%s")
        form._offer(row.every_days)
        return form

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        sent = self.data.get("every_days") if self.is_bound else None
        if sent and str(sent).isdecimal() and 0 < int(sent) <= 3650:
            self._offer(int(sent))

    def _offer(self, days: int | None) -> None:
        """An interval that came over the API has no name, and must not be lost."""
        field: Any = self.fields["every_days"]
        if days and str(days) not in dict(INTERVALS):
            field.choices = [*INTERVALS, (str(days), f"{days}일마다")]


def accepted(given: Any, codes: Iterable[str]) -> dict[str, date | None]:
    """The ticked proposals, each with the day on which it was done last. Raises ValidationError."""
    last = day_field("", required=False, validators=[care.check_done_on])
    return {code: last.clean(given.get(f"last-{code}", "")) for code in codes}
