"""Web pages of accounts and pets."""

from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from drmaum.lib.errors import Refusal
from profiles import accounts, doors, forms, services
from profiles.accounts.base import EmailUnconfirmed
from profiles.auth import person
from profiles.models import Caretaker, Consent, Pet
from profiles.push import devices

EMAIL_KEY = "email_in_confirmation"
MARK_KEY = "sign_up_mark"


def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "pages/landing.html")


def terms(request: HttpRequest) -> HttpResponse:
    version = services.CONSENT_VERSIONS[Consent.Kind.TERMS]
    return render(request, "pages/terms.html", {"version": version})


class FormPage(View, ABC):
    """One form: shown, checked, carried out by a service whose refusal is shown on it."""

    form_class: type[forms.CleanForm]
    template = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, self.form_class())

    @method_decorator(doors.bounded)
    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                return self.carry_out(request, form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal.message))
        return self._show(request, form, status=422)

    @abstractmethod
    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        """Make the one domain call and say where to go next. May raise a Refusal."""

    def _show(self, request: HttpRequest, form: forms.CleanForm, status: int = 200) -> HttpResponse:
        email = request.session.get(EMAIL_KEY, "")
        # Mails of a user pool go to the real address.
        is_local = settings.EMBEDDED and accounts.keeps_own_passwords()
        context = {"form": form, "email": email, "is_local": is_local}
        return render(request, self.template, context, status=status)


class SignUpPage(FormPage):
    form_class = forms.SignUpForm
    template = "pages/sign_up.html"

    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        consents = {kind: given[kind] for kind in ("terms", "privacy", "overseas_ai", "vet_review")}
        services.sign_up(
            email=given["email"], password=given["password"], name=given["name"], consents=consents
        )
        request.session[EMAIL_KEY] = given["email"]
        request.session[MARK_KEY] = services.sign_up_mark(email=given["email"])
        return redirect("confirm")


class ConfirmPage(FormPage):
    form_class = forms.ConfirmForm
    template = "pages/confirm.html"

    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        email = request.session.get(EMAIL_KEY, "")
        mark = request.session.get(MARK_KEY)
        user = services.confirm_email(email=email, digits=given["code"], mark=mark)
        login(request, user)
        return redirect("pet_new")


class LoginPage(FormPage):
    form_class = forms.LoginForm
    template = "pages/login.html"

    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        try:
            user = services.check_credentials(**given)
        except EmailUnconfirmed:
            request.session[EMAIL_KEY] = given["email"]
            request.session[MARK_KEY] = services.sign_up_mark(email=given["email"])
            with suppress(Refusal):  # the page offers to have it mailed once more
                services.resend_code(email=given["email"])
            return redirect("confirm")
        login(request, user)
        # Vets and staff work in the portal; an owner's pages are of no use to them.
        return redirect(_safe_next(request, "admin:index" if user.is_staff else None))


class AskResetPage(FormPage):
    form_class = forms.AskResetForm
    template = "pages/reset_ask.html"

    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        services.ask_password_reset(**given)
        request.session[EMAIL_KEY] = given["email"]
        return redirect("reset")


class ResetPage(FormPage):
    form_class = forms.ResetForm
    template = "pages/reset.html"

    def carry_out(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        email = request.session.get(EMAIL_KEY, "")
        services.reset_password(email=email, digits=given["code"], password=given["password"])
        messages.success(request, "비밀번호를 바꿨어요. 다시 로그인해 주세요.")
        return redirect("login")


@require_POST
@doors.bounded
def resend(request: HttpRequest) -> HttpResponse:
    try:
        services.resend_code(email=request.session.get(EMAIL_KEY, ""))
        messages.success(request, "확인 번호를 다시 보냈어요.")
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("confirm")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    devices.forget_session(session_key=request.session.session_key)
    logout(request)
    return redirect("landing")


@login_required
@require_safe
def pets(request: HttpRequest) -> HttpResponse:
    mine = Pet.objects.visible_to(person(request)).order_by("created_at")
    invitations = Caretaker.objects.inviting(person(request)).select_related("pet__owner")
    return render(request, "pages/pets.html", {"pets": mine, "invitations": invitations})


@login_required
def pet_new(request: HttpRequest) -> HttpResponse:
    form = forms.PetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pet = services.register_pet(owner=person(request), facts=form.facts())
        messages.success(request, f"{pet.name} 등록을 마쳤어요. 이제 상담을 시작할 수 있어요.")
        return redirect("home")
    context = {"form": form, "heading": "반려동물 등록"}
    return render(request, "pages/pet_form.html", context, status=422 if form.errors else 200)


@login_required
def pet_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = get_object_or_404(Pet.objects.visible_to(person(request)), pk=pk)
    form = forms.PetForm(request.POST or None, instance=pet)
    if request.method == "POST" and form.is_valid():
        services.change_pet(pet=pet, facts=form.facts())
        messages.success(request, "저장했어요.")
        return redirect("pet_edit", pk=pk)
    return _pet_page(request, pet, form, forms.RecordForm())


@login_required
@require_POST
def record_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    pet = get_object_or_404(Pet.objects.visible_to(person(request)), pk=pk)
    form = forms.RecordForm(request.POST)
    if form.is_valid():
        services.add_record(pet=pet, facts=form.cleaned_data)
        messages.success(request, "의료 기록을 더했어요.")
        return redirect("pet_edit", pk=pk)
    return _pet_page(request, pet, forms.PetForm(instance=pet), form)


def _pet_page(
    request: HttpRequest, pet: Pet, form: forms.PetForm, record_form: forms.RecordForm
) -> HttpResponse:
    context = {"form": form, "heading": f"{pet.name} 정보", "pet": pet}
    context |= {"records": pet.records.all(), "record_form": record_form}
    status = 422 if form.errors or record_form.errors else 200
    return render(request, "pages/pet_form.html", context, status=status)


def _safe_next(request: HttpRequest, otherwise: str | None = None) -> str:
    target = request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    if is_own and target.startswith("/"):
        return target
    return otherwise or settings.LOGIN_REDIRECT_URL
