"""Check-ins after a danger: promised with the triage, asked by the clock, answered by the owner.

    promising   the rows, in the transaction of the triage that found the danger
    asking      the question in the app and by mail, once its time has come
    answering   the answer becomes an owner's message, so that triage hears it

Whoever changes the status of a follow-up holds the lock of its consultation.
"""
