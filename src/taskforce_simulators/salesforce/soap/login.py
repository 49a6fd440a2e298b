"""login() of the SOAP API, and every way it refuses. Source: reference section 1.

The texts of INVALID_LOGIN, INVALID_OPERATION and LOGIN_MUST_USE_SECURITY_TOKEN are those seen in the wild, the others
are made up (reference section 10, 1).
"""

from collections.abc import Callable
from typing import Final

from taskforce_simulators.salesforce import organization
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.sessions import Session
from taskforce_simulators.salesforce.settings import Settings
from taskforce_simulators.salesforce.soap.envelope import LoginError, element, elements
from taskforce_simulators.salesforce.store import Row

LAST_VERSION: Final = 64
"""login() is not there from version 65 on."""

_INVALID: Final = "Invalid username, password, security token; or user locked out."
_NEW_LOCATION: Final = (
    f"{_INVALID} Are you at a new location? When accessing Salesforce--either via a desktop client or the API--from "
    "outside of your company\u2019s trusted networks, you must add a security token to your password to log in. To get "
    "your new security token, log in to Salesforce. From your personal settings, enter Reset My Security Token in the "
    "Quick Find box, then select Reset My Security Token."
)
_Check = tuple[Callable[[Settings], bool], str, str]
_CHECKS: Final[tuple[_Check, ...]] = (
    (lambda s: s.account_locked, "INVALID_LOGIN", _INVALID),
    (lambda s: s.org_locked, "ORG_LOCKED", "The organization is locked."),
    (lambda s: s.trial_expired, "TRIAL_EXPIRED", "The trial period of the organization is over."),
    (lambda s: not s.has_api, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"),
    (lambda s: not s.user_api_enabled, "API_CURRENTLY_DISABLED", "API is disabled for this User"),
    (lambda s: s.ip_restricted, "LOGIN_DURING_RESTRICTED_DOMAIN", "The user may not log in from this IP address."),
    (lambda s: s.login_hours_restricted, "LOGIN_DURING_RESTRICTED_TIME", "The user may not log in at this time."),
    (lambda s: s.login_challenge, "LOGIN_CHALLENGE_ISSUED", "The user must verify this new device or location first."),
    (
        lambda s: not s.use_any_api_auth,
        "INSUFFICIENT_ACCESS",
        'The user does not have the permission "Use Any API Auth", which SOAP API login() requires.',
    ),
)
"""What is looked at once name and password are right, in this order."""


def log_in(org: Org, username: str, password: str, version: float) -> Session:
    """Begin a session, or say why not."""
    if version > LAST_VERSION:
        message = f"The SOAP Login operation is not available in the API version specified ({version}). "
        raise ApiError(500, "INVALID_OPERATION", message + "Refer to the documentation for supported versions.")
    if not org.settings.soap_login_enabled:
        message = "SOAP API login() is disabled by default in this org. "
        message += "Contact the org administrator to enable SOAP API login()."
        raise ApiError(500, "INVALID_OPERATION", message)
    _check_password(org.settings, username, password)
    if not org.is_active(organization.USER_ID):
        raise LoginError("INVALID_LOGIN", _INVALID)
    for refuses, code, message in _CHECKS:
        if refuses(org.settings):
            raise LoginError(code, message)
    restricted = org.settings.password_expired
    return org.sessions.begin(organization.ORGANIZATION_ID, organization.USER_ID, restricted=restricted)


def _check_password(settings: Settings, username: str, password: str) -> None:
    known = username.casefold() == organization.USERNAME.casefold()
    if known and password == organization.PASSWORD + organization.SECURITY_TOKEN:
        return
    if known and password == organization.PASSWORD:
        if not settings.require_security_token:
            return
        raise LoginError("LOGIN_MUST_USE_SECURITY_TOKEN", _NEW_LOCATION)
    raise LoginError("INVALID_LOGIN", _INVALID)


def login_result(org: Org, session: Session, flavour: str, version: str) -> str:
    """The result of login(); clients read it by position, so the order is part of the protocol."""
    path = f"{version}/{organization.ORGANIZATION_ID[:15]}"
    letter = "u" if flavour == "partner" else "c"
    pairs: list[tuple[str, object]] = [
        ("metadataServerUrl", f"{org.public_url}/services/Soap/m/{path}"),
        ("passwordExpired", session.restricted),
        ("sandbox", org.settings.sandbox),
        ("serverUrl", f"{org.public_url}/services/Soap/{letter}/{path}"),
        ("sessionId", session.token),
        ("userId", session.user_id),
        ("userInfo", user_info(org, org.user(session))),
    ]
    return element("result", elements(pairs))


def user_info(org: Org, user: Row) -> list[str]:
    """What login() and getUserInfo() tell of the user, in the order of the WSDL."""
    currency = org.settings.currency
    pairs: list[tuple[str, object]] = [
        ("accessibilityMode", False),
        ("chatterExternal", False),
        ("currencySymbol", "$" if currency == "USD" else currency),
        ("orgAttachmentFileSizeLimit", 5_242_880),
        ("orgDefaultCurrencyIsoCode", currency),
        ("orgDefaultCurrencyLocale", "en_US"),
        ("orgDisallowHtmlAttachments", False),
        ("orgHasPersonAccounts", org.settings.person_accounts),
        ("organizationId", organization.ORGANIZATION_ID),
        ("organizationMultiCurrency", org.settings.multi_currency),
        ("organizationName", org.settings.organization_name),
        ("profileId", organization.PROFILE_ID),
        ("roleId", None),
        ("sessionSecondsValid", org.settings.session_seconds),
        ("userDefaultCurrencyIsoCode", currency if org.settings.multi_currency else None),
        ("userEmail", user["Email"]),
        ("userFullName", user["Name"]),
        ("userId", user["Id"]),
        ("userLanguage", user["LanguageLocaleKey"]),
        ("userLocale", user["LocaleSidKey"]),
        ("userName", user["Username"]),
        ("userTimeZone", user["TimeZoneSidKey"]),
        ("userType", user["UserType"]),
        ("userUiSkin", "Theme3"),
    ]
    return elements(pairs)
