"""What several commands are told in the same way."""

from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(help="The connection's name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
AsJsonList = Annotated[bool, typer.Option("--json", help="A list, for programs.")]
AsJsonAtLast = Annotated[bool, typer.Option("--json", help="The last line is one JSON object.")]
"""For what shows its progress in the lines before."""


def commands_of_a_connection(words: str) -> typer.Typer:
    """Commands that stand behind the name of a connection, which their context holds; `words` is their help."""
    app = typer.Typer(no_args_is_help=True)

    @app.callback(help=words)
    def choose(context: typer.Context, name: Name) -> None:
        context.obj = name

    return app
