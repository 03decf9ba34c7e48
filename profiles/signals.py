"""Facts that this app declares and apps above hear, inside the transaction that made them true.

consent_changed         user: User, kind: str, is_granted: bool
"""

from django.dispatch import Signal

consent_changed = Signal()
