"""Which addresses this machine has, as far as it knows itself: nobody else is asked (S13)."""

import ipaddress
import socket

import psutil


def own_addresses() -> list[str]:
    """Every address of this machine by which others could be called, public ones first."""
    found = {
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in (socket.AF_INET, socket.AF_INET6) and is_for_calling(address.address)
    }
    return sorted(found, key=lambda address: (not is_public(address), ":" in address, address))


def is_public(address: str) -> bool:
    """Whether the other end of a call over the internet could see this address."""
    return ipaddress.ip_address(address).is_global


def is_for_calling(address: str) -> bool:
    """Whether it leads out of this machine; those with a zone ("fe80::1%eth0") do not lead far."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (read.is_loopback or read.is_link_local or read.is_unspecified)
