"""Animal hospitals near an owner. Where the owner is, is neither stored nor logged."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from drmaum.lib.rates import CountedAtOnce
from drmaum.lib.refusing import may_refuse
from inference.clinics import search
from inference.serializers import ClinicQuerySerializer, ClinicsSerializer


class VisitorThrottle(AnonRateThrottle, CountedAtOnce):
    """Holds back visitors only: an owner in an emergency is never made to wait."""

    scope = "clinics"


class ClinicsView(APIView):
    # The register is public, and an emergency does not wait for a sign-up.
    permission_classes = [AllowAny]
    throttle_classes = [VisitorThrottle]

    @may_refuse(search.PlaceTooShort, search.PlaceUnknown)
    @extend_schema(parameters=[ClinicQuerySerializer], responses=ClinicsSerializer)
    def get(self, request: Request) -> Response:
        """가까운 동물병원을 찾습니다. 위치를 보내지 않아도 지역 이름으로 찾을 수 있습니다.
        로그인하지 않아도 됩니다.

        `place`가 있으면 그 지역에서, 없으면 `latitude`와 `longitude`에서 가까운 순서로 찾습니다.
        보낸 위치는 저장하지 않습니다.
        """
        form = ClinicQuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        if given["place"]:
            found = search.in_place(given["place"], given["species"], given["limit"])
        else:
            found = search.nearest(
                given["latitude"], given["longitude"], given["species"], given["limit"]
            )
        body = ClinicsSerializer({"clinics": found}).data
        return Response(body, headers={"Cache-Control": "no-store"})
