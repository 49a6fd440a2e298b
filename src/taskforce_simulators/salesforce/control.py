"""Routes of the control API that only this system has, all by POST below ``/__sim__``.

delete        {"object", "id"}                          into the recycle bin
undelete      {"object", "id"}                          back from the recycle bin
merge         {"object", "master", "losers": [ids]}     up to two losers
hard_delete   {"object", "id"}                          out of the recycle bin too
parent_loop   {"ids": [account ids]}                    a ring of parents, which the API refuses
hold          {"object", "id", "visible_after_seconds"} the record's last change is seen only then
refresh_token {}                                        {"refresh_token"}: one for the integration user
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from taskforce_simulators.salesforce import identifiers, organization
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org

Given = Mapping[str, object]


class Control:
    """What people and tests can make happen in the org past its API."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self.acts: dict[str, Callable[[Given], object]] = {
            "delete": self.delete,
            "undelete": self.undelete,
            "merge": self.merge,
            "hard_delete": self.hard_delete,
            "parent_loop": self.parent_loop,
            "hold": self.hold,
            "refresh_token": self.refresh_token,
        }

    def routes(self) -> list[Route]:
        """Starlette routes, to be mounted below ``/__sim__``."""
        return [Route(f"/{name}", _endpoint(act), methods=["POST"]) for name, act in self.acts.items()]

    def delete(self, given: Given) -> object:
        """Put a record into the recycle bin, with what its deletion takes along."""
        self._org.records.delete(str(given["object"]), str(given["id"]))
        return {}

    def undelete(self, given: Given) -> object:
        """Bring a record back."""
        self._org.records.undelete(str(given["object"]), str(given["id"]))
        return {}

    def merge(self, given: Given) -> object:
        """Merge losers into a master."""
        losers = _texts(given, "losers")
        self._org.records.merge(str(given["object"]), str(given["master"]), losers)
        return {}

    def hard_delete(self, given: Given) -> object:
        """Take a record out for good."""
        self._org.records.hard_delete(str(given["object"]), str(given["id"]))
        return {}

    def parent_loop(self, given: Given) -> object:
        """Let accounts be each other's parents."""
        self._org.records.parent_loop(_texts(given, "ids"))
        return {}

    def hold(self, given: Given) -> object:
        """Show the last change of a record only later."""
        identifier = str(given["id"])
        delay = timedelta(seconds=float(str(given["visible_after_seconds"])))
        self._org.records.visibility.hold(str(given["object"]), identifiers.full(identifier) or identifier, delay)
        return {}

    def refresh_token(self, _given: Given) -> object:
        """A refresh token, as the web server flow would have given it."""
        return {"refresh_token": self._org.sessions.new_refresh_token(organization.USER_ID)}


def _endpoint(act: Callable[[Given], object]) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        try:
            given = json.loads(await request.body() or b"{}")
            return JSONResponse(act(given))
        except KeyError as missing:
            return JSONResponse({"error": f"there is no {missing.args[0]}"}, 404)
        except (ValueError, TypeError, ApiError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return answer


def _texts(given: Given, name: str) -> list[str]:
    values = given[name]
    if not isinstance(values, list):
        raise TypeError(f"{name} is to be a list of ids")
    return [str(value) for value in values]
