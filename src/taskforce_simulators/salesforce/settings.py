"""The switches of the simulated org, with the values they have after a reset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Final, Self

from taskforce_simulators.salesforce.schema import OBJECTS, Field, Schema, custom_field

_FEATURES: Final = {
    "person_accounts": "person",
    "multi_currency": "currency",
    "state_country_picklists": "states",
    "middle_names": "middle",
    "opt_out_fields": "optout",
}
_WITHOUT_API: Final = frozenset({"Team Edition", "Professional Edition", "Contact Manager Edition", "Base Edition"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every switch; the names are those of the control API."""

    organization_name: str = "Taskforce Demo"
    edition: str = "Enterprise Edition"
    sandbox: bool = False
    currency: str = "USD"
    versions: list[int] = field(default_factory=lambda: list(range(31, 69)))
    my_domain: bool = True
    """Whether the server's address is the org's own domain; otherwise it stands for login.salesforce.com."""

    soap_login_enabled: bool = True
    use_any_api_auth: bool = True
    require_security_token: bool = True
    password_expired: bool = False
    account_locked: bool = False
    login_challenge: bool = False
    ip_restricted: bool = False
    login_hours_restricted: bool = False
    org_locked: bool = False
    trial_expired: bool = False
    api_enabled: bool = True
    user_api_enabled: bool = True
    user_active: bool = True
    view_setup: bool = True

    client_credentials_enabled: bool = True
    app_approved: bool = True
    username_password_flow: bool = True
    refresh_token_rotation: bool = False

    session_seconds: int = 7200
    daily_request_limit: int = 100_000
    page_size: int = 2000
    least_page_size: int = 200
    locator_seconds: int = 172_800
    most_locators: int = 10
    deleted_days: int = 15
    read_lag_seconds: int = 0
    """So much later than it is made, every change is seen; its SystemModstamp is that of its making."""

    bulk_enabled: bool = True
    bulk_seconds: int = 0
    """So long a bulk job takes."""
    bulk_failure: str = ""
    """The errorMessage with which every bulk job ends, if there is one."""
    bulk_page_size: int = 50_000
    daily_bulk_jobs: int = 10_000

    person_accounts: bool = False
    multi_currency: bool = False
    state_country_picklists: bool = False
    middle_names: bool = False
    opt_out_fields: bool = False
    hidden_fields: dict[str, list[str]] = field(default_factory=dict)
    hidden_records: list[str] = field(default_factory=list)
    custom_fields: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    picklists: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def changed(self, changes: Mapping[str, object]) -> Self:
        """With some switches set otherwise; an unknown one, or a value of another type, is a ValueError."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"there is no setting {name}; there are {', '.join(sorted(known))}")
            if type(value) is not type(known[name]):
                raise ValueError(f"{name} is to be of the kind of {known[name]!r}, not {value!r}")
        settings = replace(self, **changes)  # type: ignore[arg-type]
        settings.schema()
        return settings

    def form(self) -> dict[str, object]:
        """All switches by name."""
        return asdict(self)

    @property
    def has_api(self) -> bool:
        """API access comes with the edition and can be off all the same (spec S12)."""
        return self.api_enabled and self.edition not in _WITHOUT_API

    def custom(self) -> dict[str, tuple[Field, ...]]:
        """The custom fields by object."""
        return {_known(name): tuple(map(custom_field, forms)) for name, forms in self.custom_fields.items()}

    def schema(self) -> Schema:
        """The objects as these switches show them."""
        return Schema(
            features=frozenset(feature for name, feature in _FEATURES.items() if getattr(self, name)),
            hidden={_known(name): frozenset(names) for name, names in self.hidden_fields.items()},
            custom=self.custom(),
            picklists={
                _known(name): {
                    field_name: {value: value for value in values} for field_name, values in by_field.items()
                }
                for name, by_field in self.picklists.items()
            },
        )


def _known(object_name: str) -> str:
    if object_name not in OBJECTS:
        raise ValueError(f"there is no object {object_name}; there are {', '.join(OBJECTS)}")
    return object_name
