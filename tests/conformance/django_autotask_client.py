"""Runs django-autotask's own synchronizers in a process of its own; prints what they stored as JSON.

Arguments: the base URL of the API, user name, secret, integration code.
"""

import json
import sys

import django
from django.conf import settings
from django.core.management import call_command


def main(server_url: str, username: str, secret: str, integration_code: str) -> None:
    """Set Django up, synchronize twice, print the rows and the counts of both rounds."""
    settings.configure(
        SECRET_KEY="of no use here",
        USE_TZ=True,
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "djautotask"],
        # The package's migrations are of years; its tables are made straight from its models.
        MIGRATION_MODULES={"djautotask": None},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        AUTOTASK_SERVER_URL=server_url,
        AUTOTASK_CREDENTIALS={
            "username": username,
            "password": secret,
            "integration_code": integration_code,
            "rest_api_version": "1.0",
        },
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    rounds = [synchronize(), synchronize()]
    print(json.dumps({"rounds": rounds, "rows": rows()}, default=str))


def synchronize() -> dict[str, list[int]]:
    """Run the synchronizers in the order in which their records refer to each other."""
    from djautotask import sync

    classes = (
        sync.LicenseTypeSynchronizer,
        sync.AccountTypeSynchronizer,
        sync.ResourceSynchronizer,
        sync.AccountSynchronizer,
        sync.ContactSynchronizer,
    )
    return {known.__name__: list(known(full=True).sync()) for known in classes}


def rows() -> dict[str, list[dict[str, object]]]:
    """What is stored, by model."""
    from djautotask import models

    wanted = {
        models.Resource: ("id", "user_name", "email", "first_name", "last_name", "active", "title", "license_type_id"),
        models.Account: (
            "id", "name", "number", "active", "phone", "last_activity_date", "type_id", "parent_account_id",
            "owner_resource_id",
        ),
        models.Contact: (
            "id", "first_name", "last_name", "email_address", "phone", "alternate_phone", "mobile_phone", "extension",
            "account_id",
        ),
        models.AccountType: ("id", "label", "is_active"),
    }  # fmt: skip
    return {model.__name__: list(model.objects.order_by("id").values(*names)) for model, names in wanted.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
