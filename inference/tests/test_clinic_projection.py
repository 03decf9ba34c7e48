"""Grid coordinates of the register into degrees, held against places that everybody can look up."""

import math

import pytest

from inference.clinics.projection import Projection, ProjectionError

KONKUK = (206445.8811, 448922.8817), (37.542541, 127.073725)
JEJU = (159225.936, -4535.171), (33.454759, 126.562256)


def metres(one, other):
    north = (one[0] - other[0]) * 111_200
    east = (one[1] - other[1]) * 111_200 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


@pytest.mark.parametrize(("grid", "degrees"), [KONKUK, JEJU], ids=["건국대", "제주대"])
def test_known_clinics_lie_where_they_are(grid, degrees):
    assert metres(Projection().degrees(*grid), degrees) < 1


def test_a_look_alike_is_another_place():
    assert metres(Projection("EPSG:2097").degrees(*KONKUK[0]), KONKUK[1]) > 200


def test_degrees_stay_degrees():
    assert Projection("EPSG:4326").degrees(127.073725, 37.542541) == (37.542541, 127.073725)


def test_degrees_are_kept_to_a_tenth_of_a_metre():
    latitude, longitude = Projection().degrees(*KONKUK[0])

    assert (latitude, longitude) == (round(latitude, 6), round(longitude, 6))


@pytest.mark.parametrize(
    ("x", "y"), [(-5e6, 3e6), (1e30, 1e30), (float("nan"), 0), (float("inf"), 0)]
)
def test_what_lies_outside_korea_is_nowhere(x, y):
    assert Projection().degrees(x, y) is None


@pytest.mark.parametrize("name", ["EPSG:1", "서울", ""])
def test_an_unknown_system_is_an_error_that_names_it(name):
    with pytest.raises(ProjectionError, match="unknown coordinate system"):
        Projection(name)
