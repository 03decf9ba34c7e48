"""Facts that this app declares and apps above hear. Each is sent inside the transaction
that made it true, so a receiver's row is kept or lost together with it.

message_sent            message: Message            an owner's message was stored
consultation_ended      consultation: Consultation  it is closed; its words stay
reply_stop_asked        consultation_id: UUID, reply_id: UUID | None   the owner wants it, or
                        every reply of the consultation, to stop
reply_rated             feedback: Feedback          an owner rated a reply, or changed a rating
audio_uploaded          upload: Upload              a recording was checked and can be transcribed
consultations_erasing   ids: list[UUID]             their rows are about to go. Receivers stop what
                        works on them, before the rows of the consultations are locked, and return
                        what they keep outside the tables, as profiles.signals says
"""

from django.dispatch import Signal

message_sent = Signal()
consultation_ended = Signal()
reply_stop_asked = Signal()
reply_rated = Signal()
audio_uploaded = Signal()
consultations_erasing = Signal()
