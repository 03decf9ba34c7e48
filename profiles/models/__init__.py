"""Who is here: people, their animals, what is due for them, what they take along."""

from profiles.models.care import Care, CareQuerySet, Weight, WeightQuerySet
from profiles.models.caretakers import Caretaker, CaretakerQuerySet
from profiles.models.devices import Device, DeviceQuerySet, Notification
from profiles.models.keeping import DataExport, DataExportQuerySet, Erasure
from profiles.models.people import Consent, EmailCode, SignIn, SocketTicket, User, UserManager
from profiles.models.pets import (
    LONGEST_LIFE,
    MedicalRecord,
    Pet,
    PetQuerySet,
    RecordQuerySet,
    Species,
    check_birth_date,
    check_happened_on,
)

__all__ = [
    "LONGEST_LIFE",
    "Care",
    "CareQuerySet",
    "Caretaker",
    "CaretakerQuerySet",
    "Consent",
    "DataExport",
    "DataExportQuerySet",
    "Device",
    "DeviceQuerySet",
    "EmailCode",
    "Erasure",
    "MedicalRecord",
    "Notification",
    "Pet",
    "PetQuerySet",
    "RecordQuerySet",
    "SignIn",
    "SocketTicket",
    "Species",
    "User",
    "UserManager",
    "Weight",
    "WeightQuerySet",
    "check_birth_date",
    "check_happened_on",
]
