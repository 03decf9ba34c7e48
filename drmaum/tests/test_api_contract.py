"""The API keeps its document's word: schemathesis asks every operation, with good data and bad, as
an owner, a vet, a stranger and a visitor. Every request is taken back: each meets the same world."""

from typing import Any

import pytest
import schemathesis

from drmaum.tests.api_asking import NARROW, SOME, WIDE, ask, loaded
from drmaum.tests.api_world import api_world, document, uncounted  # noqa: F401  (fixtures)


@pytest.fixture(autouse=True)
def _named(request: Any) -> None:
    """pytest 9.1 renamed what schemathesis writes the operation's name into."""
    request.node._nodeid = request.node.nodeid


@pytest.fixture
def wide(document: Any, api_world: Any, uncounted: None) -> Any:  # noqa: F811
    return loaded(document, api_world, WIDE)


@pytest.fixture
def some(document: Any, api_world: Any, uncounted: None) -> Any:  # noqa: F811
    return loaded(document, api_world, SOME)


@pytest.fixture
def narrow(document: Any, api_world: Any, uncounted: None) -> Any:  # noqa: F811
    return loaded(document, api_world, NARROW)


@schemathesis.pytest.from_fixture("narrow").parametrize()
def test_a_first_example_of_every_operation_is_answered_as_documented(case, api_world):  # noqa: F811
    ask(case, api_world.owner)


@pytest.mark.long
@schemathesis.pytest.from_fixture("wide").parametrize()
def test_an_owner_is_answered_as_documented(case, api_world):  # noqa: F811
    ask(case, api_world.owner)


@pytest.mark.long
@schemathesis.pytest.from_fixture("some").parametrize()
def test_a_vet_is_answered_as_documented(case, api_world):  # noqa: F811
    ask(case, api_world.vet)


@pytest.mark.long
@schemathesis.pytest.from_fixture("some").parametrize()
def test_a_stranger_is_answered_as_documented(case, api_world):  # noqa: F811
    ask(case, api_world.stranger)


@pytest.mark.long
@schemathesis.pytest.from_fixture("some").parametrize()
def test_a_visitor_is_answered_as_documented(case):
    ask(case, None)
