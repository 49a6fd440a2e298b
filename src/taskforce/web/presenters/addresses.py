"""Addresses in words: what to put where an old or unfit one stands (S5), and where Taskforce calls from (S13)."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from taskforce.adapters.own_addresses import is_public
from taskforce.adapters.salesforce.soap import FIRST_VERSION, LATEST_VERSION
from taskforce.connection_config import LoginMethod

STANDARD_URL = f"https://login.salesforce.com/services/Soap/u/{LATEST_VERSION}.0"
"""For user name and password."""

MY_DOMAIN_URL = "https://yourcompany.my.salesforce.com"
"""For the other access methods, with the org's own name in it."""

AUTOTASK_URL = "https://webservices.autotask.net"

_SOAP = re.compile(r"/services/Soap/[uc]/(\d{1,3})(?:\.\d+)?", re.IGNORECASE)
_FOR_ALL_ORGS = ("login.salesforce.com", "test.salesforce.com", "www.salesforce.com")
_PAGES = (".lightning.force.com", ".my.salesforce-setup.com")


def standard_url(method: LoginMethod) -> str:
    """What stands in the form beforehand."""
    return STANDARD_URL if method is LoginMethod.PASSWORD else MY_DOMAIN_URL


def filled_in(url: str, method: LoginMethod) -> str:
    """The address as it is meant: an empty one, or the other method's template, is the standard one."""
    if not url or (method is LoginMethod.PASSWORD and url == MY_DOMAIN_URL):
        return standard_url(method)
    return url


def advice_on(url: str, method: LoginMethod) -> str:
    """What to put instead of this Salesforce address; empty when it may do."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return ""
    for suffix in _PAGES:
        if host.endswith(suffix):
            own = f"https://{host.removesuffix(suffix)}.my.salesforce.com"
            return f"This is the address of Salesforce's pages. Put {own}."
    soap = _SOAP.match(parts.path)
    if method is LoginMethod.PASSWORD:
        return _advice_for_password(host, int(soap[1])) if soap else ""
    return _advice_for_tokens(host, int(soap[1]) if soap else None, method)


def _advice_for_password(host: str, version: int) -> str:
    if FIRST_VERSION <= version <= LATEST_VERSION:
        return ""
    why = "which Salesforce has retired" if version < FIRST_VERSION else "which has no login by user name and password"
    instead = "login.salesforce.com" if host == "www.salesforce.com" else host
    return (
        f"This is the address of version {version}.0, {why}. Put https://{instead}/services/Soap/u/{LATEST_VERSION}.0."
    )


def _advice_for_tokens(host: str, version: int | None, method: LoginMethod) -> str:
    own = f"Put your org's own address, such as {MY_DOMAIN_URL} (Salesforce: Setup › My Domain)."
    if version is not None and version < FIRST_VERSION:
        return f"This is the address of version {version}.0, which Salesforce has retired. {own}"
    if version is not None:
        return f"This is the address for signing in by user name and password. {own}"
    if host == urlsplit(MY_DOMAIN_URL).hostname:
        return "Put your org's own name in the place of yourcompany (Salesforce: Setup › My Domain)."
    if host in _FOR_ALL_ORGS and method is LoginMethod.CLIENT_CREDENTIALS:
        return f"Client credentials are accepted at an org's own address only. {own}"
    return ""


def called_from(addresses: Sequence[str], *, is_proxied: bool) -> tuple[str, str]:
    """Where Salesforce sees Taskforce calling from: the address if that is known, and a sentence about it."""
    where = "Salesforce itself tells it: Setup › Login History shows the Source IP of each sign-in of the user."
    if is_proxied:
        return "", f"Taskforce calls through a proxy, whose address it cannot see from here. {where}"
    public = [address for address in addresses if is_public(address)]
    if not public:
        own = f"This machine knows itself as {', '.join(addresses)}, which is" if addresses else "This machine has"
        what = "not what the internet sees" if addresses else "no address that the internet sees"
        return "", f"{own} {what}: a router or firewall calls in its place, and Taskforce cannot see which. {where}"
    if len(public) == 1:
        return public[0], "This is the machine's own address; a firewall in between may put another. " + where
    return ", ".join(public), "These are the machine's own addresses; which is used, its routes decide. " + where
