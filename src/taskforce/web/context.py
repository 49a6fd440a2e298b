"""What the templates of all pages may ask for."""

from collections.abc import Callable

from django.http import HttpRequest

from taskforce.domain.roles import Role
from taskforce.web.access import lacks_second_factor, may, served


def second_factor(request: HttpRequest) -> dict[str, Callable[[], bool]]:
    """Whether an administrator should be told to set one up; looked up only where it is asked."""

    def is_advised() -> bool:
        is_free = not served(request).requires_second_factor
        return is_free and may(request, Role.ADMINISTRATOR) and lacks_second_factor(request)

    return {"second_factor_is_advised": is_advised}
