"""Caring for a pet together, over REST."""

from http import HTTPStatus
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drmaum.lib.fields import StrictSerializer
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles import caring_together
from profiles.auth import person
from profiles.models import Caretaker, Pet


class InviteSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class CaretakerSerializer(serializers.ModelSerializer[Caretaker]):
    pet_name = serializers.CharField(source="pet.name", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True, default="")
    invited_by = serializers.CharField(source="pet.owner.name", read_only=True)

    class Meta:
        model = Caretaker
        fields = [
            "id", "pet", "pet_name", "email", "name", "invited_by", "invited_at", "accepted_at",
        ]  # fmt: skip
        read_only_fields = fields


class CaretakersView(generics.ListAPIView[Caretaker]):
    """이 아이를 함께 돌보는 분과, 아직 받지 않은 초대."""

    queryset = Caretaker.objects.none()
    serializer_class = CaretakerSerializer
    pagination_class = None
    throttle_classes = [ScopedRate]
    throttle_scope = "accounts"

    def get_queryset(self) -> QuerySet[Caretaker]:
        mine = Pet.objects.visible_to(person(self.request))
        pet = get_object_or_404(mine, pk=self.kwargs["pet_id"])
        return Caretaker.objects.shown_of(pet)

    @may_refuse(
        caring_together.InvitesOneself,
        caring_together.AlreadyCaring,
        caring_together.TooManyCaretakers,
        caring_together.TooManyInvitations,
    )
    @extend_schema(request=InviteSerializer, responses={201: CaretakerSerializer})
    def post(self, request: Request, pet_id: UUID) -> Response:
        """이메일로 초대합니다. 보호자 본인만. 그 주소로 로그인한 분이 받으면 함께 돌보게 됩니다."""
        form = InviteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pet = get_object_or_404(Pet.objects.owned_by(person(request)), pk=pet_id)
        invited = caring_together.invite(pet=pet, **form.validated_data)
        return Response(CaretakerSerializer(invited).data, status=HTTPStatus.CREATED)


class CaretakerView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """초대를 거두거나 거절하고, 함께 돌보기를 끝냅니다. 보호자와 그분 자신만."""
        mine = Caretaker.objects.visible_to(person(request))
        caring_together.end(caretaker=get_object_or_404(mine, pk=pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class InvitationsView(generics.ListAPIView[Caretaker]):
    """나에게 온 초대."""

    queryset = Caretaker.objects.none()
    serializer_class = CaretakerSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Caretaker]:
        return invitations_of(self.request)


class AcceptView(APIView):
    @extend_schema(request=None, responses=CaretakerSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """초대를 받아 함께 돌보기 시작합니다."""
        invitation = get_object_or_404(invitations_of(request), pk=pk)
        caring = caring_together.accept(invitation=invitation, user=person(request))
        return Response(CaretakerSerializer(caring).data)


def invitations_of(request: Request) -> QuerySet[Caretaker]:
    return Caretaker.objects.inviting(person(request)).select_related("pet__owner", "user")
