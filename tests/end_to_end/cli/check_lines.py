"""Every line of `taskforce check` that can fail: how that comes, and what is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.end_to_end.cli.bad_input import AUTOTASK_LOGIN, NOWHERE, OUT_OF_REACH, SECURITY_LEVELS, WRONG
from tests.end_to_end.office import NAME, Office

Arrange = Callable[[Office], object]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line that fails, how that comes, and what is told; a warning does not stop an import."""

    system: str
    name: str
    arrange: Arrange
    told: str
    mend: str
    is_warning: bool = False

    @property
    def finding(self) -> dict[str, Any]:
        """As programs read it."""
        return {
            "system": self.system,
            "name": self.name,
            "ok": False,
            "stops_import": not self.is_warning,
            "message": self.told,
            "mend": self.mend,
        }

    @property
    def text(self) -> str:
        """As people read it."""
        return f"{'!' if self.is_warning else '✗'} {self.system}: {self.told} → {self.mend}"


def edited(**sections: Any) -> Arrange:
    """Other values in the connection."""
    return lambda office: office.installation.book.edit(NAME, sections)


def org(**settings: Any) -> Arrange:
    """Switches of Salesforce."""
    return lambda office: office.control("salesforce", "settings", **settings)


def tenant(**settings: Any) -> Arrange:
    """Switches of Autotask."""
    return lambda office: office.control("autotask", "settings", **settings)


def denied(entity: str, *actions: str) -> Arrange:
    """Rights that Autotask's security level does not grant."""
    return tenant(permissions={entity: dict.fromkeys(actions, False)})


def picklist(field: str, *labels: str) -> Arrange:
    """A company picklist of Autotask with these labels."""
    values = [{"value": str(number), "label": label} for number, label in enumerate(labels, 1)]
    return lambda office: office.control("autotask", "picklist", entity="Companies", field=field, values=values)


def required(entity: str, field: str) -> Arrange:
    """A field that Autotask requires."""
    return lambda office: office.control("autotask", "field", entity=entity, field=field, isRequired=True)


def out_of_sight(object_name: str) -> Arrange:
    """An object that the Salesforce user may not see."""
    return lambda office: office.control(
        "salesforce",
        "faults",
        action="status",
        path=f"/sobjects/{object_name}/describe",
        status=404,
        body=[{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}],
    )


def no_metadata(office: Office) -> None:
    """A right that the entity's own word does not tell of."""
    denial = "The logged in Resource does not have the adequate permissions to query this entity type."
    office.control(
        "autotask", "faults", action="status", path="userDefinedFields", status=500, body={"errors": [denial]}
    )


CLOCK = (
    "Have the machine set its clock by itself (timedatectl set-ntp true): schedules, sessions and what was changed "
    "last depend on it."
)


def wrong_clock(system: str) -> Arrange:
    """A vendor whose clock is ten minutes ahead of this machine's."""
    return lambda office: office.control(system, "clock", advance_seconds=600)


def clock_line(system: str) -> Line:
    """What is told of it."""
    return Line(
        system=system,
        name="clock",
        arrange=wrong_clock(system.lower()),
        told=f"This machine's clock is about 10 min behind that of {system}.",
        mend=CLOCK,
        is_warning=True,
    )


def grant(what: str) -> str:
    """The mend of a right that is missing."""
    return f"Grant {what} in the security level of the API user ({SECURITY_LEVELS})."


SALESFORCE_LINES = [
    Line(
        system="Salesforce",
        name="reachable",
        arrange=edited(salesforce={"url": NOWHERE}),
        told="Salesforce could not be reached at 127.0.0.1: the connection was refused.",
        mend=OUT_OF_REACH.partition("refused. ")[2],
    ),
    Line(
        system="Salesforce",
        name="login",
        arrange=edited(salesforce={"client_secret": WRONG}),
        told="Salesforce refused the client secret.",
        mend="Copy the consumer secret of the External Client App anew.",
    ),
    Line(
        system="Salesforce",
        name="api_version",
        arrange=org(versions=[99]),
        told="The org offers no API version from 50.0 to 66.0.",
        mend="Install a newer version of Taskforce.",
    ),
    Line(
        system="Salesforce",
        name="login_method",
        arrange=edited(salesforce={"method": "password"}),
        told="Signing in by user name and password ends in Summer '27.",
        mend="Set up an External Client App with the client credentials flow.",
        is_warning=True,
    ),
    *(
        Line(
            system="Salesforce",
            name=f"{object_name.lower()}_access",
            arrange=out_of_sight(object_name),
            told=f"The user may not see an object that is needed (describe {object_name}).",
            mend="Give the user read access to accounts and contacts (Setup > Profiles or Permission Sets > Object "
            "Settings).",
        )
        for object_name in ("Account", "Contact")
    ),
    Line(
        system="Salesforce",
        name="api_access",
        arrange=org(edition="Professional Edition"),
        told="The org or the user has no access to the API.",
        mend="API access comes with the editions Enterprise, Unlimited, Performance and Developer. If the org has one "
        "of these, give the user the permission API Enabled.",
    ),
    Line(
        system="Salesforce",
        name="owner_names",
        arrange=org(hidden_fields={"User": ["FirstName"]}),
        told="Salesforce does not show a field that was asked for (FirstName).",
        mend="Make the field visible to the user (field-level security), or take it out of the mapping.",
    ),
    Line(
        system="Salesforce",
        name="account_fields",
        arrange=org(hidden_fields={"Account": ["Name"]}),
        told="The user does not see Name of Account.",
        mend="Make these fields visible to the user (Setup > Object Manager > Fields > Set Field-Level Security).",
    ),
    Line(
        system="Salesforce",
        name="account_fields",
        arrange=org(hidden_fields={"Account": ["Fax", "Phone"]}),
        told="The user does not see Fax, Phone of Account; they are not imported.",
        mend="Make them visible to the user by field-level security if they should be.",
        is_warning=True,
    ),
    Line(
        system="Salesforce",
        name="contact_fields",
        arrange=org(hidden_fields={"Contact": ["AccountId"]}),
        told="The user does not see AccountId of Contact.",
        mend="Make these fields visible to the user (Setup > Object Manager > Fields > Set Field-Level Security).",
    ),
    Line(
        system="Salesforce",
        name="daily_limit",
        arrange=org(daily_request_limit=5),
        told="4 of 5 requests of today are used.",
        mend="Look which other programs use the API, or lengthen the interval.",
        is_warning=True,
    ),
    Line(
        system="Salesforce",
        name="daily_limit",
        arrange=org(daily_request_limit=0),
        told="The org's daily limit of API requests is used up.",
        mend="The import goes on by itself when requests are free again; other programs of the org share this limit.",
    ),
    Line(
        system="Salesforce",
        name="record_filter",
        arrange=edited(settings={"record_filter": {"accounts": ["Colour__c = red"]}}),
        told="Salesforce shows its user no field Colour__c.",
        mend="Make it visible by field-level security, or change the filter; until then nothing is decided by it.",
    ),
    clock_line("Salesforce"),
]

API_ACTIVITY = "Admin > Extensions & Integrations > Other Extensions & Tools > API Activity by Hour"
FILL = "Add rows for them to the mapping, or make them optional in Autotask; until then it refuses new records."
CHOOSE = "Set default_account_manager to the first and last name, exactly as Autotask has them, of one active resource."

AUTOTASK_LINES = [
    Line(
        system="Autotask",
        name="reachable",
        arrange=edited(autotask={"url": NOWHERE}),
        told="Autotask could not be reached at 127.0.0.1: the connection was refused.",
        mend=OUT_OF_REACH.partition("refused. ")[2],
    ),
    Line(
        system="Autotask",
        name="zone",
        arrange=tenant(zone_url="https://webservices5.autotask.net/ATServicesRest/"),
        told="The database of this user is not at 127.0.0.1: Autotask names webservices5.autotask.net. No credentials "
        "were sent there.",
        mend="Set the connection's autotask url to https://webservices5.autotask.net.",
    ),
    Line(
        system="Autotask",
        name="login",
        arrange=edited(autotask={"secret": WRONG}),
        told="Autotask refused the login at 127.0.0.1.",
        mend=AUTOTASK_LOGIN.partition("127.0.0.1. ")[2],
    ),
    Line(
        system="Autotask",
        name="request_limit",
        arrange=tenant(other_use=7_500, added_delays=False),
        told="7501 of 10000 requests in 60 minutes are used, by all integrations together.",
        mend=f"Look who uses them: {API_ACTIVITY}.",
        is_warning=True,
    ),
    Line(
        system="Autotask",
        name="request_limit",
        arrange=tenant(other_use=10_000),
        told="The hourly request limit of the Autotask tenant is used up, by all integrations together.",
        mend=f"Nothing to do: the next import goes on. Who uses it up is shown in {API_ACTIVITY}.",
    ),
    Line(
        system="Autotask",
        name="permission_companies",
        arrange=denied("Companies", "create", "update"),
        told="The API user may not create and update Companies.",
        mend=grant("it"),
    ),
    Line(
        system="Autotask",
        name="permission_contacts",
        arrange=denied("Contacts", "query"),
        told="The API user may not query Contacts.",
        mend=grant("it"),
    ),
    Line(
        system="Autotask",
        name="permission_resources",
        arrange=denied("Resources", "query"),
        told="The API user may not query Resources.",
        mend=grant("it"),
    ),
    Line(
        system="Autotask",
        name="permission_countries",
        arrange=denied("Countries", "query"),
        told="The API user may not query Countries.",
        mend=grant("it"),
    ),
    Line(
        system="Autotask",
        name="metadata",
        arrange=no_metadata,
        told="The API user may not query Companies in Autotask.",
        mend=grant("the right to query Companies"),
    ),
    Line(
        system="Autotask",
        name="id_fields",
        arrange=denied("UserDefinedFieldDefinitions", "create"),
        told='The user-defined fields "Salesforce Company ID" on companies and "Salesforce Contact ID" on contacts do '
        "not exist, and the API user may not create them.",
        mend="Create by hand, under Admin > Features & Settings > Application-wide (Shared) Features > User-Defined "
        'Fields: "Salesforce Company ID" on the tab Organizations (Companies or Accounts in older tenants) and '
        '"Salesforce Contact ID" on the tab Contacts; each active, not required, of type Text (Single Line), with room '
        "for 18 characters. Then start the import again.",
    ),
    Line(
        system="Autotask",
        name="company_types",
        arrange=picklist("companyType", "Client", "Lead"),
        told='Autotask has no active company type "Customer", which accounts without a known type get.',
        mend='Set fallback_company_type to one of those there are: "Client", "Lead".',
    ),
    *(
        Line(
            system="Autotask",
            name=name,
            arrange=picklist(field),
            told=f"Autotask has no active {words}, so none is set.",
            mend=f"Add {words} in Autotask if they are used.",
            is_warning=True,
        )
        for name, field, words in (
            ("market_segments", "marketSegmentID", "market segments"),
            ("classifications", "classification", "classifications"),
        )
    ),
    *(
        Line(
            system="Autotask",
            name=f"required_fields_{entity.lower()}",
            arrange=required(entity, unfilled),
            told=f"Autotask requires fields of {entity.lower()} that Taskforce does not fill: {unfilled}.",
            mend=FILL,
        )
        for entity, unfilled in (("Companies", "taxID"), ("Contacts", "roomNumber"))
    ),
    Line(
        system="Autotask",
        name="required_fields_companies",
        arrange=required("Companies", "city"),
        told="Autotask requires fields of companies that may be blank in Salesforce: city.",
        mend="Fill them in in Salesforce, or make them optional in Autotask; a record without them is refused.",
        is_warning=True,
    ),
    Line(
        system="Autotask",
        name="mapping_companies",
        arrange=edited(settings={"mapping": {"accounts": [{"source": '"x"', "target": "udf:Gone"}]}}),
        told="Autotask has no field udf:Gone of companies any more.",
        mend="Remove its row.",
        is_warning=True,
    ),
    Line(
        system="Autotask",
        name="mapping_contacts",
        arrange=edited(
            settings={
                "mapping": {
                    "contacts": [
                        {
                            "source": "MailingCountry",
                            "target": "countryID",
                            "transform": "country",
                            "table": {"Old": "Atlantis"},
                        }
                    ]
                }
            }
        ),
        told="Autotask has no active country Atlantis.",
        mend="Choose one that it has.",
        is_warning=True,
    ),
    Line(
        system="Autotask",
        name="stand_ins",
        arrange=lambda office: office.control("autotask", "field", entity="Companies", field="phone", length=5),
        told="A stand-in value is too long for Autotask: phone of companies takes 5 letters.",
        mend="Shorten phone_stand_in or first_name_stand_in.",
        is_warning=True,
    ),
    Line(
        system="Autotask",
        name="default_account_manager",
        arrange=edited(settings={"default_account_manager": "Nobody Atall"}),
        told="Autotask has no resource with the name of the default account manager.",
        mend=CHOOSE,
    ),
    Line(
        system="Autotask",
        name="default_account_manager",
        arrange=edited(settings={"default_account_manager": ""}),
        told="No default account manager is set: companies whose owner is no resource are held.",
        mend="Set default_account_manager to the first and last name of an active resource.",
        is_warning=True,
    ),
    clock_line("Autotask"),
]
