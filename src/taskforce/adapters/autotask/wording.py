"""The sentences for refused requests, and the vendor's texts made fit to be shown: no personal data, no secret."""

import re
from collections.abc import Iterable, Mapping

from taskforce.adapters.autotask.error_map import Judgement, Verdict

SYSTEM = "Autotask"

LONGEST_TEXT = 200

SECURITY_LEVELS = "Admin > Organization Settings & Users > Resources/Users (HR) > Security Levels"
API_USERS = "Admin > Organization Settings & Users > Resources/Users (HR)"
API_ACTIVITY = "Admin > Extensions & Integrations > Other Extensions & Tools > API Activity by Hour"

_QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"")
_BRACKETED = re.compile(r"\[(?!\d{1,6}\])[^\]]*\]")
_MAIL = re.compile(r"\S+@\S+")
_LONG_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}\d")

_SENTENCES: Mapping[Verdict, tuple[str, str]] = {
    Verdict.LOGIN: (
        "Autotask refused the login at {host}.",
        f"Check the API user's username, secret and integration code, and that the user is not locked ({API_USERS}).",
    ),
    Verdict.UNKNOWN_USER: (
        "Autotask knows no API user of this username.",
        f"Check the username: it is the API user's key, which looks like an e-mail address ({API_USERS}).",
    ),
    Verdict.PERMISSION: (
        "The API user may not {action} {entity} in Autotask.",
        f"Grant the right to {{action}} {{entity}} in the security level of the API user ({SECURITY_LEVELS}).",
    ),
    Verdict.THREAD_LIMIT: (
        "Autotask is handling too many requests of this integration at once ({operation}).",
        "Nothing to do: it is tried again. Give Taskforce a tracking identifier of its own if this goes on.",
    ),
    Verdict.TOO_MANY: (
        "Autotask takes no more requests for now ({operation}).",
        f"Nothing to do: the next import goes on. Who uses the tenant's hourly limit up is shown in {API_ACTIVITY}.",
    ),
    Verdict.REQUEST_LIMIT: (
        "The hourly request limit of the Autotask tenant is used up, by all integrations together.",
        f"Nothing to do: the next import goes on. Who uses it up is shown in {API_ACTIVITY}.",
    ),
    Verdict.NOT_OFFERED: (
        "There is no such request at {host} ({operation}).",
        "Check that the address is the one of Autotask's REST API, such as https://webservices.autotask.net.",
    ),
    Verdict.NOT_FOUND: (
        "There is no Autotask API at {host}, or not this part of it ({operation}).",
        "Check that the address is the one of Autotask's REST API, such as https://webservices.autotask.net.",
    ),
    Verdict.REJECTED: (
        "Autotask refused the request ({operation}).",
        "This is likely a defect of Taskforce or a change of Autotask; report it with this sentence.",
    ),
    Verdict.REDIRECTED: (
        "{host} answered with a redirect, which Taskforce does not follow.",
        "Check the address, and whether a proxy or a log-in page of your network answers instead of Autotask.",
    ),
    Verdict.BUSY: (
        "Autotask is not available at the moment (status {status}, {operation}).",
        "Nothing to do: it is tried again.",
    ),
    Verdict.FAILED: (
        "Autotask failed (status {status}, {operation}).",
        "Nothing to do: it is tried again. If it goes on, ask Autotask's support with the text above.",
    ),
    Verdict.STRANGE: (
        "Autotask answered in a way that is not understood (status {status}, {operation}).",
        "Check that the address is the one of Autotask's REST API, and whether a proxy answers instead.",
    ),
}

_MENDS: Mapping[str, str] = {
    "required_missing": "Fill the field in in Salesforce, or make it optional in Autotask.",
    "bad_picklist": "Look whether the entry is inactive in Autotask.",
    "bad_reference": "Look whether the record it names is inactive in Autotask.",
    "unknown_field": "Look whether the field was taken away from the API user or from Autotask.",
    "too_long": "Shorten the value in Salesforce.",
    "bad_type": "Correct the value in Salesforce.",
    "duplicate": "Look for the record of the same name in Autotask.",
    "not_found": "Look whether the record, or the company it belongs to, was deleted in Autotask.",
}

IN_DOUBT_MEND = "Nothing to do: Taskforce waits, and looks whether it was carried out before it writes again."


def sentence(judgement: Judgement, **facts: object) -> tuple[str, str]:
    """The sentence and the mend for a refusal; `facts` are operation, entity, action, host and status."""
    what, mend = _SENTENCES[judgement.verdict]
    return what.format(**facts), mend.format(**facts)


def rejection(judgement: Judgement, private: Iterable[str], status: int) -> tuple[str, str]:
    """The vendor's own reason for refusing a record, cleaned, and what to do about it."""
    reason = shown(judgement.texts, private) or f"Autotask refused it with status {status} and gave no reason."
    return reason, _MENDS.get(judgement.code, "Correct the value that Autotask names.")


def shown(texts: Iterable[str], private: Iterable[str]) -> str:
    """The vendor's texts without anything that may be a value: names of fields stay, quoted and sent values go."""
    text = " ".join(" ".join(texts).split())
    for value in sorted({each.strip() for each in private}, key=len, reverse=True):
        if len(value) > 1:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", text, flags=re.IGNORECASE)
    for pattern, stand_in in ((_QUOTED, "'…'"), (_BRACKETED, "[…]"), (_MAIL, "…"), (_LONG_NUMBER, "…")):
        text = pattern.sub(stand_in, text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()}…"
