"""The corpus of hostile inputs over the portal: files that staff bring in are refused in Korean, and
no article is half written. Each input is taken back."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drmaum.tests.hostile import corpus
from drmaum.tests.hostile.corpus import Input
from drmaum.tests.hostile.judging import Rows, judge
from inference.tests.keeping_world import keeper
from profiles.models import User

NEXT_YEAR = timedelta(days=300)


class Keeper:
    """Staff who bring files in, one at a time."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(keeper())
        self.rows = Rows()

    def send(self, one: Input) -> str:
        with transaction.atomic():
            answer, changed = self.rows.changed_by(lambda: self._post(one))
            transaction.set_rollback(True)
        if answer.status_code >= 500 or b"Traceback" in answer.content:
            return f"{answer.status_code}: {answer.content[:200]!r}"
        if one.taken or not changed:
            return ""
        return f"{answer.status_code}, and yet changed {changed}"

    def _post(self, one: Input) -> Any:
        data = one.value if isinstance(one.value, bytes) else one.value.encode()
        told = {
            **one.given, "publisher": "병원", "title": "안내서", "licence": "허락받음",
            "expires_at": timezone.localdate() + NEXT_YEAR,
        }  # fmt: skip
        where = one.to.split(" ")[1]
        return self.client.post(where, {"file": SimpleUploadedFile(one.name, data), **told})


@pytest.mark.long
@pytest.mark.django_db
def test_hostile_files_of_the_library():
    staff = Keeper()
    judge([(one, staff.send(one)) for one in corpus.inputs("imports")])


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_hostile_queries_of_a_list(model):
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root@example.com", "따뜻한-물-한-그릇-7"))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    rows = Rows()
    wrong = []
    for one in corpus.inputs("portal"):
        with transaction.atomic():
            path = f"{address}?{urlencode({one.name: one.value})}"
            if one.to == "row":
                path = f"{address}{one.value}/change/"
            answer, changed = rows.changed_by(lambda path=path: client.get(path))
            transaction.set_rollback(True)
        if answer.status_code >= 500 or b"Traceback" in answer.content or changed:
            wrong.append(f"{one}: {answer.status_code} {changed}")
    assert not wrong, "\n".join(wrong)
