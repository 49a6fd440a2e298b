"""Columns that mean the same on SQLite and PostgreSQL."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class SourceIdField(_Text):
    """A Salesforce id: 18 characters, case-sensitive, in the order of its bytes whatever the database's locale."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["max_length"] = 18
        super().__init__(*args, **options)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """SQLite compares bytes by itself; PostgreSQL has to be told."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
