"""Browser sessions in the database, whose keys no cookie can turn into an error."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie can hold what no column of text can: such a key names no session."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) >= 8 and key.isascii() and key.isalnum()
