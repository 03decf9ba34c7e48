"""Clinics in the portal: the register to be read, the marks to be written."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from drmaum.lib.portal import ReadOnlyAdmin
from inference.clinics.marks import write_mark
from inference.models import Clinic, ClinicMark
from profiles.auth import person


@admin.register(Clinic)
class ClinicAdmin(ReadOnlyAdmin):
    list_display = ["name", "status", "province", "district", "phone", "as_of"]
    list_filter = ["status", "is_large_animal", "province"]
    search_fields = ["name", "key", "phone", "address", "lot_address"]


class ClinicMarkForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ClinicMark
        fields = ["clinic", "kind", "source", "noted_on"]

    def clean_noted_on(self) -> date:
        day: date = self.cleaned_data["noted_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("아직 오지 않은 날이에요."))
        return day


@admin.register(ClinicMark)
class ClinicMarkAdmin(ModelAdmin):
    form = ClinicMarkForm
    list_display = ["clinic", "kind", "source", "noted_on", "noted_by"]
    list_filter = ["kind"]
    list_select_related = ["clinic", "noted_by"]
    search_fields = ["clinic__name", "clinic__key", "source"]
    autocomplete_fields = ["clinic"]
    readonly_fields = ["noted_by"]
    date_hierarchy = "noted_on"

    def save_model(self, request: HttpRequest, obj: ClinicMark, form: Any, change: bool) -> None:
        write_mark(mark=obj, by=person(request))
