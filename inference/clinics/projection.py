"""Grid coordinates of the register into degrees, by pyproj.

The register is kept in EPSG:5174 (Korean 1985, modified central belt). Its look-alikes 2097 and
5179 put a clinic 255 m and further away.
"""

from pyproj import Transformer
from pyproj.exceptions import ProjError

from inference.clinics.places import LATITUDES, LONGITUDES

REGISTER = "EPSG:5174"


class ProjectionError(ValueError):
    """No such coordinate system."""


class Projection:
    """From one coordinate system, named as in "EPSG:5174", to WGS84."""

    def __init__(self, crs: str = REGISTER) -> None:
        """Raises ProjectionError."""
        try:
            self._transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        except ProjError as error:
            raise ProjectionError(f"unknown coordinate system: {crs}") from error

    def degrees(self, x: float, y: float) -> tuple[float, float] | None:
        """Latitude and longitude, to a tenth of a metre; None outside Korea."""
        longitude, latitude = self._transformer.transform(x, y)
        is_inside = (
            LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]
        )
        return (round(latitude, 6), round(longitude, 6)) if is_inside else None
