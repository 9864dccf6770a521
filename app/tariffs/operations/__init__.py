"""What is done with services, tariffs and their versions."""

from app.tariffs.operations.approving import approve_version, end_version, withdraw_version
from app.tariffs.operations.drafting import check_version, draft_version, make_tariff, reopen_version, save_tariff, save_version
from app.tariffs.operations.services import make_services, save_service, save_setting

__all__ = [
    "approve_version",
    "check_version",
    "draft_version",
    "end_version",
    "make_services",
    "make_tariff",
    "reopen_version",
    "save_service",
    "save_setting",
    "save_tariff",
    "save_version",
    "withdraw_version",
]
