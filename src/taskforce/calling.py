"""Which hosts a connection may call beside the vendors': those of the environment, and those of its own."""

from collections.abc import Sequence

from taskforce.adapters.http.addresses import Addresses
from taskforce.connection_config import ConnectionConfig


def addresses_of(config: ConnectionConfig, allowed: Sequence[str]) -> Addresses:
    """The rule for one connection; `allowed` is what TASKFORCE_ALLOWED_HOSTS says."""
    return Addresses((*allowed, *config.own_hosts))


def with_own_hosts(config: ConnectionConfig) -> ConnectionConfig:
    """The connection as whoever runs this machine wrote it down: what its addresses name may be called."""
    vendors = Addresses()
    own = tuple(sorted({host for host in config.hosts().values() if not vendors.allows(host)}))
    return config.model_copy(update={"own_hosts": own})


def address_problems(config: ConnectionConfig, allowed: Sequence[str]) -> list[str]:
    """A sentence for each address of a connection that would not be called."""
    addresses = addresses_of(config, allowed)
    return [
        f"{key}: must be an address of Salesforce or Autotask. Whoever runs Taskforce can allow others with "
        "TASKFORCE_ALLOWED_HOSTS, or give this one on the command line."
        for key, host in config.hosts().items()
        if not addresses.allows(host)
    ]
