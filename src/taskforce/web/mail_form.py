"""The forms of Admin › Mail; every field is named, and nothing else is taken from a request."""

from collections.abc import Mapping
from typing import Any

from django import forms

from taskforce.adapters.mail.server import Security
from taskforce.connection_config import MASK

SECURITIES = (
    (Security.STARTTLS.value, "STARTTLS (port 587)"),
    (Security.TLS.value, "TLS (port 465)"),
    (Security.NONE.value, "None (this machine, port 25)"),
)
CREDENTIALS = ("host", "port", "security", "username", "password")
"""What is changed only after signing in again: it says where the password is sent, or is it."""


def _text(label: str, help_text: str = "", *, longest: int = 255, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}))
    return forms.CharField(label=label, help_text=help_text, max_length=longest, **options)


class MailForm(forms.Form):
    """A mail server; the stored password is never sent back to the page."""

    use_required_attribute = False

    host = _text("Host", "Such as smtp.example.com.", required=True)
    security = forms.ChoiceField(label="Security", choices=SECURITIES)
    port = forms.IntegerField(
        label="Port", help_text="Empty: the usual one.", min_value=1, max_value=65535, required=False
    )
    username = _text("User name", "Empty if the server asks for no login.")
    password = _text(
        "Password",
        "Many providers want one that is made for applications.",
        longest=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sender = _text(
        "Sender", "A mail address, with a name if you like: Taskforce <taskforce@example.com>.", required=True
    )
    address = _text(
        "Address of these pages",
        "For the links in mails: the address that people who get them can open, such as https://taskforce.example.com.",
        longest=500,
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any], has_password: bool, is_fixed: bool) -> None:
        shown = {**initial, "port": initial.get("port") or None}
        super().__init__(data, initial=shown, label_suffix="")
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "security" else "form-control"
            field.disabled = is_fixed
        if has_password:
            self.fields["password"].widget.attrs["placeholder"] = MASK

    def document(self) -> dict[str, Any]:
        """What was written down, in the words of `taskforce.mail_config`."""
        typed = dict(self.cleaned_data)
        typed["port"] = typed["port"] or 0
        if typed["password"] == MASK:
            typed["password"] = ""  # nosec B105 # no password
        return typed

    def take(self, problems: Mapping[str, str]) -> None:
        """Put each problem beside its field."""
        for name, text in problems.items():
            self.add_error(name if name in self.fields else None, f"{text[:1].upper()}{text[1:]}.")


class TrialForm(forms.Form):
    """Where a test mail goes."""

    use_required_attribute = False
    recipient = forms.EmailField(
        label="To",
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "email"}),
        error_messages={
            "required": "Type the mail address that the test mail goes to.",
            "invalid": "This is no mail address.",
        },
    )
