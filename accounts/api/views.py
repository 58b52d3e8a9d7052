"""/api/v1/me/"""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api.representation import me_row
from accounts.api.shapes import ME, TOKEN


@method_decorator(never_cache, "dispatch")
class MeView(APIView):
    """Who you are, for which organisations you write and from which sites, and your roles in hubs."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="me_retrieve", responses={200: ME})
    def get(self, request: Request) -> Response:
        return Response(me_row(request.user))  # type: ignore[arg-type]


@method_decorator(never_cache, "dispatch")
class TokenView(APIView):
    """The token by which a program of yours is you."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="me_token_create", request=None, responses={201: TOKEN})
    def post(self, request: Request) -> Response:
        """Make the token by which a program of yours is you. There is one: the one before stops working."""
        return Response({"token": services.make_token(by=request.user)}, status=status.HTTP_201_CREATED)  # type: ignore[arg-type]

    @extend_schema(operation_id="me_token_destroy", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End your token: no program is you any more."""
        services.revoke_token(by=request.user)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)
