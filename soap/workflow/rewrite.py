"""One section of a note written anew, on the same way that the whole note was written."""

import logging
from uuid import UUID

from drmaum.lib.threads import in_thread
from drmaum.lib.timeline import Timeline
from soap import rewriting
from soap.models import Rewrite
from soap.workflow import conversation, flow

logger = logging.getLogger(__name__)


async def rewrite(rewrite_id: UUID) -> None:
    """Keep the promise of one rewrite. Whatever fails is logged, counted and tried again."""
    asked = await in_thread(rewriting.take)(rewrite_id)
    if asked is None:
        return
    try:
        await _write(asked)
    except Exception as error:
        logger.warning("rewrite %s failed: %s", rewrite_id, type(error).__name__, exc_info=True)
        told = f"{type(error).__name__}: {error}"
        await in_thread(rewriting.fail)(rewrite=asked, error=told)


async def _write(asked: Rewrite) -> None:
    consultation_id = asked.section.note.consultation_id
    talk = await in_thread(conversation.read)(consultation_id)
    if talk is None:
        await in_thread(rewriting.fail)(rewrite=asked, error="the owner said nothing")
        return
    draft = await flow.draft(consultation_id, talk, Timeline())
    await in_thread(rewriting.store)(rewrite=asked, draft=draft)
