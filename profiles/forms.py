"""Forms of the web pages. They collect; the services decide."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from drmaum.lib.text import UnreadableTextError, clean
from profiles.models import MedicalRecord, Pet, check_birth_date

YES_NO = [("", _("모름")), ("true", _("했어요")), ("false", _("안 했어요"))]


class CleanForm(forms.Form):
    """Texts are made safe to store before any other check."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and "password" not in name:
                try:
                    self.cleaned_data[name] = clean(value)
                except UnreadableTextError:
                    self.add_error(name, _("읽을 수 없는 글자가 들어 있어요."))
                    continue
                # Composing may lengthen a text past what its field had checked.
                longest = getattr(self.fields[name], "max_length", None)
                if longest and len(self.cleaned_data[name]) > longest:
                    self.add_error(name, _("조금 더 짧게 적어 주세요."))


def _email() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    return forms.EmailField(label=_("이메일"), max_length=254, widget=widget)


def _password(purpose: str, label: Any = None) -> forms.CharField:
    label = label or _("비밀번호")
    widget = forms.PasswordInput(attrs={"autocomplete": purpose})
    return forms.CharField(label=label, max_length=128, strip=False, widget=widget)


def _code() -> forms.RegexField:
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
    return forms.RegexField(
        r"^[0-9]{6}$",
        label=_("확인 번호"),
        widget=widget,
        error_messages={"invalid": _("여섯 자리 숫자를 입력해 주세요.")},
    )


class SignUpForm(CleanForm):
    email = _email()
    password = _password("new-password")
    name = forms.CharField(label=_("부르는 이름"), max_length=60, required=False)
    terms = forms.BooleanField(label=_("이용약관에 동의해요. (필수)"))
    privacy = forms.BooleanField(label=_("개인정보 수집·이용에 동의해요. (필수)"))
    overseas_ai = forms.BooleanField(
        label=_("상담 내용을 해외 AI 사업자(미국 Anthropic, OpenAI)가 처리하는 것에 동의해요."),
        help_text=_("동의하지 않아도 지식 문서를 바탕으로 한 답변을 받을 수 있어요."),
        required=False,
    )
    vet_review = forms.BooleanField(
        label=_("상담이 끝난 뒤 수의사가 상담 노트와 대화를 읽고 검토하는 것에 동의해요."),
        help_text=_("동의하지 않아도 상담 노트는 만들어져요. 언제든 바꿀 수 있어요."),
        required=False,
    )


class ConfirmForm(CleanForm):
    code = _code()


class LoginForm(CleanForm):
    email = _email()
    password = _password("current-password")


class AskResetForm(CleanForm):
    email = _email()


class ResetForm(CleanForm):
    code = _code()
    password = _password("new-password", _("새 비밀번호"))


class PetForm(CleanForm, forms.ModelForm):  # type: ignore[type-arg]
    is_neutered = forms.TypedChoiceField(
        label=_("중성화"),
        choices=YES_NO,
        required=False,
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    weight_kg = forms.DecimalField(
        label=_("몸무게(kg)"), min_value=0, max_value=200, decimal_places=2, required=False
    )
    allergies = SimpleArrayField(
        forms.CharField(max_length=80), label=_("알레르기"), required=False, max_length=30,
        help_text=_("여러 개면 쉼표로 나눠 주세요."),
    )  # fmt: skip
    conditions = SimpleArrayField(
        forms.CharField(max_length=80), label=_("앓고 있는 병"), required=False, max_length=30,
        help_text=_("예: 심장병, 슬개골 탈구"),
    )  # fmt: skip
    medicines = SimpleArrayField(
        forms.CharField(max_length=80), label=_("먹고 있는 약"), required=False, max_length=30
    )

    class Meta:
        model = Pet
        fields = [
            "name",
            "species",
            "breed",
            "birth_date",
            "is_birth_date_approximate",
            "sex",
            "is_neutered",
            "weight_kg",
            "allergies",
            "conditions",
            "medicines",
        ]
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean_birth_date(self) -> Any:
        born = self.cleaned_data["birth_date"]
        if born:
            check_birth_date(born)
        return born

    def clean_weight_kg(self) -> Any:
        weight = self.cleaned_data["weight_kg"]
        if weight is not None and weight <= 0:
            raise forms.ValidationError(_("몸무게를 다시 확인해 주세요."))
        return weight

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class RecordForm(CleanForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MedicalRecord
        fields = ["kind", "title", "happened_on", "notes"]
        widgets = {
            "happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 2}),
        }
