"""Notifications over REST."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drmaum.lib.fields import StrictSerializer
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles.auth import person
from profiles.models import Device
from profiles.push import devices, gateway


class KeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text=_("브라우저의 `applicationServerKey`"))


class KeysSerializer(StrictSerializer):
    p256dh = serializers.CharField(max_length=120)
    auth = serializers.CharField(max_length=40)


class KindsSerializer(StrictSerializer):
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Device.Kind.choices), max_length=3
    )


class SubscriptionSerializer(StrictSerializer):
    endpoint = serializers.CharField(max_length=1000, help_text=_("푸시 서비스의 주소"))
    keys = KeysSerializer()
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=60, required=False, default="", allow_blank=True
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Device.Kind.choices),
        max_length=3,
        required=False,
        help_text=_("받을 알림. 없으면 이 기기에서 고른 대로, 처음이면 모두"),
    )


class DeviceSerializer(serializers.ModelSerializer[Device]):
    class Meta:
        model = Device
        fields = ["id", "label", "kinds", "created_at", "told_at"]
        read_only_fields = fields


class PushKeyView(APIView):
    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    @extend_schema(responses=KeySerializer)
    def get(self, request: Request) -> Response:
        """알림을 신청할 때 쓰는 공개 열쇠."""
        return Response({"key": gateway.public_key()})


class DevicesView(generics.ListAPIView[Device]):
    """알림을 받는 기기."""

    queryset = Device.objects.none()
    serializer_class = DeviceSerializer
    pagination_class = None
    throttle_classes = [ScopedRate]
    throttle_scope = "accounts"

    def get_queryset(self) -> QuerySet[Device]:
        return Device.objects.visible_to(person(self.request))

    @may_refuse(devices.DeviceUnfit, devices.TooManyDevices)
    @extend_schema(request=SubscriptionSerializer, responses={201: DeviceSerializer})
    def post(self, request: Request) -> Response:
        """이 기기로 알림을 받습니다. 같은 주소로 다시 보내면 새 내용으로 바뀝니다."""
        form = SubscriptionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        session = getattr(request._request, "session", None)
        device = devices.register(
            user=person(request),
            **given.pop("keys"),
            **given,
            session_key=(session.session_key or "") if session else "",
        )
        return Response(DeviceSerializer(device).data, status=HTTPStatus.CREATED)


class DeviceView(APIView):
    @extend_schema(request=KindsSerializer, responses=DeviceSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        """어떤 알림을 받을지 고릅니다."""
        device = device_of(request, pk)
        form = KindsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        devices.change(device=device, **form.validated_data)
        return Response(DeviceSerializer(device).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """이 기기로는 더 알리지 않습니다."""
        devices.forget(device=device_of(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class TryView(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "accounts"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """알림이 오는지 시험 삼아 하나 보냅니다."""
        devices.try_out(device=device_of(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


def device_of(request: Request, pk: UUID) -> Device:
    return get_object_or_404(Device.objects.visible_to(person(request)), pk=pk)
