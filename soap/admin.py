"""Everything of this app in the portal."""

from soap import note_admin

__all__ = ["note_admin"]
