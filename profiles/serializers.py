"""Shapes of accounts and pets on the wire."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from drmaum.lib.fields import StrictSerializer, TextField
from profiles import erasing
from profiles.models import (
    Consent,
    DataExport,
    Erasure,
    MedicalRecord,
    Pet,
    User,
    check_birth_date,
    check_happened_on,
)


class ConsentsSerializer(StrictSerializer):
    terms = serializers.BooleanField()
    privacy = serializers.BooleanField()
    overseas_ai = serializers.BooleanField(default=False)
    vet_review = serializers.BooleanField(default=False)


class ConsentSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=Consent.Kind.choices)
    version = serializers.CharField(read_only=True)
    is_granted = serializers.BooleanField()
    created_at = serializers.DateTimeField(read_only=True)


class SignUpSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    name = TextField(max_length=60, required=False, allow_blank=True, default="")
    consents = ConsentsSerializer()


class EmailSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class CodeSerializer(EmailSerializer):
    code = serializers.RegexField(
        r"^[0-9]{6}$", error_messages={"invalid": _("여섯 자리 숫자를 입력해 주세요.")}
    )


class ConfirmEmailSerializer(CodeSerializer):
    password = serializers.CharField(
        max_length=128,
        trim_whitespace=False,
        required=False,
        default="",
        help_text=_(
            "가입할 때 정한 비밀번호. 계정을 Amazon Cognito에 두는 서버에서 바로 로그인할 때"
        ),
    )


class LoginSerializer(EmailSerializer):
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class RefreshSerializer(StrictSerializer):
    refresh = serializers.CharField(max_length=4096)


class ResetSerializer(CodeSerializer):
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class AcceptedSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="초")


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "role"]
        read_only_fields = fields


class PetSerializer(serializers.ModelSerializer[Pet]):
    name = TextField(max_length=40)
    breed = TextField(max_length=60, required=False, allow_blank=True)
    allergies = serializers.ListField(child=TextField(max_length=80), max_length=30, required=False)
    conditions = serializers.ListField(
        child=TextField(max_length=80), max_length=30, required=False
    )
    medicines = serializers.ListField(child=TextField(max_length=80), max_length=30, required=False)
    weight_kg = serializers.DecimalField(
        max_digits=6,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=200,
        required=False,
        allow_null=True,
    )

    class Meta:
        model = Pet
        fields = [
            "id",
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
            "created_at",
        ]
        read_only_fields = ["id", "created_at"]
        extra_kwargs = {"birth_date": {"validators": [check_birth_date]}}


class MedicalRecordSerializer(serializers.ModelSerializer[MedicalRecord]):
    title = TextField(max_length=120)
    notes = TextField(max_length=2000, required=False, allow_blank=True)

    class Meta:
        model = MedicalRecord
        fields = ["id", "kind", "title", "notes", "happened_on", "created_at"]
        read_only_fields = ["id", "created_at"]
        extra_kwargs = {"happened_on": {"validators": [check_happened_on]}}


class PasswordSerializer(StrictSerializer):
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class CountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    count = serializers.IntegerField()


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """A receipt. Whoever knows its random id may read it: it names nobody."""

    counts = serializers.SerializerMethodField(help_text="무엇을 몇 개 지웠나")

    class Meta:
        model = Erasure
        fields = ["id", "kind", "asked_at", "done_at", "counts"]
        read_only_fields = fields

    @extend_schema_field(CountSerializer(many=True))
    def get_counts(self, erasure: Erasure) -> list[dict[str, Any]]:
        return erasing.told_counts(erasure)


class DataExportSerializer(serializers.ModelSerializer[DataExport]):
    class Meta:
        model = DataExport
        fields = ["id", "status", "size", "created_at", "ready_at", "expires_at"]
        read_only_fields = fields
