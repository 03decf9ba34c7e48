"""Who may open a socket: one ticket for one socket, or a cookie from our own origin."""

from datetime import timedelta
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from profiles import tokens
from profiles.models import SocketTicket

pytestmark = pytest.mark.django_db(transaction=True)
UNPROVEN, FOREIGN = 4401, 4404


async def is_open(socket) -> bool:
    """Whether frames are answered: a refused socket is closed instead."""
    await socket.resume(0)
    return await socket.heard_so_far() == []


def with_header(headers, name: bytes, value: bytes | None):
    kept = [(key, old) for key, old in headers if key != name]
    return kept if value is None else [*kept, (name, value)]


async def test_a_ticket_opens_a_socket_and_needs_no_origin(dial, consultation, ticket):
    assert await is_open(await dial(consultation, ticket))


async def test_a_ticket_opens_no_second_socket(dial, consultation, ticket):
    await dial(consultation, ticket)
    second = await dial(consultation, ticket)

    assert await second.hear_close() == UNPROVEN


async def test_an_expired_ticket_opens_nothing(dial, consultation, ticket):
    past = timezone.now() - timedelta(seconds=1)
    await in_db(SocketTicket.objects.update)(expires_at=past)

    assert await (await dial(consultation, ticket)).hear_close() == UNPROVEN


@pytest.mark.parametrize("value", ["아무거나", "x" * 32, "\x00"])
async def test_an_invented_ticket_opens_nothing(dial, consultation, value):
    assert await (await dial(consultation, value)).hear_close() == UNPROVEN


async def test_a_ticket_of_a_device_that_logged_out_opens_nothing(
    dial, consultation, ticket, owner
):
    await in_db(tokens.end_all_sign_ins)(user=owner)

    assert await (await dial(consultation, ticket)).hear_close() == UNPROVEN


async def test_a_ticket_of_a_disabled_account_opens_nothing(dial, consultation, ticket, owner):
    owner.is_active = False
    await in_db(owner.save)()

    assert await (await dial(consultation, ticket)).hear_close() == UNPROVEN


async def test_a_wrong_ticket_is_not_mended_by_a_good_cookie(dial, consultation, page_headers):
    socket = await dial(consultation, "x" * 32, page_headers)

    assert await socket.hear_close() == UNPROVEN


async def test_without_any_proof_the_socket_is_closed(dial, consultation):
    assert await (await dial(consultation)).hear_close() == UNPROVEN


async def test_a_cookie_from_our_own_page_opens_a_socket(dial, consultation, page_headers):
    assert await is_open(await dial(consultation, headers=page_headers))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"",
        b"null",
        b"http://evil.example",
        b"http://localhost:9999",
        b"http://localhost",
        b"http://localhost:8000.evil.example",
        b"http://evil.example/localhost:8000",
        b"http://[",
    ],
)
async def test_a_cookie_from_elsewhere_opens_nothing(dial, consultation, page_headers, origin):
    headers = with_header(page_headers, b"origin", origin)

    assert await (await dial(consultation, headers=headers)).hear_close() == UNPROVEN


async def test_a_host_that_is_not_ours_opens_nothing(dial, consultation, page_headers):
    headers = with_header(page_headers, b"host", b"evil.example")
    headers = with_header(headers, b"origin", b"http://evil.example")

    assert await (await dial(consultation, headers=headers)).hear_close() == UNPROVEN


async def test_an_origin_on_the_list_opens_a_socket(dial, consultation, page_headers, settings):
    settings.SOCKET_ORIGINS = ["https://app.drmaum.example"]
    headers = with_header(page_headers, b"origin", b"https://app.drmaum.example")

    assert await is_open(await dial(consultation, headers=headers))


@pytest.mark.parametrize(
    "cookie",
    [b"", b"sessionid=", b"sessionid=0123456789abcdef", b"sessionid=\xec\x83\x81", b"sessionid"],
)
async def test_a_cookie_without_a_session_opens_nothing(dial, consultation, page_headers, cookie):
    headers = with_header(page_headers, b"cookie", cookie)

    assert await (await dial(consultation, headers=headers)).hear_close() == UNPROVEN


async def test_a_strange_cookie_beside_the_session_does_no_harm(
    dial, consultation, web_client, page_headers
):
    session = web_client.cookies["sessionid"].value
    cookie = f'settings={{"dark": true}}; sessionid={session}'.encode()
    headers = with_header(page_headers, b"cookie", cookie)

    assert await is_open(await dial(consultation, headers=headers))


async def test_a_session_of_a_disabled_account_opens_nothing(
    dial, consultation, page_headers, owner
):
    owner.is_active = False
    await in_db(owner.save)()

    assert await (await dial(consultation, headers=page_headers)).hear_close() == UNPROVEN


async def test_a_session_from_before_a_new_password_opens_nothing(
    dial, consultation, page_headers, owner
):
    owner.set_password("새-비밀번호-2026")
    await in_db(owner.save)()

    assert await (await dial(consultation, headers=page_headers)).hear_close() == UNPROVEN


async def test_a_foreign_consultation_looks_like_none(dial, foreign, ticket):
    assert await (await dial(foreign, ticket)).hear_close() == FOREIGN


async def test_an_unknown_consultation_is_none(dial, ticket):
    assert await (await dial(str(uuid4()), ticket)).hear_close() == FOREIGN


async def test_a_foreign_consultation_by_cookie_looks_like_none(dial, foreign, page_headers):
    assert await (await dial(foreign, headers=page_headers)).hear_close() == FOREIGN


@pytest.mark.parametrize("path", ["/", "/ws/v1/consultations/보리/", "/ws/v2/consultations/"])
async def test_an_unknown_path_is_closed(dial, path):
    socket = await dial(path)

    assert await socket.hear_close() == FOREIGN


async def test_a_refused_socket_hears_nothing_of_the_consultation(dial, consultation, say, ticket):
    listening, refused = await dial(consultation, ticket), await dial(consultation)
    await listening.resume(0)
    assert await refused.hear_close() == UNPROVEN
    await refused.resume(0)
    await in_db(say)(consultation)

    await listening.hear_many(2)
    assert await refused.receive_nothing()
