"""What an Autotask connection is made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class AutotaskCredentials:
    """The address and the three credentials of an API user.

    `url` may be the generic host, a zone's host, or either with the path of the API; Autotask is asked for the zone.
    """

    url: str
    username: str = field(repr=False)
    secret: str = field(repr=False)
    integration_code: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that every request but zone discovery carries (vendor help, "Authentication")."""
        return {"UserName": self.username, "Secret": self.secret, "ApiIntegrationCode": self.integration_code}

    @property
    def private_texts(self) -> tuple[str, ...]:
        """What may never appear in a message."""
        return (self.username, self.secret, self.integration_code)
