"""What an administrator gets wrong or a network does, and the sentence with the mend that it becomes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.end_to_end.office import Office

WRONG = "hunter2"
"""Stands wherever a secret is wrong, and may be shown nowhere either."""

NOWHERE = "http://127.0.0.1:1"
SECURITY_LEVELS = "Admin > Organization Settings & Users > Resources/Users (HR) > Security Levels"
REFUSED_LOGIN = (
    "Salesforce refused the user name, password or security token, or the user is locked out. Check all three, and the "
    "address (https://test.salesforce.com for a sandbox); a new password brings a new token by e-mail (Settings > "
    "Reset My Security Token). Unlock the user in Setup > Users."
)
NO_API = (
    "The org or the user has no access to the API. API access comes with the editions Enterprise, Unlimited, "
    "Performance and Developer. If the org has one of these, give the user the permission API Enabled."
)
AUTOTASK_LOGIN = (
    "Autotask refused the login at 127.0.0.1. Check the API user's username, secret and integration code, and that the "
    "user is not locked (Admin > Organization Settings & Users > Resources/Users (HR))."
)
NOT_AUTOTASK = (
    "Autotask's answer is not understood ({}): it is not the JSON that was expected. Check that the address is the one "
    "of Autotask's REST API, and whether a proxy answers instead."
)
NOT_SALESFORCE = (
    "The answer to {} is not what Salesforce's API gives. Check that the address is that of a Salesforce org, and that "
    "no proxy answers in its place."
)
OUT_OF_REACH = (
    "{} could not be reached at 127.0.0.1: the connection was refused. Check the address, the network and the proxy "
    "(HTTPS_PROXY), and whether the system is up."
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is wrong: in the connection, with a system's switches, or on the way; and what is told."""

    name: str
    told: str
    connection: Callable[[Office], dict[str, Any]] = lambda _: {}
    system: str = "salesforce"
    settings: dict[str, Any] = field(default_factory=dict)
    fault: dict[str, Any] = field(default_factory=dict)


def connection(**sections: Any) -> Callable[[Office], dict[str, Any]]:
    """Other values in the connection."""
    return lambda _: sections


def denied(entity: str, action: str) -> dict[str, Any]:
    """A right that the security level does not grant."""
    return {"permissions": {entity: {action: False}}}


def may_not(entity: str, action: str) -> str:
    """What is told about it."""
    return (
        f"The API user may not {action} {entity} in Autotask. Grant the right to {action} {entity} in the security "
        f"level of the API user ({SECURITY_LEVELS})."
    )


LOGINS = [
    Case(
        name="wrong password",
        connection=connection(salesforce={"method": "password", "password": WRONG}),
        told=REFUSED_LOGIN,
    ),
    Case(
        name="wrong token",
        connection=connection(salesforce={"method": "password", "security_token": WRONG}),
        told=REFUSED_LOGIN,
    ),
    Case(
        name="SOAP login disabled",
        connection=connection(salesforce={"method": "password"}),
        settings={"soap_login_enabled": False},
        told="Signing in by user name and password (SOAP API login()) is switched off in this org. Use an External "
        "Client App (client credentials), or let an administrator enable SOAP API login() in Setup > User Interface; "
        "it ends for everyone in Summer '27.",
    ),
    Case(
        name="SOAP version without login",
        connection=lambda office: {
            "salesforce": {"method": "password", "url": f"{office.pair.salesforce_url}/services/Soap/u/65.0"}
        },
        told="Version 65.0 of the SOAP API has no login by user name and password. Put {salesforce_url}/services/"
        "Soap/u/64.0 as the address.",
    ),
    Case(
        name="SOAP version retired",
        connection=lambda office: {
            "salesforce": {"method": "password", "url": f"{office.pair.salesforce_url}/services/Soap/u/20.0"}
        },
        told="Version 20.0 of the SOAP API has been retired. Put {salesforce_url}/services/Soap/u/64.0 as the address.",
    ),
    Case(
        name="REST version not offered",
        settings={"versions": [99]},
        told="The org offers no API version from 50.0 to 66.0. Install a newer version of Taskforce.",
    ),
    Case(
        name="wrong client secret",
        connection=connection(salesforce={"client_secret": WRONG}),
        told="Salesforce refused the client secret. Copy the consumer secret of the External Client App anew.",
    ),
    Case(
        name="wrong client id",
        connection=connection(salesforce={"client_id": WRONG}),
        told="Salesforce does not know this client id. Copy the consumer key of the External Client App anew, and "
        "check that the address is that org's.",
    ),
    Case(
        name="no run-as user",
        settings={"client_credentials_enabled": False},
        told="The client app has no user to run as. Enable the client credentials flow in the app's policies, and "
        "choose a Run As user there.",
    ),
    Case(
        name="no private key",
        connection=connection(salesforce={"method": "jwt_bearer", "private_key": WRONG}),
        told="salesforce.private_key cannot be read: it must be an RSA private key in PEM form, without a passphrase.",
    ),
    Case(
        name="app not approved",
        connection=connection(salesforce={"method": "jwt_bearer"}),
        settings={"app_approved": False},
        told="The user is not known, or has not approved the client app. Check the user name; let an administrator "
        "pre-authorize the user's profile or permission set in the app's policies.",
    ),
    Case(
        name="user inactive",
        settings={"user_active": False},
        told="The user is inactive. Activate the user in Salesforce, or choose another one.",
    ),
    Case(name="edition without API", settings={"edition": "Professional Edition"}, told=NO_API),
    Case(name="user without API", settings={"user_api_enabled": False}, told=NO_API),
    Case(name="wrong Autotask secret", connection=connection(autotask={"secret": WRONG}), told=AUTOTASK_LOGIN),
    Case(
        name="wrong integration code", connection=connection(autotask={"integration_code": WRONG}), told=AUTOTASK_LOGIN
    ),
    Case(
        name="wrong Autotask user",
        connection=connection(autotask={"username": WRONG}),
        told="Autotask knows no API user of this username. Check the username: it is the API user's key, which looks "
        "like an e-mail address (Admin > Organization Settings & Users > Resources/Users (HR)).",
    ),
]

RIGHTS = [
    Case(
        name="Salesforce objects out of sight",
        fault={
            "action": "status",
            "path": "/sobjects/Account/describe",
            "status": 404,
            "body": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}],
            "times": None,
        },
        told="The user may not see an object that is needed (describe Account). Give the user read access to accounts "
        "and contacts (Setup > Profiles or Permission Sets > Object Settings).",
    ),
    *(
        Case(
            name=f"{action} {entity}", system="autotask", settings=denied(entity, action), told=may_not(entity, action)
        )
        for entity, action in (
            ("Companies", "query"),
            ("Companies", "create"),
            ("Contacts", "query"),
            ("Contacts", "create"),
            ("Resources", "query"),
            ("Countries", "query"),
        )
    ),
    Case(
        name="query Companies, told by status",
        system="autotask",
        settings={**denied("Companies", "query"), "permission_errors": "403"},
        told=may_not("Companies", "query"),
    ),
    Case(
        name="user-defined fields may not be created",
        system="autotask",
        settings={"udf_creation_allowed": False},
        told="Autotask did not let Taskforce create its user-defined fields: The API user may not create "
        "UserDefinedFieldDefinitions in Autotask. Create by hand, under Admin > Features & Settings > Application-wide "
        '(Shared) Features > User-Defined Fields: "Salesforce Company ID" on the tab Organizations (Companies or '
        'Accounts in older tenants) and "Salesforce Contact ID" on the tab Contacts; each active, not required, of '
        "type Text (Single Line), with room for 18 characters. Then start the import again.",
    ),
]

WAYS = [
    Case(
        name="Salesforce out of reach",
        connection=connection(salesforce={"url": NOWHERE}),
        told=OUT_OF_REACH.format("Salesforce"),
    ),
    Case(
        name="Autotask out of reach",
        connection=connection(autotask={"url": NOWHERE}),
        told=OUT_OF_REACH.format("Autotask"),
    ),
    Case(
        name="wrong zone",
        system="autotask",
        settings={"zone_url": "https://webservices5.autotask.net/ATServicesRest/"},
        told="The database of this user is not at 127.0.0.1: Autotask names webservices5.autotask.net. No credentials "
        "were sent there. Set the connection's autotask url to https://webservices5.autotask.net.",
    ),
    Case(
        name="a zone of somebody else",
        system="autotask",
        settings={"zone_url": "https://collector.example/ATServicesRest/"},
        told="The database of this user is not at 127.0.0.1: Autotask names collector.example. No credentials were "
        "sent there. Check the address; an installation of your own must name its own host over https.",
    ),
    *(
        Case(
            name=f"{action} for {path} of {system}",
            system=system,
            fault={"action": action, "path": path, "status": 200, "times": None},
            told=told,
        )
        for action in ("garbage", "html", "empty")
        for system, path, told in (
            ("salesforce", "/services/oauth2/token", NOT_SALESFORCE.format("login")),
            ("salesforce", "/queryAll", NOT_SALESFORCE.format("query")),
            ("autotask", "(?i)/zoneInformation", NOT_AUTOTASK.format("find the zone")),
            ("autotask", "(?i)/Companies/query", NOT_AUTOTASK.format("query Companies")),
        )
    ),
    Case(
        name="a page instead of a SOAP envelope",
        connection=connection(salesforce={"method": "password"}),
        fault={"action": "html", "path": "/services/Soap", "status": 200, "times": None},
        told=NOT_SALESFORCE.format("login"),
    ),
]
