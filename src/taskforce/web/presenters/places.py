"""Where a record stands in the two systems: the addresses of its pages there."""

import re
from urllib.parse import urlencode, urlsplit

from taskforce.connection_config import is_loopback
from taskforce.domain.history import RecordedChange
from taskforce.domain.records import Entity

_ZONE = re.compile(r"webservices(\d+)\.autotask\.net")
_PAGES = {Entity.COMPANY: ("OpenAccount", "AccountID"), Entity.CONTACT: ("OpenContact", "ContactID")}
"""Autotask's ExecuteCommand codes, each with the word for the id."""


def salesforce_url(address: str, source_id: str) -> str:
    """A record's page in Salesforce, by the org's address: /ID leads to it in every edition and look.

    A simulator on this machine has no page for an id, but a start page.
    """
    origin = _origin(address)
    return f"{origin}/" if is_loopback(origin) else f"{origin}/{source_id}"


def autotask_url(address: str, entity: Entity, target_id: int) -> str:
    """A record's page in Autotask, by the address of the API in its zone; empty where the zone is not known yet."""
    origin = _origin(address)
    if is_loopback(origin):
        return f"{origin}/"
    zone = _ZONE.fullmatch((urlsplit(address).hostname or "").lower())
    if zone is None:
        return ""
    code, name = _PAGES[entity]
    query = urlencode({"Code": code, name: target_id})
    return f"https://ww{zone.group(1)}.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?{query}"


def urls_of(addresses: tuple[str, str], change: RecordedChange) -> tuple[str, str]:
    """A record's pages in both systems, by their addresses; empty where there is none."""
    salesforce, autotask = addresses
    ours = salesforce_url(salesforce, change.source_id)
    return ours, autotask_url(autotask, change.entity, change.target_id) if change.target_id else ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
