"""The simulated org: who it is, who may log in, and with what. All of it is made up on the spot and of no other use."""

from functools import cache
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from taskforce_simulators.salesforce import identifiers

ORGANIZATION_ID: Final = identifiers.make("00D", 1)
USER_ID: Final = identifiers.make("005", 1)
PROFILE_ID: Final = identifiers.make("00e", 1)
USERNAME: Final = "integration@taskforce-demo.example"
PASSWORD: Final = "correct-horse-42"
SECURITY_TOKEN: Final = "Zq3vT8LmN5xYbK7rWd2HsCgFa"
CLIENT_ID: Final = "3MVG9simulated.TaskforceDemoConsumerKey"
CLIENT_SECRET: Final = "5A1B0C2D3E4F5061728394A5B6C7D8E9F"

_PEOPLE: Final = (("Ada", "Lindqvist"), ("Ben", "Okafor"), ("Carla", "Mendes"))


@cache
def private_key() -> str:
    """The key that signs JWT assertions, made once per process, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@cache
def public_key() -> str:
    """The half of the key that the org's app knows, as PEM."""
    key = serialization.load_pem_private_key(private_key().encode(), password=None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def credentials() -> dict[str, str]:
    """What a client needs to log in, by every method."""
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "private_key": private_key(),
        "username": USERNAME,
        "password": PASSWORD,
        "security_token": SECURITY_TOKEN,
    }


def users() -> list[dict[str, object]]:
    """The users that are there before any scenario: the one that integrations log in as, and a few people."""
    integration = _user(USER_ID, "Integration", "User", USERNAME)
    people = [
        _user(identifiers.make("005", number), first, last, f"{first}.{last}@taskforce-demo.example".lower())
        for number, (first, last) in enumerate(_PEOPLE, 2)
    ]
    return [integration, *people]


def _user(identifier: str, first: str, last: str, username: str) -> dict[str, object]:
    return {
        "Id": identifier,
        "Username": username,
        "FirstName": first,
        "LastName": last,
        "Email": username,
        "Alias": f"{first[0]}{last}".lower()[:8],
        "CommunityNickname": f"{first}.{last}".lower(),
        "IsActive": True,
        "TimeZoneSidKey": "UTC",
        "LocaleSidKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
        "ProfileId": PROFILE_ID,
        "UserType": "Standard",
        "DigestFrequency": "D",
        "DefaultGroupNotificationFrequency": "N",
    }
