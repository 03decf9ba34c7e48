"""Accounts and pets over REST."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse, with_body
from profiles import codes, erasing, serializers, services, tokens
from profiles.accounts import base
from profiles.auth import person, sign_in_of
from profiles.models import Erasure, MedicalRecord, Pet


class AccountView(APIView):
    """Base of the account endpoints: open to strangers, bounded in rate."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    throttle_classes = [ScopedRate]
    throttle_scope = "accounts"

    def read(self, kind: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
        form = kind(data=request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


def accepted(message: str) -> Response:
    return Response({"message": message}, status=HTTPStatus.ACCEPTED)


def receipt(erasure: Erasure) -> Response:
    """What every erasure answers: accepted, and where to follow it."""
    return Response(serializers.ErasureSerializer(erasure).data, status=HTTPStatus.ACCEPTED)


class SignUpView(AccountView):
    @may_refuse(services.ConsentMissing, base.WeakPassword)
    @extend_schema(
        request=serializers.SignUpSerializer, responses={202: serializers.AcceptedSerializer}
    )
    def post(self, request: Request) -> Response:
        """가입을 신청하고 확인 번호를 메일로 받습니다."""
        services.sign_up(**self.read(serializers.SignUpSerializer, request))
        return accepted("메일로 여섯 자리 확인 번호를 보냈어요.")


class ConfirmView(AccountView):
    @may_refuse(codes.WrongCode, codes.ExpiredCode, codes.TooManyTries, base.WrongCredentials)
    @extend_schema(
        request=serializers.ConfirmEmailSerializer,
        responses={200: serializers.TokensSerializer, 202: serializers.AcceptedSerializer},
    )
    def post(self, request: Request) -> Response:
        """확인 번호로 이메일을 확인하고 로그인합니다. 계정을 Amazon Cognito에 두는 서버는 비밀번호도
        받아야 로그인하고, 없으면 확인만 하고 202로 답합니다."""
        given = self.read(serializers.ConfirmEmailSerializer, request)
        opened = services.confirm_and_log_in(
            email=given["email"], digits=given["code"], password=given["password"]
        )
        if opened is None:
            return accepted("이메일을 확인했어요. 이제 로그인해 주세요.")
        return Response(serializers.TokensSerializer(opened).data)


class ResendView(AccountView):
    @extend_schema(
        request=serializers.EmailSerializer, responses={202: serializers.AcceptedSerializer}
    )
    def post(self, request: Request) -> Response:
        """확인 번호를 다시 받습니다."""
        services.resend_code(**self.read(serializers.EmailSerializer, request))
        return accepted("가입 중인 주소라면 확인 번호를 다시 보냈어요.")


class LoginView(AccountView):
    @may_refuse(
        base.WrongCredentials,
        base.EmailUnconfirmed,
        base.PasswordResetNeeded,
        base.LoginStepUnknown,
        codes.TooManyTries,
    )
    @extend_schema(request=serializers.LoginSerializer, responses=serializers.TokensSerializer)
    def post(self, request: Request) -> Response:
        """이메일과 비밀번호로 로그인합니다."""
        opened = services.log_in(**self.read(serializers.LoginSerializer, request))
        return Response(serializers.TokensSerializer(opened).data)


class RefreshView(AccountView):
    @may_refuse(tokens.InvalidToken)
    @extend_schema(request=serializers.RefreshSerializer, responses=serializers.TokensSerializer)
    def post(self, request: Request) -> Response:
        """갱신 토큰을 새 토큰 한 쌍으로 바꿉니다. 쓴 갱신 토큰은 다시 쓸 수 없습니다."""
        renewed = services.refresh_sign_in(**self.read(serializers.RefreshSerializer, request))
        return Response(serializers.TokensSerializer(renewed).data)


class AskResetView(AccountView):
    @extend_schema(
        request=serializers.EmailSerializer, responses={202: serializers.AcceptedSerializer}
    )
    def post(self, request: Request) -> Response:
        """비밀번호 재설정 번호를 메일로 받습니다."""
        services.ask_password_reset(**self.read(serializers.EmailSerializer, request))
        return accepted("가입된 주소라면 재설정 번호를 보냈어요.")


class ResetView(AccountView):
    @may_refuse(base.WeakPassword, codes.WrongCode, codes.ExpiredCode, codes.TooManyTries)
    @extend_schema(
        request=serializers.ResetSerializer, responses={202: serializers.AcceptedSerializer}
    )
    def post(self, request: Request) -> Response:
        """재설정 번호로 비밀번호를 다시 정합니다. 모든 기기에서 로그아웃됩니다."""
        given = self.read(serializers.ResetSerializer, request)
        services.reset_password(
            email=given["email"], digits=given["code"], password=given["password"]
        )
        return accepted("비밀번호를 바꿨어요. 다시 로그인해 주세요.")


class LogoutView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """이 기기에서 로그아웃합니다."""
        opened = sign_in_of(request)
        if opened:
            services.log_out(opened=opened)
        return Response(status=HTTPStatus.NO_CONTENT)


class MeView(APIView):
    throttle_scope = "accounts"

    @extend_schema(responses=serializers.UserSerializer)
    def get(self, request: Request) -> Response:
        """로그인한 사용자."""
        return Response(serializers.UserSerializer(person(request)).data)

    @with_body(serializers.PasswordSerializer)
    @may_refuse(erasing.WrongPassword, erasing.PortalAccount, erasing.AlreadyGone)
    @extend_schema(responses={202: serializers.ErasureSerializer})
    def delete(self, request: Request) -> Response:
        """비밀번호를 확인하고 계정과 모든 자료를 지웁니다. 되돌릴 수 없습니다."""
        form = serializers.PasswordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return receipt(erasing.erase_account(user=person(request), **form.validated_data))

    def get_throttles(self) -> list[Any]:
        """Passwords are not to be tried out here."""
        return [ScopedRate()] if self.request.method == "DELETE" else []


class ConsentsView(APIView):
    @extend_schema(responses=serializers.ConsentSerializer(many=True))
    def get(self, request: Request) -> Response:
        """지금 유효한 동의."""
        current = services.current_consents(user=person(request))
        return Response(serializers.ConsentSerializer(current, many=True).data)

    @may_refuse(services.ConsentRequired)
    @extend_schema(
        request=serializers.ConsentSerializer, responses=serializers.ConsentSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        """선택 동의를 바꿉니다. 바로 적용됩니다."""
        form = serializers.ConsentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.change_consent(
            user=person(request),
            kind=form.validated_data["kind"],
            is_granted=form.validated_data["is_granted"],
        )
        return self.get(request)


class PetViewSet(viewsets.ModelViewSet[Pet]):
    """반려동물."""

    queryset = Pet.objects.none()
    serializer_class = serializers.PetSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[Pet]:
        return Pet.objects.visible_to(person(self.request))

    def perform_create(self, serializer: BaseSerializer[Pet]) -> None:
        serializer.instance = services.register_pet(
            owner=person(self.request), facts=serializer.validated_data
        )

    def perform_update(self, serializer: BaseSerializer[Pet]) -> None:
        services.change_pet(pet=self.get_object(), facts=serializer.validated_data)
        serializer.instance = self.get_object()

    @extend_schema(responses={202: serializers.ErasureSerializer})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """반려동물과 그 상담, 기록, 사진을 모두 지웁니다. 되돌릴 수 없습니다. 보호자 본인만."""
        return receipt(erasing.erase_pet(pet=self._own()))

    @extend_schema(request=None, responses={204: None})
    def archive(self, request: Request, pk: UUID) -> Response:
        """반려동물을 목록에서 치웁니다. 상담과 기록은 지우지 않습니다. 보호자 본인만."""
        services.archive_pet(pet=self._own())
        return Response(status=HTTPStatus.NO_CONTENT)

    def _own(self) -> Pet:
        mine = Pet.objects.owned_by(person(self.request))
        return get_object_or_404(mine, pk=self.kwargs["pk"])


class RecordViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[MedicalRecord],
):
    """반려동물의 의료 기록."""

    queryset = MedicalRecord.objects.none()
    serializer_class = serializers.MedicalRecordSerializer

    def get_queryset(self) -> QuerySet[MedicalRecord]:
        return MedicalRecord.objects.visible_to(person(self.request)).filter(pet=self._pet())

    def perform_create(self, serializer: BaseSerializer[MedicalRecord]) -> None:
        serializer.instance = services.add_record(pet=self._pet(), facts=serializer.validated_data)

    def _pet(self) -> Pet:
        mine = Pet.objects.visible_to(person(self.request))
        return get_object_or_404(mine, pk=self.kwargs["pet_id"])
