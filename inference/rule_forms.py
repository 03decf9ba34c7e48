"""The forms of the list of red flags: a rule, the test box, the signature."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from inference import rulebook, sign_check
from inference.models import TriageRule
from inference.rule_editing import GUARDED
from inference.triage.rules import shipped
from inference.triage.types import PetFacts
from profiles.models import Pet, Species

LONGEST_TEXT = 4000
SIGNS_HELP = _(
    "보호자가 할 만한 말을 한 줄에 하나씩 적어요. 어미는 떼고 줄기만 적으면 여러 말투가 걸려요.<br>"
    "· 띄어 쓰면 사이에 여섯 글자까지 끼어도 찾아요: ‘숨 가빠’는 “숨이 너무 가빠요”도 찾아요.<br>"
    "· ‘..’은 열여섯 글자까지 건너뛰어요: ‘토하 .. 피’. 사이에 ‘안’이나 ‘없’이 끼면 걸리지 않아요.<br>"
    "· (가빠|거칠)은 둘 가운데 하나라는 뜻이고, {blood}처럼 낱말 묶음을 부를 수도 있어요."
)
LOOKALIKES_HELP = _(
    "여기 적은 말은 읽기 전에 지워요. 예를 들어 ‘숨 못’이 신호일 때 ‘숨바꼭질’을 적어 두면 "
    "놀이 이야기에 걸리지 않아요."
)
ADVICE_HELP = _("비워 두면 안내 묶음의 말을 그대로 써요.")
GROUPS = {
    "go": _("바로 출발"),
    "poison": _("중독"),
    "breath": _("호흡 곤란"),
    "seizure": _("경련"),
    "bleed": _("출혈"),
    "heat": _("열사병"),
    "thread": _("실·끈·이물"),
    "sameday": _("오늘 안에 진료"),
    "booked": _("며칠 안에 진료"),
}


def group_name(advice: str) -> Any:
    return GROUPS.get(advice, advice)


class TriageRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """`may_sign` is set by the portal: without it only texts change and signs are added."""

    may_sign = False
    species = forms.MultipleChoiceField(
        label=_("동물 종류"),
        choices=Species.choices,
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("하나도 고르지 않으면 모든 동물에 써요."),
    )
    advice = forms.ChoiceField(
        label=_("안내 묶음"),
        required=False,
        widget=widgets.UnfoldAdminSelectWidget,
        help_text=_("‘지금 할 일’과 ‘하지 말 일’을 비웠을 때 보여 줄 말이에요."),
    )

    class Meta:
        model = TriageRule
        fields = [
            "id", "category", "urgency", "species", "signs", "lookalikes", "why", "now", "avoid",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "id": _("영어 소문자와 밑줄로 짧게 지어요: ‘eye_pain’. 나중에 바꿀 수 없어요."),
            "category": _("배너에서 보호자에게 보이는 이름이에요."),
            "signs": SIGNS_HELP,
            "lookalikes": LOOKALIKES_HELP,
            "why": _("왜 위험한지 한 문장으로, 보호자가 놀라지 않게 적어 주세요."),
            "now": ADVICE_HELP,
            "avoid": ADVICE_HELP,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "advice" in self.fields:
            groups = [(name, group_name(name)) for name in shipped()["advice"]]
            self.fields["advice"].choices = groups  # type: ignore[attr-defined]
            self.fields["advice"].initial = self.instance.rest.get("advice", "go")
        is_likeness = self.instance.section == rulebook.LIKENESS
        locked = (*GUARDED, "signs") if is_likeness else GUARDED
        for name in locked if is_likeness or not self.may_sign else ():
            if name in self.fields:
                self.fields[name].disabled = True

    def clean_id(self) -> str:
        rule_id: str = self.cleaned_data["id"]
        if rulebook.is_shipped(rule_id) or rule_id.startswith("like_"):
            raise forms.ValidationError(_("이미 있는 이름이에요. 다른 이름을 지어 주세요."))
        return rule_id

    def clean_signs(self) -> str:
        text = self._clean_lines("signs")
        kept = set(text.splitlines())
        missing = [line for line in self._stored("signs") if line not in kept]
        if missing and not self.may_sign:
            message = _("신호를 지우거나 바꾸는 일은 수의사만 할 수 있어요: %(line)s")
            raise forms.ValidationError(message, params={"line": missing[0][:60]})
        has_others = self.instance.rest.get("parts") or self.instance.section == rulebook.LIKENESS
        if not text and not has_others:
            raise forms.ValidationError(_("신호가 되는 말을 한 줄은 적어 주세요."))
        return text

    def clean_lookalikes(self) -> str:
        return self._clean_lines("lookalikes", are_lookalikes=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "advice" in self.fields and not rulebook.is_shipped(self.instance.pk or ""):
            self.instance.rest = {**self.instance.rest, "advice": cleaned.get("advice") or "go"}
        return cleaned

    def _clean_lines(self, name: str, *, are_lookalikes: bool = False) -> str:
        text: str = self.cleaned_data[name]
        known = self._stored(name)
        if found := sign_check.problems(text, known=known, are_lookalikes=are_lookalikes):
            raise forms.ValidationError(found)
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())

    def _stored(self, name: str) -> list[str]:
        """The lines that stand already. They are read before the form fills its instance."""
        text: str = self.initial.get(name, "")
        return [line.strip() for line in text.splitlines() if line.strip()]


class TrialForm(forms.Form):
    text = forms.CharField(
        label=_("보호자의 말"),
        max_length=LONGEST_TEXT,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    earlier = forms.CharField(
        label=_("앞서 한 말 (한 줄에 하나, 오래된 것부터)"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    species = forms.ChoiceField(
        label=_("동물 종류"), choices=Species.choices, widget=widgets.UnfoldAdminSelectWidget
    )
    sex = forms.ChoiceField(
        label=_("성별"),
        required=False,
        choices=[("", _("모름")), *(one for one in Pet.Sex.choices if one[0] != Pet.Sex.UNKNOWN)],
        widget=widgets.UnfoldAdminSelectWidget,
    )
    is_neutered = forms.NullBooleanField(
        label=_("중성화"), required=False, widget=widgets.UnfoldAdminNullBooleanSelectWidget
    )
    age_months = forms.IntegerField(
        label=_("나이 (개월)"),
        required=False,
        min_value=0,
        max_value=1440,
        widget=widgets.UnfoldAdminIntegerFieldWidget,
    )
    weight_kg = forms.FloatField(
        label=_("몸무게 (kg)"),
        required=False,
        min_value=0,
        max_value=500,
        widget=widgets.UnfoldAdminDecimalFieldWidget,
    )
    conditions = forms.CharField(
        label=_("앓는 병 (쉼표로 나눠요)"),
        required=False,
        max_length=300,
        widget=widgets.UnfoldAdminTextInputWidget,
    )

    @property
    def pet(self) -> PetFacts:
        given = self.cleaned_data
        conditions = (one.strip() for one in given["conditions"].split(","))
        return PetFacts(
            species=given["species"],
            sex=given["sex"] or None,
            is_neutered=given["is_neutered"],
            age_months=given["age_months"],
            weight_kg=given["weight_kg"],
            conditions=tuple(one for one in conditions if one),
        )

    @property
    def turns(self) -> tuple[str, ...]:
        return tuple(line for line in self.cleaned_data["earlier"].splitlines() if line.strip())


class SignatureForm(forms.Form):
    version = forms.CharField(max_length=16, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("이름"), max_length=60, widget=widgets.UnfoldAdminTextInputWidget
    )
    licence = forms.CharField(
        label=_("수의사 면허번호"), max_length=20, widget=widgets.UnfoldAdminTextInputWidget
    )
    is_confirmed = forms.BooleanField(
        label=_("이 판의 규칙을 모두 읽었고, 수의사로서 맞다고 확인해요."),
        widget=widgets.UnfoldBooleanWidget,
    )
