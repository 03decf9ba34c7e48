"""Learns the weights of `triage.wording` and `triage.meaning` from the development cases.

Logistic regressions (scikit-learn, a development dependency) over hashed letters, and over the
question's vector with the wording's score. Thresholds come from cross-validation: of the
messages that must not be called so, at most the given share may be raised. The held-out files
are never read here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.evaluation.triage import Case
from inference.knowledge import embed
from inference.triage import meaning, wording
from inference.triage.types import ORDER
from inference.triage.wording import HEADS, SIZE, Weights

FOLDS = 5
SEED = 1
# Of the messages below a head's urgency, the share that it may raise by mistake.
WORDING_MISTAKES = {"emergency": 0.05, "urgent": 0.04, "soon": 0.08}
MEANING_MISTAKES = {"emergency": 0.03, "urgent": 0.02, "soon": 0.04}
WORDING_STRENGTH = 0.1
MEANING_STRENGTH = 1.0

Array = Any


@dataclass(frozen=True)
class Learnt:
    """One head: its model over all cases, and each case's score by a model that never saw it."""

    model: Any
    unseen: Array
    threshold: float
    recall: float


def learn_wording(cases: Sequence[Case], say: Callable[[str], None]) -> Array:
    """Write the tables; the cross-validated scores, one column a head, are returned."""
    runs = _Runs.of(cases)
    learnt = []
    for head in HEADS:
        found = _learn_runs(runs, cases, head)
        say(f"wording {head}: threshold {found.threshold:.2f}, unseen recall {found.recall:.3f}")
        learnt.append(found)
    wording.save(
        Weights(
            tables=tuple(_as_bytes(one.model.coef_[0])[0] for one in learnt),
            scales=tuple(_as_bytes(one.model.coef_[0])[1] for one in learnt),
            biases=tuple(float(one.model.intercept_[0]) for one in learnt),
            thresholds=tuple(one.threshold for one in learnt),
        )
    )
    return np.column_stack([one.unseen for one in learnt])


def learn_meaning(cases: Sequence[Case], unseen: Array, say: Callable[[str], None]) -> None:
    """`unseen` are the wording's cross-validated scores: the model has to trust them as much as
    they deserve on messages that nobody has labelled."""
    vectors = np.array([embed.embed_query(case.question()) for case in cases])
    learnt = []
    for column, head in enumerate(HEADS):
        features = np.column_stack([unseen[:, column], vectors])
        found = _learn(features, cases, head, MEANING_STRENGTH, MEANING_MISTAKES[head])
        say(f"meaning {head}: threshold {found.threshold:.2f}, unseen recall {found.recall:.3f}")
        learnt.append(found)
    meaning.save(
        meaning.MeaningWeights(
            wording=tuple(float(one.model.coef_[0][0]) for one in learnt),
            vector=tuple(tuple(map(float, one.model.coef_[0][1:])) for one in learnt),
            biases=tuple(float(one.model.intercept_[0]) for one in learnt),
            thresholds=tuple(one.threshold for one in learnt),
        )
    )


@dataclass(frozen=True)
class _Runs:
    """The runs of sentences that `wording` scores, of all cases: features and case of each."""

    features: Any
    case: Array
    is_whole: Array

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "_Runs":
        from scipy.sparse import csr_matrix  # noqa: PLC0415  (not in production)

        starts, places, of_case, whole = [0], [], [], []
        for number, case in enumerate(cases):
            reading = case.reading
            everything = wording.features((*reading.earlier, *reading.sentences), case.species)
            parts = {found for _words, found, _before in reading.runs} - {everything}
            for found in (everything, *parts):
                places += sorted(found)
                starts.append(len(places))
                of_case.append(number)
                whole.append(found is everything)
        shape = (len(of_case), SIZE)
        matrix = csr_matrix((np.ones(len(places)), places, starts), shape=shape)
        return cls(matrix, np.array(of_case), np.array(whole))


def _learn_runs(runs: _Runs, cases: Sequence[Case], head: str) -> Learnt:
    """A danger is shown by its whole message; a message without one has none in any run."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415  (not in production)

    least = ORDER.index(head)
    is_so = np.array([ORDER.index(case.label) >= least for case in cases])
    shown = runs.is_whole | ~is_so[runs.case]
    unseen = np.full(len(cases), -np.inf)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, left in folds.split(is_so, is_so):
        learn = shown & np.isin(runs.case, seen)
        model = _model(WORDING_STRENGTH).fit(runs.features[learn], is_so[runs.case[learn]])
        ask = np.isin(runs.case, left)
        np.maximum.at(unseen, runs.case[ask], model.decision_function(runs.features[ask]))
    model = _model(WORDING_STRENGTH).fit(runs.features[shown], is_so[runs.case[shown]])
    return _learnt(model, unseen, is_so, cases, head, WORDING_MISTAKES[head])


def _learn(
    features: Any, cases: Sequence[Case], head: str, strength: float, mistakes: float
) -> Learnt:
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415

    model = _model(strength)
    least = ORDER.index(head)
    is_so = np.array([ORDER.index(case.label) >= least for case in cases])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    unseen = cross_val_predict(model, features, is_so, cv=folds, method="decision_function")
    return _learnt(model.fit(features, is_so), unseen, is_so, cases, head, mistakes)


def _model(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (not in production)

    return LogisticRegression(
        C=strength, solver="liblinear", intercept_scaling=10, max_iter=400, random_state=SEED
    )


def _learnt(
    model: Any, unseen: Array, is_so: Array, cases: Sequence[Case], head: str, mistakes: float
) -> Learnt:
    least = ORDER.index(head)
    below = np.array([max(map(ORDER.index, case.accepted)) < least for case in cases])
    threshold = float(np.quantile(unseen[below], 1 - mistakes))
    return Learnt(model, unseen, threshold, float((unseen[is_so] > threshold).mean()))


def _as_bytes(weights: Array) -> tuple[bytes, float]:
    """Weights as bytes around the middle, and what one step is worth."""
    step = float(np.abs(weights).max() / (wording.MIDDLE - 1))
    rounded = np.clip(np.round(weights / step), -wording.MIDDLE, wording.MIDDLE - 1)
    return (rounded + wording.MIDDLE).astype(np.uint8).tobytes(), step
