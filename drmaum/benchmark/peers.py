"""hnswlib and usearch in this process, over the same vectors and questions: what an index without
a database, without filters and without a second process costs. Not part of the product; each is
measured where it is installed (`pip install -e .[benchmark]`)."""

import time
from importlib.util import find_spec
from typing import Any

import numpy as np

from drmaum.benchmark.library import DEPTH, Say
from inference.evaluation.figures import percentile
from inference.knowledge.spaces import HNSW_BREADTH, HNSW_LINKS

BREADTH = 100


def measure(vectors: Any, questions: Any, say: Say) -> dict[str, Any]:
    """Each peer with the links and the breadth of the product's index; all vectors are halves,
    as there, where the library allows it."""
    found = {}
    exact = [set(np.argpartition(-(vectors @ one), DEPTH)[:DEPTH].tolist()) for one in questions]
    for name, run in (("hnswlib", _hnswlib), ("usearch", _usearch)):
        if find_spec(name) is None:
            found[name] = {"skipped": "not installed"}
            continue
        say(f"{len(vectors):,} passages: {name} …")
        found[name] = run(vectors, questions, exact)
    return found


def _hnswlib(vectors: Any, questions: Any, exact: Any) -> dict[str, Any]:
    import hnswlib  # noqa: PLC0415  (only where it is installed)

    index = hnswlib.Index(space="ip", dim=vectors.shape[1])
    index.init_index(len(vectors), M=HNSW_LINKS, ef_construction=HNSW_BREADTH)
    begun = time.perf_counter()
    index.add_items(vectors, num_threads=2)
    minutes = (time.perf_counter() - begun) / 60
    index.set_ef(BREADTH)
    return _ask(lambda one: index.knn_query(one, k=DEPTH)[0][0], questions, exact, minutes)


def _usearch(vectors: Any, questions: Any, exact: Any) -> dict[str, Any]:
    from usearch.index import Index  # noqa: PLC0415  (only where it is installed)

    index = Index(
        ndim=vectors.shape[1], metric="ip", dtype="f16", connectivity=HNSW_LINKS,
        expansion_add=HNSW_BREADTH, expansion_search=BREADTH,
    )  # fmt: skip
    begun = time.perf_counter()
    index.add(np.arange(len(vectors)), vectors, threads=2)
    minutes = (time.perf_counter() - begun) / 60
    return _ask(lambda one: index.search(one, DEPTH).keys, questions, exact, minutes)


def _ask(ask: Any, questions: Any, exact: Any, minutes: float) -> dict[str, Any]:
    times, shares = [], []
    for question, wanted in zip(questions, exact, strict=True):
        begun = time.perf_counter()
        got = ask(question)
        times.append((time.perf_counter() - begun) * 1000)
        shares.append(len(wanted & {int(one) for one in got}) / DEPTH)
    return {
        "build_minutes": round(minutes, 2),
        "p50_ms": percentile(times, 0.5),
        "p99_ms": percentile(times, 0.99),
        "recall@10": round(float(np.mean(shares)), 4),
    }
