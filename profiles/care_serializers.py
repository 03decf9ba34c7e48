"""Shapes of weights and of what is due for a pet, on the wire."""

from typing import Any

from rest_framework import serializers

from drmaum.lib.fields import StrictSerializer, TextField
from profiles import care, weighing
from profiles.models import Care, Weight

LONGEST_INTERVAL = 3650


class WeightSerializer(serializers.ModelSerializer[Weight]):
    kg = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=weighing.LEAST, max_value=weighing.MOST
    )
    measured_on = serializers.DateField(
        validators=[weighing.check_measured_on], help_text="하루에 하나예요. 같은 날은 바뀝니다."
    )

    class Meta:
        model = Weight
        fields = ["id", "kg", "measured_on"]
        read_only_fields = ["id"]
        validators: list[Any] = []


class CareSerializer(serializers.ModelSerializer[Care]):
    title = TextField(max_length=80)
    code = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="권장 일정의 항목이면"
    )
    due_on = serializers.DateField(validators=[care.check_due_on])
    every_days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_INTERVAL, required=False, allow_null=True
    )
    remind_days = serializers.IntegerField(min_value=0, max_value=90, required=False)

    class Meta:
        model = Care
        fields = [
            "id",
            "kind",
            "code",
            "title",
            "due_on",
            "every_days",
            "remind_days",
            "is_reminded",
            "done_on",
            "created_at",
        ]
        read_only_fields = ["id", "done_on", "created_at"]
        validators: list[Any] = []


class CareChangeSerializer(CareSerializer):
    """The code stays what it was."""

    class Meta(CareSerializer.Meta):
        read_only_fields = [*CareSerializer.Meta.read_only_fields, "code"]

    code = serializers.CharField(read_only=True)


class DoneSerializer(StrictSerializer):
    done_on = serializers.DateField(
        required=False, validators=[care.check_done_on], help_text="비우면 오늘"
    )


class FinishedSerializer(serializers.Serializer[Any]):
    done = CareSerializer()
    next = CareSerializer(allow_null=True, help_text="다시 할 것이면 다음 일정")


class ProposalSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Care.Kind.choices)
    title = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField()
    every_days = serializers.IntegerField(allow_null=True)
    last_on = serializers.DateField(allow_null=True, help_text="의료 기록에서 찾은 마지막 날")
