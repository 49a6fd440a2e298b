"""An error that nobody expected, told without what it was about."""

import traceback


def where(error: Exception) -> str:
    """The kind of an error and the line of ours that raised it; never its message, which may hold data."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "taskforce" in frame.filename]
    name = frames[-1].filename.replace("\\", "/").rpartition("/")[2].removesuffix(".py") if frames else ""
    return f"{type(error).__name__} at {name}:{frames[-1].lineno}" if frames else type(error).__name__


def sentence_on(error: Exception) -> str:
    """What a person is told about it."""
    return f"This is a defect in Taskforce: {where(error)}. Nothing was lost; please report it."
