"""The gateway to Amazon Web Services: clients, and one error for whatever a call ends in."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

REFUSED = {"BadRequestException", "NotFoundException", "ValidationException"}
_making = Lock()


class CallError(Exception):
    """A call that was not answered, or not as hoped. `code` is the service's own word."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code, self.message = code, message
        super().__init__(f"{code} {message}".strip())


class RefusedError(CallError):
    """The service will never do what it was asked."""


def client(service: str, region: str, endpoint: str) -> Any:
    """Made once a process, by the first who asks: a client may be shared, its making may not.
    Raises CallError."""
    with _making:
        return _client(service, region, endpoint)


@cache
def _client(service: str, region: str, endpoint: str) -> Any:
    config = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})
    session = boto3.session.Session()
    if session.get_credentials() is None:  # a client made without them never gets any
        raise CallError("NoCredentialsError")
    return session.client(service, region_name=region, endpoint_url=endpoint or None, config=config)


@contextmanager
def errors_told() -> Iterator[None]:
    """Raises CallError, RefusedError."""
    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        code, message = told.get("Code", ""), told.get("Message", "")
        raise (RefusedError if code in REFUSED else CallError)(code, message) from error
    except ParamValidationError as error:
        raise RefusedError(type(error).__name__, str(error)) from error
    except (BotoCoreError, OSError) as error:
        raise CallError(type(error).__name__) from error
