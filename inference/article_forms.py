"""The forms of the library: an article, a file to bring in, a term."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from chat.models import Urgency
from inference.article_reasons import REASONS, told_in_korean
from inference.keeping import LONGEST_TERM, WrongTerm
from inference.knowledge.importing import lines, terms
from inference.knowledge.importing.errors import Unfit
from inference.knowledge.importing.given import LONGEST_OWN, LONGEST_TITLE, USUAL_TERM, Given
from inference.knowledge.importing.plain import cleaned
from inference.knowledge.importing.reading import KINDS, MOST_BYTES
from inference.knowledge.loading import HEADING, HEADINGS, SECTIONS
from inference.models import Article
from inference.owners_eyes import unfit_sentence
from profiles.models import Species

CATEGORIES = [(name, others[0]) for name, others in terms.CATEGORIES.items()]
URGENCIES = [one for one in Urgency.choices if one[0] != Urgency.NOT_MEDICAL]
NOTHING = ("", "---")
LONGEST_LINE = 300
BODY_HELP = _(
    "갈래마다 ‘## 제목’ 줄로 시작하고, 목록은 줄 앞에 ‘- ’를 붙여요. 쓸 수 있는 제목은 "
    "%(headings)s예요. 쓰지 않는 갈래는 제목까지 지워 주세요. 용량·처방·진단·링크는 적을 수 없어요."
) % {"headings": ", ".join(SECTIONS)}


class LinesField(forms.CharField):
    """A list, a line each."""

    def __init__(
        self, *, read: Callable[[str], Any] = str, write: Callable[[Any], str] = str, **more: Any
    ) -> None:
        rows = more.pop("rows", 4)
        widget = widgets.UnfoldAdminTextareaWidget(attrs={"rows": rows})
        super().__init__(widget=widget, max_length=20_000, **more)
        self.read, self.write = read, write

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(self.write, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = cleaned(super().clean(value))
        found = [line.strip() for line in text.splitlines() if line.strip()]
        if any(len(line) > LONGEST_LINE for line in found):
            message = _("한 줄은 %(most)d자까지 적을 수 있어요.")
            raise forms.ValidationError(message, params={"most": LONGEST_LINE})
        try:
            return [self.read(line) for line in found]
        except Unfit as error:
            raise forms.ValidationError(told_in_korean(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _a_year_on() -> date:
    return timezone.localdate() + USUAL_TERM


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]
    category = forms.ChoiceField(
        label=_("분류"), choices=[NOTHING, *CATEGORIES], widget=widgets.UnfoldAdminSelectWidget
    )
    urgency = forms.ChoiceField(
        label=_("긴급도"), choices=[NOTHING, *URGENCIES], widget=widgets.UnfoldAdminSelectWidget
    )
    species = forms.MultipleChoiceField(
        label=_("동물 종류"),
        choices=Species.choices,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
    )
    conditions = LinesField(
        label=_("질환"),
        read=lines.condition_of,
        write=lines.condition_line,
        help_text=_("한 줄에 하나씩: 한글 이름 | 영어 이름 | 다른 이름, 다른 이름"),
    )
    says = LinesField(
        label=_("보호자의 말"),
        required=False,
        rows=6,
        help_text=_(
            "보호자가 할 만한 말을 한 줄에 하나씩 적어 주세요. 찾을 때만 쓰고 보이지 않아요."
        ),
    )
    sources = LinesField(
        label=_("출처"),
        read=lines.source_of,
        write=lines.source_line,
        help_text=_("한 줄에 하나씩: 발행처 | 제목 | 연도 | 주소 (연도와 주소는 없어도 돼요)"),
    )

    # Fields of this form, not of the model's: without them the form knows the others only.
    LISTED = ("category", "urgency", "species", "conditions", "says", "sources")

    class Meta:
        model = Article
        fields = [
            "title", "category", "urgency", "species", "conditions", "says", "body", "sources",
            "licence", "expires_at",
        ]  # fmt: skip
        widgets = {"body": widgets.UnfoldAdminTextareaWidget(attrs={"rows": 24})}
        help_texts = {
            "body": BODY_HELP,
            "licence": _(
                "어떤 조건으로 쓸 수 있는 글인지 적어 주세요. 직접 쓴 글이면 ‘직접 작성’."
            ),
            "expires_at": _("이 날부터는 답변에 쓰이지 않아요. 3년 안의 날로 정해 주세요."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "licence" in self.fields:
            self.fields["licence"].required = True
        if "conditions" in self.fields and self.instance.pk and not self.instance.conditions:
            self.fields["conditions"].required = False
        if self.instance.pk is None:
            self.initial.setdefault("expires_at", _a_year_on())
            self.initial.setdefault("body", "\n\n\n".join(f"## {name}" for name in SECTIONS))
            if isinstance(self.initial.get("species"), str):
                self.initial["species"] = self.initial["species"].split(",")

    def clean_title(self) -> str:
        title = cleaned(self.cleaned_data["title"]).strip()
        if len(title) > LONGEST_TITLE:
            message = _("제목은 %(most)d자까지 적을 수 있어요.")
            raise forms.ValidationError(message, params={"most": LONGEST_TITLE})
        _refuse_unfit(title)
        return title

    def clean_sources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cleaned_data["sources"]
        if not found:
            raise forms.ValidationError(_("출처를 한 줄은 적어 주세요."))
        return found

    def clean_body(self) -> str:
        body = cleaned(self.cleaned_data["body"]).strip()
        was_free = bool(self.instance.pk) and not _is_by_our_headings(self.initial.get("body", ""))
        if not was_free:
            _check_sections(body)
        if len(body) > LONGEST_OWN:
            message = _("본문은 %(most)d자까지 적을 수 있어요.")
            raise forms.ValidationError(message, params={"most": LONGEST_OWN})
        _refuse_unfit(HEADING.sub("", body))
        return body

    def clean_expires_at(self) -> date:
        day: date = self.cleaned_data["expires_at"]
        is_kept = self.instance.pk and day == self.initial.get("expires_at")
        return day if is_kept else _in_term(day)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("파일"),
        widget=widgets.UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(KINDS)}),
        help_text=_("Markdown, PDF(글자가 있는 것), HTML, CSV. 20MB와 200쪽까지예요."),
    )
    publisher = forms.CharField(
        label=_("발행처"), max_length=120, required=False, widget=widgets.UnfoldAdminTextInputWidget
    )
    title = forms.CharField(
        label=_("출처 제목"), max_length=200, required=False,
        widget=widgets.UnfoldAdminTextInputWidget,
    )  # fmt: skip
    year = forms.IntegerField(
        label=_("연도"), required=False, min_value=lines.FIRST_YEAR, max_value=lines.LAST_YEAR,
        widget=widgets.UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    url = forms.URLField(
        label=_("주소"), required=False, assume_scheme="https",
        widget=widgets.UnfoldAdminURLInputWidget,
    )  # fmt: skip
    licence = forms.CharField(
        label=_("이용 조건"), max_length=200, required=False,
        widget=widgets.UnfoldAdminTextInputWidget,
    )  # fmt: skip
    species = forms.MultipleChoiceField(
        label=_("동물 종류"), choices=Species.choices, required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("파일에 적혀 있지 않을 때 써요. 하나도 고르지 않으면 모든 동물이에요."),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("분류"), choices=[NOTHING, *CATEGORIES], required=False,
        widget=widgets.UnfoldAdminSelectWidget,
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=_("긴급도"), choices=[NOTHING, *URGENCIES], required=False,
        widget=widgets.UnfoldAdminSelectWidget,
    )  # fmt: skip
    expires_at = forms.DateField(
        label=_("만료일"), initial=_a_year_on, widget=widgets.UnfoldAdminSingleDateWidget
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(REASONS["size"] % {"most": MOST_BYTES // 1024 // 1024})
        return file

    def clean_expires_at(self) -> date:
        return _in_term(self.cleaned_data["expires_at"])

    @property
    def given(self) -> Given:
        told = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        told |= {"year": str(told["year"] or ""), "species": tuple(told["species"])}
        return Given(today=timezone.localdate(), **told)


def _in_term(day: date) -> date:
    today = timezone.localdate()
    if not today < day <= today + LONGEST_TERM:
        raise forms.ValidationError(WrongTerm.message)
    return day


def _is_by_our_headings(body: str) -> bool:
    headings = HEADING.findall(body)
    return bool(headings) and set(headings) <= set(SECTIONS) and body.startswith("## ")


def _check_sections(body: str) -> None:
    """As the loader reads our own articles, told line by line."""
    parts = HEADING.split(body)
    if parts[0].strip():
        message = _("첫 줄은 ‘## %(heading)s’ 같은 제목이어야 해요: %(line)s")
        params = {"heading": HEADINGS["looks"], "line": parts[0].strip()[:40]}
        raise forms.ValidationError(message, params=params)
    headings = parts[1::2]
    for heading, text in zip(headings, parts[2::2], strict=True):
        if heading not in SECTIONS:
            message = _("쓸 수 없는 제목이에요: %(heading)s")
        elif headings.count(heading) > 1:
            message = _("같은 제목이 두 번 있어요: %(heading)s")
        elif not text.strip():
            message = _("내용이 비어 있어요: %(heading)s. 채우거나 제목을 지워 주세요.")
        else:
            continue
        raise forms.ValidationError(message, params={"heading": heading})


def _refuse_unfit(text: str) -> None:
    """Reviewed or not, an owner reads no dose, no prescription, no link."""
    sentence = unfit_sentence(text)
    if sentence is not None:
        message = _("보호자에게 보일 수 없는 문장이에요 (용량·처방·진단·링크): %(sentence)s")
        raise forms.ValidationError(message, params={"sentence": sentence})
