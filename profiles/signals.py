"""Facts that this app declares and apps above hear, inside the transaction that made them true.

consent_changed         user: User, kind: str, is_granted: bool
account_erasing         user: User      its rows are about to go
pet_erasing             pet: Pet        its rows are about to go
care_ended              pet_id: UUID, user_id: UUID     the user no longer cares for another's pet

Of the two `erasing` a receiver stops what is under way, and returns what it keeps outside the tables:
{name: [text, ..]}. All of it stands in the receipt, and is handed back after the commit until
nobody objects:

leftovers_due           left: Mapping[str, list[str]]    each app removes what it knows by name;
                        one that cannot do it now raises, and is asked again. A file of the media
                        storage is named under "files" by its key, whosever it is.
"""

from django.dispatch import Signal

consent_changed = Signal()
account_erasing = Signal()
pet_erasing = Signal()
care_ended = Signal()
leftovers_due = Signal()
