"""How the API says no: errors with a status, as REST and SOAP both carry them. Source: reference section 3."""

from collections.abc import Sequence
from typing import Self


class ApiError(Exception):
    """An answer of failure: HTTP status, error code, message, and the fields it is about."""

    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def body(self) -> list[dict[str, object]]:
        """The array that REST answers with."""
        error: dict[str, object] = {"message": self.message, "errorCode": self.code}
        return [error if self.fields is None else error | {"fields": list(self.fields)}]

    @classmethod
    def of_session(cls) -> Self:
        """The session is unknown, ended or expired."""
        return cls(401, "INVALID_SESSION_ID", "Session expired or invalid")

    @classmethod
    def not_found(cls) -> Self:
        """There is no such record, object or resource."""
        return cls(404, "NOT_FOUND", "The requested resource does not exist")

    @classmethod
    def deleted(cls) -> Self:
        """The record is in the recycle bin."""
        return cls(404, "ENTITY_IS_DELETED", "entity is deleted")

    @classmethod
    def malformed_id(cls, identifier: str) -> Self:
        """What was given cannot be an id."""
        return cls(400, "MALFORMED_ID", f"malformed id {identifier}")

    @classmethod
    def malformed_query(cls, message: str) -> Self:
        """The query cannot be understood."""
        return cls(400, "MALFORMED_QUERY", message)
