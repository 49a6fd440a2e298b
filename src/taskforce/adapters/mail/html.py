"""A letter as HTML: no picture, no script, nothing loaded from elsewhere; readable in light and dark."""

from functools import cache
from pathlib import Path

from django.template import Context, Engine, Template

from taskforce.domain.letters import Letter


def as_html(letter: Letter) -> str:
    """The whole document."""
    return _template().render(Context({"letter": letter}))


@cache
def _template() -> Template:
    return Engine(dirs=[str(Path(__file__).parent / "templates")]).get_template("mail/letter.html")
