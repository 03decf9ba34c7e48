"""Steps of a vet at the portal, for the tests of its pages."""

from django.urls import reverse

from chat import services as chat_services
from conftest import make_owner
from profiles import services as profile_services
from soap.models import Section
from soap.tests.notes import make_note

QUEUE = reverse("admin:soap_soapnote_changelist")


def page(note):
    return reverse("admin:soap_soapnote_change", args=[note.pk])


def do(portal, note, verb, **data):
    address = reverse("admin:soap_note_act", args=[note.pk, verb])
    return portal.post(address, data, follow=True)


def section(note, kind="S"):
    return Section.objects.get(note=note, kind=kind)


def another(name, **fields):
    owner = make_owner(f"{name}@example.com")
    pet = profile_services.register_pet(owner=owner, facts={"name": name, "species": "cat"})
    consultation = chat_services.open_consultation(owner=owner, pet=pet)
    return make_note(consultation, **fields)
