"""Who may do what: credentials, security level, impersonation (reference section 2)."""

from collections.abc import Mapping

from taskforce_simulators.autotask.errors import PERMISSION, ApiError, UnauthorizedError
from taskforce_simulators.autotask.schema import Entity
from taskforce_simulators.autotask.settings import Settings
from taskforce_simulators.autotask.store import Store

API_USER_LICENSE = 7


def check_credentials(headers: Mapping[str, str], settings: Settings) -> None:
    """The three headers are right, or the refusal of 2026 or of 2023."""
    user = headers.get("UserName", "").lower() == settings.username.lower()
    code = headers.get("ApiIntegrationCode", "") == settings.integration_code
    if settings.auth_errors == "2023" and not user:
        raise ApiError("The username is invalid.")
    if settings.auth_errors == "2023" and not code:
        raise ApiError("IntegrationCode is invalid.")
    if not (user and code and headers.get("Secret", "") == settings.secret):
        raise UnauthorizedError


def check_permission(settings: Settings, entity: Entity, action: str) -> None:
    """The API user's security level grants the action."""
    if not settings.permits(entity.path, action):
        raise ApiError(PERMISSION.format(action), status=int(settings.permission_errors))


def impersonator(headers: Mapping[str, str], settings: Settings, store: Store, action: str) -> int | None:
    """The resource that a write is made for, if any; reading for another, or for an API user, is refused."""
    given = headers.get("ImpersonationResourceId", "").strip()
    if not given:
        return None
    resource = store.row("Resources", int(given)) if given.isdigit() else None
    allowed = resource is not None and resource["isActive"] and resource["licenseType"] != API_USER_LICENSE
    if action == "query" or not allowed:
        raise ApiError(PERMISSION.format(action), status=int(settings.permission_errors))
    return int(given)
