"""JSON bodies of bounded size and depth."""

import io
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from drmaum.lib.errors import TooLarge


class BoundedJSONParser(JSONParser):
    """DRF reads the stream itself, past Django's own limit on bodies: bound it here."""

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        try:
            found = super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error
        if not isinstance(found, dict):
            raise ParseError
        return found
