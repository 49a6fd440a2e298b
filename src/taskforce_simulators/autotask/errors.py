"""How the API says no. Texts are the recorded ones where there are any; FIDELITY.md tells which are inferred."""

from typing import Final

NOT_FOUND_PAGE: Final = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
    '<html xmlns="http://www.w3.org/1999/xhtml">\r\n<head>\r\n<title>404 - File or directory not found.</title>\r\n'
    "</head>\r\n<body>\r\n<h1>Server Error</h1>\r\n<h2>404 - File or directory not found.</h2>\r\n"
    "<h3>The resource you are looking for might have been removed, had its name changed, or is temporarily "
    "unavailable.</h3>\r\n</body>\r\n</html>\r\n"
)
PERMISSION: Final = "The logged in Resource does not have the adequate permissions to {} this entity type."


class ApiError(Exception):
    """A refusal: most are status 500 with {"errors": [text, …]} (reference section 4)."""

    def __init__(self, *texts: str, status: int = 500) -> None:
        super().__init__(*texts)
        self.status = status
        self.texts = list(texts)


class UnauthorizedError(Exception):
    """401 without a body."""


class NoPathError(Exception):
    """The web server's own 404: an HTML page."""


class NoMethodError(Exception):
    """405 as the web framework words it."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The requested resource does not support http method '{method}'.")


def required(field: str) -> ApiError:
    """A required field has no value (recorded)."""
    return ApiError(f"Value does not exist for the required field {field}")


def bad_picklist(value: object, field: str) -> ApiError:
    """A value that the picklist does not have (recorded)."""
    return ApiError(f"Picklist value [{value}] does not exist for {field}")


def bad_reference(field: str, entity_name: str) -> ApiError:
    """A reference to nothing, or to something inactive (recorded)."""
    return ApiError(f"Reference value on field: {field} of type: {entity_name} does not exist or is invalid.")


def unknown_field(field: str, entity_name: str) -> ApiError:
    """A query names a field that the entity does not have (recorded)."""
    return ApiError(f"Unable to find {field} in the {entity_name} Entity")


def conversion_failed(value: object) -> ApiError:
    """Text was compared with a number (recorded)."""
    return ApiError(f"Conversion failed when converting varchar '{value}' to data type int")


def unexpected_character(value: str, path: str) -> ApiError:
    """JSON of the wrong type (recorded as far as the first sentence)."""
    return ApiError(f"Unexpected character encountered while parsing value: {value[:1]}. Path '{path}'.")


def bad_conversion(value: object, kind: str, path: str) -> ApiError:
    """JSON that cannot be read as the field's type (inferred: the JSON library's own sentence)."""
    return ApiError(f"Could not convert string to {kind}: {value}. Path '{path}'.")


def no_match(action: str) -> ApiError:
    """Nothing to delete (recorded) or to update (inferred after it)."""
    return ApiError(
        "No message. No matching records found. The logged in Resource may not have the required permissions to "
        f"{action} the data."
    )
