"""`manage.py train_triage`: learn the weights of the second and third net of triage anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.evaluation import learning, triage
from inference.triage import meaning, wording


class Command(BaseCommand):
    help = (
        "Learn the weights of triage's second net (wording) and third net (meaning) from the"
        " development cases in inference/triage/cases, and write them beside the rules. The"
        " held-out cases are not read: measure with `manage.py evaluate triage` afterwards. Needs"
        " scikit-learn (the `dev` extra). A few minutes; the same cases give the same weights."
    )
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        try:
            import sklearn  # noqa: F401, PLC0415  (only to learn)
        except ImportError as error:
            raise CommandError("scikit-learn is missing: install the dev extra") from error
        cases = [
            case
            for file in triage.DEVELOPMENT
            for case in triage.read_cases(file)
            if case.label != "emergency" or "home" not in case.accepted
        ]
        self.stdout.write(f"{len(cases)} cases of {len(triage.DEVELOPMENT)} files")
        unseen = learning.learn_wording(cases, self.stdout.write)
        learning.learn_meaning(cases, unseen, self.stdout.write)
        self.stdout.write(f"wrote {wording.FILE.name} and {meaning.FILE.name}")
