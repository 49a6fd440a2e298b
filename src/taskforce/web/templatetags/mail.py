"""Whether mail goes out, as a line for administrators wherever that matters."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest

from taskforce.domain.roles import Role
from taskforce.web.access import may, served
from taskforce.web.presenters.mail import mail_line
from taskforce.web.views.mail import facts_of_mail

register = template.Library()


@register.inclusion_tag("web/parts/mail_line.html", takes_context=True)
def mail_trouble(context: Mapping[str, Any]) -> dict[str, str]:
    """Nothing while mail goes out, or for those who cannot mend it."""
    request = context["request"]
    assert isinstance(request, HttpRequest)  # noqa: S101 - every page has one  # nosec B101
    return {"line": mail_line(facts_of_mail(served(request))) if may(request, Role.ADMINISTRATOR) else ""}
