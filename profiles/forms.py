"""Forms of the web pages. They collect; the services decide."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from drmaum.lib.text import UnreadableTextError, clean
from profiles import ages, breeds
from profiles.models import MedicalRecord, Pet, check_birth_date, check_happened_on

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


def _number() -> forms.NumberInput:
    return forms.NumberInput(attrs={"inputmode": "numeric"})


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


class AddressForm(CleanForm):
    email = _email()


class AskResetForm(AddressForm):
    pass


class PasswordForm(CleanForm):
    password = forms.CharField(
        label=_("비밀번호"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ResetForm(CleanForm):
    code = _code()
    password = _password("new-password", _("새 비밀번호"))


class PetForm(CleanForm, forms.ModelForm):  # type: ignore[type-arg]
    """Name and species are enough. Who does not know the birthday tells an age."""

    age_years = forms.IntegerField(
        label=_("나이(살)"), min_value=0, max_value=119, required=False, widget=_number()
    )
    age_months = forms.IntegerField(
        label=_("개월"), min_value=0, max_value=11, required=False, widget=_number()
    )
    is_neutered = forms.TypedChoiceField(
        label=_("중성화"),
        choices=YES_NO,
        required=False,
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    weight_kg = forms.DecimalField(
        label=_("몸무게(kg)"),
        min_value=0,
        max_value=200,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
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
        widgets = {
            "birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "breed": forms.TextInput(attrs={"autocomplete": "off", "list": "breeds"}),
        }

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

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        given["breed"] = breeds.named(given.get("species", ""), given.get("breed", ""))
        years, months = given.get("age_years"), given.get("age_months")
        if (years or months is not None) and "birth_date" not in self.changed_data:
            given["birth_date"] = ages.born(years=years or 0, months=months or 0)
            given["is_birth_date_approximate"] = True
        return given

    @property
    def breeds(self) -> dict[str, list[breeds.Breed]]:
        """Names to choose from, by species."""
        return breeds.by_species()

    @property
    def parts(self) -> list[dict[str, Any]]:
        """How the page folds what may be left out; what is wrong lies open."""
        named = {
            _("나이, 품종, 몸무게"): ("birth_date", "age_years", "age_months",
                "is_birth_date_approximate", "breed", "weight_kg"),
            _("성별과 중성화"): ("sex", "is_neutered"),
            _("알레르기, 병, 약"): ("allergies", "conditions", "medicines"),
        }  # fmt: skip
        return [
            {
                "title": title,
                "names": names,
                "fields": [self[name] for name in names],
                "is_open": any(name in self.errors for name in names),
            }
            for title, names in named.items()
        ]

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

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day:
            check_happened_on(day)
        return day
