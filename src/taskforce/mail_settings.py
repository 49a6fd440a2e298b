"""Which mail server is used: that of the environment, or else the one that an administrator set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskforce.errors import ConfigurationError
from taskforce.mail_config import MailConfig, MailConfigError, MailEnvironment

if TYPE_CHECKING:
    from taskforce.installation import Installation

FIXED = "The mail server is set by the environment (TASKFORCE_MAIL_HOST): change it there."


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSetting:
    """The mail server as it is set, and where; `address` is the pages' own for links, empty if it is not known."""

    config: MailConfig
    is_from_environment: bool
    address: str


def is_fixed() -> bool:
    """Whether the environment says it, so that nothing can be changed here."""
    return bool(MailEnvironment().host)


def setting(installation: "Installation") -> MailSetting | None:
    """The mail server, None if none is set. Raises ConfigurationError when what is set cannot work."""
    if is_fixed():
        config = MailConfig.of(MailEnvironment().document())
    else:
        stored = installation.mail_servers.stored()
        if stored is None:
            return None
        password = installation.mail_servers.password() if stored.has_password else ""
        config = MailConfig.of({**stored.document, "password": password})
    return MailSetting(config=config, is_from_environment=is_fixed(), address=installation.pages_url or config.address)


def shown(installation: "Installation") -> tuple[Mapping[str, Any], bool]:
    """What is set, without the password, and whether there is one; also where it cannot work."""
    if is_fixed():
        document = MailEnvironment().document()
        return document, bool(document.pop("password", ""))
    stored = installation.mail_servers.stored()
    return ({}, False) if stored is None else (stored.document, stored.has_password)


def checked(installation: "Installation", document: Mapping[str, Any]) -> MailConfig:
    """What was written down; without a `password` the stored one stays, if host and user stay as well.

    Raises MailConfigError with every problem by its key.
    """
    if is_fixed():
        raise ConfigurationError([FIXED])
    given = {key: value for key, value in document.items() if key != "password" or value}
    if given.get("username") and "password" not in given:
        given["password"] = _stored_password(installation, given)
    return MailConfig.of(given)


def change(installation: "Installation", document: Mapping[str, Any]) -> MailConfig:
    """Use this mail server from now on. Raises as `checked` does."""
    config = checked(installation, document)
    password = config.password if config.username else ""
    installation.mail_servers.put(config.plain(), password, installation.clock.now())
    return config


def forget(installation: "Installation") -> None:
    """Send no mail any more; what waits stays until it is given up."""
    if is_fixed():
        raise ConfigurationError([FIXED])
    installation.mail_servers.forget()


def _stored_password(installation: "Installation", given: Mapping[str, Any]) -> str:
    """It belongs to one user at one host, and is sent nowhere else."""
    stored = installation.mail_servers.stored()
    if stored is None or not stored.has_password:
        raise MailConfigError({"password": "is missing"})  # nosec B105 # no password
    if any(str(given.get(key, "")).strip() != stored.document[key] for key in ("host", "username")):
        problem = "has to be typed again, since host or user name is another one"
        raise MailConfigError({"password": problem})
    return installation.mail_servers.password()


_LABELS = {
    "host": "mail server",
    "port": "port",
    "security": "security",
    "username": "user name",
    "sender": "sender",
    "address": "address of the pages",
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any], *, has_new_password: bool) -> dict[str, str]:
    """What changes, old → new, for the audit; of the password no more than that it did."""
    changed = {
        label: f"{before.get(key) or '—'} → {after.get(key) or '—'}"
        for key, label in _LABELS.items()
        if (before.get(key) or "") != (after.get(key) or "")
    }
    return {**changed, **({"password": "changed"} if has_new_password else {})}  # nosec B105 # no password
