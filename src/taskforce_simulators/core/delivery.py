"""Sending an answer whole, in part, slowly or not at all, and what becomes of the connection."""

from starlette.types import Receive, Send

from taskforce_simulators.core.actions import Course
from taskforce_simulators.core.connection import Connection
from taskforce_simulators.core.mangling import pieces
from taskforce_simulators.core.messages import Answer


async def deliver(answer: Answer, course: Course, send: Send, connection: Connection, seconds: float) -> None:
    """Send as much of the answer as the course says; a slow one takes so many seconds."""
    if course.sent == "nothing":
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if course.sent == "half":
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        return
    *first, last = pieces(answer.body) if course.sent == "slowly" else [answer.body]
    for piece in first:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await connection.pause(seconds / len(first))
    await send({"type": "http.response.body", "body": last, "more_body": False})


async def end(course: Course, connection: Connection, receive: Receive) -> None:
    """Close what the course says, and wait until the server has noticed, so that it neither answers nor logs."""
    if course.ended == "kept":
        return
    if course.ended == "cut":
        connection.cut()
    else:
        connection.close_sending()
    while (await receive())["type"] != "http.disconnect":
        pass
