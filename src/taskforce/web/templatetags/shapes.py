"""Icons, states and moments."""

from datetime import datetime, timedelta

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil

from taskforce.web.presenters.states import State

register = template.Library()

JUST_NOW = timedelta(minutes=1)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word, which says the same."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("web/icons.svg"), name
    )


@register.simple_tag
def state(shown: State, word: str = "") -> SafeString:
    """A state as shape, colour and word, which may be a better one than the state's own."""
    return format_html('<span class="tf-state tf-{}">{} {}</span>', shown.value, icon(shown.value), word or shown.word)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """How long ago, or how soon; the exact time, in the reader's time zone, on hover and for screen readers."""
    if value is None:
        return "N/A"
    local = timezone.localtime(value)
    exact = f"{local:%Y-%m-%d %H:%M:%S} {timezone.get_current_timezone_name()}"
    now = timezone.now()
    if abs(now - value) < JUST_NOW:
        words = "just now" if value <= now else "in less than a minute"
    else:
        words = f"in {timeuntil(value, now, depth=1)}" if value > now else f"{timesince(value, now, depth=1)} ago"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)
