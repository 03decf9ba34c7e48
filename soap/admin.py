"""Everything of this app in the portal."""

from soap import board_admin, note_admin

__all__ = ["board_admin", "note_admin"]
