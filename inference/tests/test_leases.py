"""The lease keeper of a worker: renews together, hears of stops, notices what it lost."""

import asyncio
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db.models.functions import Now

from chat import services as chat_services
from drmaum.lib.threads import in_thread
from inference import jobs, leases
from inference.models import InferenceJob
from inference.tests.conftest import send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(settings, enqueued):
    settings.JOB_RENEWAL_SECONDS = 0.02


async def claimed(consultation, text="토했어요"):
    job = await in_thread(send)(consultation, text)
    return await in_thread(jobs.claim)(job.pk)


def test_one_keeper_serves_one_loop():
    async def keeper_of():
        return leases.keeper(), leases.keeper()

    first, again = asyncio.run(keeper_of())
    other, _ = asyncio.run(keeper_of())
    assert first is again
    assert other is not first


async def test_a_held_lease_is_renewed(consultation):
    claim = await claimed(consultation)
    async with leases.keeper().held(claim.job.pk, claim.fence) as lease:
        await in_thread(_expire)()
        async with asyncio.timeout(5):
            while await in_thread(_is_expired)():
                pass
    assert not lease.ended.is_set()


async def test_a_stop_reaches_the_holder(consultation):
    claim = await claimed(consultation)
    async with leases.keeper().held(claim.job.pk, claim.fence) as lease:
        await in_thread(chat_services.ask_to_stop)(
            consultation_id=consultation.pk, reply_id=claim.job.reply_id
        )
        async with asyncio.timeout(5):
            await lease.ended.wait()

    assert (lease.is_stopped, lease.is_lost) == (True, False)


async def test_only_the_lease_that_was_taken_over_is_lost(consultation):
    lost, kept = await claimed(consultation), await claimed(consultation, "또 토했어요")
    keeper = leases.keeper()
    async with (
        keeper.held(lost.job.pk, lost.fence) as first,
        keeper.held(kept.job.pk, kept.fence) as second,
    ):
        await in_thread(_take_over)(lost.job.pk)
        async with asyncio.timeout(5):
            await first.ended.wait()

    assert (first.is_lost, second.is_lost) == (True, False)


async def test_a_database_that_is_away_for_a_moment_loses_no_lease(consultation, monkeypatch):
    claim = await claimed(consultation)
    renew, calls, passed = jobs.renew, [], asyncio.Event()
    loop = asyncio.get_running_loop()

    def away_once(held):
        calls.append(held)
        if len(calls) == 1:
            raise DatabaseError("away")
        loop.call_soon_threadsafe(passed.set)
        return renew(held)

    monkeypatch.setattr("inference.jobs.renew", away_once)
    async with leases.keeper().held(claim.job.pk, claim.fence) as lease:
        async with asyncio.timeout(5):
            await passed.wait()

    assert not lease.ended.is_set()


async def test_a_hundred_leases_are_renewed_by_one_call(consultation, monkeypatch):
    from contextlib import AsyncExitStack
    from uuid import uuid4

    sizes, asked, loop = [], asyncio.Event(), asyncio.get_running_loop()

    def renew(held):
        sizes.append(len(held))
        loop.call_soon_threadsafe(asked.set)
        return dict.fromkeys(held, False)

    monkeypatch.setattr("inference.jobs.renew", renew)
    async with AsyncExitStack() as stack:
        for _ in range(100):
            await stack.enter_async_context(leases.keeper().held(uuid4(), 1))
        async with asyncio.timeout(5):
            await asked.wait()

    assert sizes[0] == 100


def _expire():
    InferenceJob.objects.update(lease_until=Now() - timedelta(seconds=1))


def _is_expired():
    return InferenceJob.objects.filter(lease_until__lt=Now()).exists()


def _take_over(job_id):
    InferenceJob.objects.filter(pk=job_id).update(fence=7)
