"""What must be there before the first request of a release: tables, library, hospitals, rules.

Only what is missing is stored, so it may run before every start and after every deployment.
"""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from inference import rule_editing
from inference.clinics import loading
from inference.knowledge import runs
from inference.models import IndexRun

Say = Callable[[str], None]


def prepare(say: Say) -> None:
    """Raises what the database raises; an article that fails is told and left for later."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
    _store_library(say)
    _store_clinics(say)
    _store_rules(say)
    connection.close()


def _store_library(say: Say) -> None:
    drafts, difference = runs.plan()
    if difference.todo or difference.removed:
        say(f"storing {len(difference.todo)} articles …")
        for _done in runs.execute(IndexRun(), drafts, difference):
            pass
    for slug, reason in difference.failed.items():
        say(f"article {slug} failed: {reason}")


def _store_clinics(say: Say) -> None:
    if loading.is_shipped_newer():
        say("storing the animal hospitals …")
        loading.load_shipped()


def _store_rules(say: Say) -> None:
    found = rule_editing.sync_shipped()
    if found.added or found.changed or found.removed:
        say(f"stored {found.added + found.changed} rules of triage")
