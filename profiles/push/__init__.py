"""Notifications to a browser: which devices want them, what was promised to each, the sending."""

from profiles.push.promising import promise

__all__ = ["promise"]
