"""How passwords are kept, at the product's full cost; all other tests use `tests.support.passwords`."""

from django.test import override_settings

from taskforce import django_settings
from taskforce.adapters.store.models import User
from taskforce.adapters.store.users import Users
from taskforce.domain.roles import Role
from taskforce.installation import Installation

PASSWORD = "a heron stands in the reeds"


def test_passwords_are_kept_as_argon2id_with_100_mb_of_memory(installation: Installation) -> None:
    """More than OWASP's least (19 MiB, two passes); whoever gets hold of the table guesses slowly (ASVS 11.4.2)."""
    with override_settings(PASSWORD_HASHERS=django_settings.PASSWORD_HASHERS):
        person = {"role": Role.VIEWER, "full_name": "", "email": "", "now": installation.clock.now()}
        Users().add("rosa", password=PASSWORD, **person)
        kept = User.objects.get(username="rosa")
        others = [kept.check_password(each) for each in (PASSWORD, PASSWORD.upper())]

    assert kept.password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert PASSWORD not in kept.password
    assert others == [True, False]
