"""The form of the extension page's tab General; every field is named, and nothing else is taken from a request."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from taskforce.connection_config import MASK, NEEDED, SECRETS, ConnectionConfig, LoginMethod
from taskforce.domain.schema import Resource
from taskforce.domain.settings import Deletion, NearMatch, Overflow, PersonAccounts
from taskforce.web.presenters.addresses import advice_on, filled_in
from taskforce.web.presenters.extension import (
    autotask_field,
    field_of,
    initial_of,
    is_moved,
    stored_secrets,
)

METHODS = (
    (LoginMethod.CLIENT_CREDENTIALS.value, "Client credentials (recommended)"),
    (LoginMethod.JWT_BEARER.value, "JWT bearer: a key instead of a secret"),
    (LoginMethod.PASSWORD.value, "User name and password, as the extension did: ends in Summer '27"),
)
NEAR_MATCHES = (
    (NearMatch.CREATE.value, "Create it, and mark it in the run"),
    (NearMatch.HOLD.value, "Hold it for somebody to look at (recommended for the first import)"),
)
DELETIONS = (
    (Deletion.KEEP.value, "Leave the company or contact as it is"),
    (Deletion.DEACTIVATE.value, "Set the company or contact inactive; active again when the deletion is taken back"),
)
OVERFLOWS = (
    (Overflow.CUT.value, "Cut it, and report the original"),
    (Overflow.REFUSE.value, "Hold the record until somebody shortens it"),
)
PERSONS = (
    (PersonAccounts.SKIP.value, "Leave them out, and count them"),
    (PersonAccounts.IMPORT.value, "Import each as a company with one contact"),
)
LONGEST_KEY = 20_000
NO_LIMIT = "Empty: no limit."


def _text(label: str, help_text: str = "", *, longest: int = 255, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(label=label, help_text=help_text, max_length=longest, **options)


def _secret(label: str, help_text: str = "", *, strip: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return _text(label, help_text, longest=1000, widget=widget, strip=strip)


def _number(label: str, help_text: str = "", *, least: int = 0, most: int = 1_000_000_000) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=least, max_value=most)


def _limit(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=NO_LIMIT, min_value=0, max_value=1_000_000_000, required=False)


def _choice(label: str, choices: Iterable[tuple[str, str]], help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=tuple(choices), help_text=help_text)


class GeneralForm(forms.Form):
    """A connection with its settings; `stored` is what is saved, None while there is nothing."""

    use_required_attribute = False

    url = _text("URL", longest=500)
    username = _text("Username")
    password = _secret("Password", strip=False)
    method = forms.ChoiceField(label="Access method", choices=METHODS, widget=forms.RadioSelect)
    client_id = _text("Consumer key", "Of the External Client App; Salesforce also calls it client id.", longest=500)
    client_secret = _secret("Consumer secret", "Of the External Client App; Salesforce also calls it client secret.")
    private_key = _text(
        "Private key",
        "RSA, in PEM form; the app holds the certificate that belongs to it.",
        longest=LONGEST_KEY,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    autotask_url = _text(
        "Autotask address", "As it stands, Autotask itself tells in which zone your database is.", longest=500
    )
    autotask_username = _text("API user name", "The Username (Key) of the API user.")
    autotask_secret = _secret("API user's password", "The Password (Secret) of the API user.")
    autotask_integration_code = _secret("Integration code", "The Tracking Identifier that the API user was given.")

    active = forms.BooleanField(label="Active", required=False)
    mail_only_with_changes = forms.BooleanField(
        label="Do not send e-mail unless new or updated companies or contacts are found by a scheduled import",
        required=False,
    )
    default_account_manager = _text(
        "If the Salesforce account owner does not exist in Autotask, assign the company to",
        widget=forms.TextInput(attrs={"list": "resources", "autocomplete": "off"}),
    )
    interval_minutes = _number("Minutes between two imports", "The extension had 20.", least=1, most=1440)

    near_match = _choice(
        "A record that would be created although something much like it stands in Autotask", NEAR_MATCHES
    )
    match_ignores_legal_forms = forms.BooleanField(
        label="Company names match without their punctuation and legal form",
        help_text='"Acme, Inc." is then the same name as "ACME Inc".',
        required=False,
    )
    match_reads_states = forms.BooleanField(
        label="States match by their code or their name",
        help_text='"New York" is then the same as "NY".',
        required=False,
    )
    deletion = _choice("An account or contact that is deleted in Salesforce", DELETIONS)
    overflow = _choice("A name, title, street line or city that is longer than the Autotask field", OVERFLOWS)
    person_accounts = _choice("Person accounts, where the org has them", PERSONS)
    clear_blanks = forms.BooleanField(
        label="A blank in Salesforce clears the field in Autotask", help_text="Never a required one.", required=False
    )
    fallback_company_type = _text("Company type for accounts without a type that Autotask has", required=True)
    phone_stand_in = _text(
        "Phone for accounts without one",
        "Autotask requires a phone; used when a company is created, never over a real one.",
        longest=25,
        required=True,
    )
    first_name_stand_in = _text(
        "First name for contacts without one", "Autotask requires it as well.", longest=50, required=True
    )
    autotask_currency = forms.RegexField(
        label="Currency of Autotask",
        regex="^([A-Z]{3})?$",
        required=False,
        help_text="Three letters, such as USD; only for Salesforce orgs with several currencies.",
        error_messages={"invalid": "Put the three capital letters of a currency, such as USD, or nothing."},
    )
    brake_creates = _limit("More created than")
    brake_updates = _limit("More linked or updated than")
    brake_deactivations = _limit("More set inactive than")
    brake_cleared = _limit("More values cleared than")
    brake_share_percent = _number("More of the linked records changed than, in percent", least=1, most=100)
    autotask_share_percent = _number(
        "Share of Autotask's hourly limit, in percent",
        "Taskforce yields when all integrations together have used so much.",
        least=1,
        most=100,
    )
    autotask_at_once = _number(
        "Requests to Autotask at once, to companies and to contacts each",
        "Autotask allows 3 and refuses at times already then; put 1 if another integration uses the same code.",
        least=1,
        most=3,
    )
    salesforce_share_percent = _number("Share of the org's daily limit, in percent", least=1, most=100)
    reconcile_days = _number("Days between two complete comparisons of both sides", "0: never.", most=366)
    alarm_hours = forms.FloatField(
        label="Hours without a successful import after which people are told",
        help_text="0: never.",
        min_value=0,
        max_value=168,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        stored: ConnectionConfig | None,
        resources: Sequence[Resource] = (),
    ) -> None:
        super().__init__(data, initial=initial_of(stored), label_suffix="")
        self._stored = stored
        self._resources = resources
        for name, field in self.fields.items():
            _dress(field, is_stored=name in self.secrets_stored)

    @property
    def secrets_stored(self) -> frozenset[str]:
        """The secrets that are masked: they are kept unless typed anew."""
        return stored_secrets(self._stored, self.initial)

    @property
    def is_row_open(self) -> bool:
        """Whether the web service's row has to be seen: there is nothing yet, or something is wrong with it."""
        return self._stored is None or any(name in self.errors for name in ("url", "username", "password"))

    @property
    def chosen_method(self) -> str:
        """The access method that is chosen now."""
        return str(self["method"].value())

    def clean(self) -> dict[str, Any]:
        """What the access method needs is there, and the addresses may do."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "method" not in values or "url" not in values or autotask_field("url") not in values:
            return values
        method = LoginMethod(values["method"])
        values["url"] = url = filled_in(values["url"].strip(), method)
        autotask_url = values[autotask_field("url")]
        kept = stored_secrets(self._stored, values)
        if advice := advice_on(url, method):
            self.add_error("url", advice)
        for name in NEEDED[method]:
            self._require(name, name in SECRETS["salesforce"], kept, url, "salesforce")
        for name in ("username", "secret", "integration_code"):
            field = autotask_field(name)
            self._require(field, name in SECRETS["autotask"], kept, autotask_url, "autotask")
        self._check_manager(values.get("default_account_manager", ""))
        return values

    def take(self, problems: Sequence[str]) -> None:
        """Put problems with the whole connection beside the fields they are about."""
        for problem in problems:
            name, sentence = field_of(problem)
            if name not in self.errors:
                self.add_error(name, sentence)

    def _require(self, name: str, is_secret: bool, kept: frozenset[str], url: str, side: str) -> None:
        typed = self.cleaned_data.get(name)
        if name in self.errors or (typed and not (is_secret and typed == MASK)) or (is_secret and name in kept):
            return
        if is_secret and self._stored is not None and is_moved(self._stored, side, url):
            self.add_error(name, "The address is another one: type this again, so that it is sent there by your word.")
        else:
            self.add_error(name, "This is needed.")

    def _check_manager(self, name: str) -> None:
        """Exactly one active resource has this name, as far as the resources are known; what is stored may stay."""
        if not name or not self._resources or (self._stored and name == self.initial["default_account_manager"]):
            return
        found = [each for each in self._resources if each.full_name == name]
        if len(found) > 1:
            self.add_error("default_account_manager", "Several resources have this name: tell them apart in Autotask.")
        elif not found:
            self.add_error("default_account_manager", "Autotask has no resource of this name: choose one of the list.")
        elif not found[0].is_active:
            self.add_error("default_account_manager", "This resource is inactive in Autotask: choose another.")


def _dress(field: forms.Field, *, is_stored: bool) -> None:
    """The look of a field, and the mask in the place of a secret that is stored."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
        widget.attrs["class"] = "form-check-input"
    elif isinstance(widget, forms.Select):
        widget.attrs["class"] = "form-select"
    else:
        widget.attrs["class"] = "form-control"
    if is_stored:
        widget.attrs["placeholder"] = MASK


class NameForm(forms.Form):
    """A connection's name, for a new one."""

    use_required_attribute = False
    name = forms.RegexField(
        label="Name of the connection",
        regex=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        max_length=64,
        help_text="For yourself: letters, digits, and - _ . in between.",
        error_messages={
            "required": "Give the connection a name.",
            "invalid": "Begin with a letter or digit, and use letters, digits, - _ . only.",
        },
        widget=forms.TextInput(attrs={"class": "form-control", "autocapitalize": "none"}),
    )


class ConfirmForm(forms.Form):
    """Whoever changes addresses, users or secrets shows once more who they are."""

    use_required_attribute = False
    own_password = forms.CharField(
        label="Your own password for Taskforce",
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
    )
