"""JSON bodies of bounded depth. Their size is bounded by `DATA_UPLOAD_MAX_MEMORY_SIZE`."""

from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class BoundedJSONParser(JSONParser):
    """One JSON object; anything else, or anything too deep, cannot be read."""

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error
        if not isinstance(found, dict):
            raise ParseError
        return found
