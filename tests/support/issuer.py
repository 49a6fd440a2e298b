"""A small OpenID Connect issuer on loopback: whoever comes is signed in there at once, as whom the test says."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT_ID, CLIENT_SECRET = "taskforce", "a secret of the issuer's"
_KEYS = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("published", "another")}


@dataclass
class Issuer:
    """`claims` say who comes; `lies` replace claims of the signed token, `metadata` what it says of itself."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: str = "published"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """OpenID Connect Discovery 3."""
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        endpoints = {name: f"{self.address}/{path}" for name, path in names.items()}
        return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **endpoints, **self.metadata}

    def keys(self) -> dict[str, Any]:
        """The published one."""
        key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(_KEYS["published"].public_key()))
        return {"keys": [{**key, "kid": "1", "alg": "ES256", "use": "sig"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Back with a code that is good once."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """None unless client, code and verifier (S256) are those of before."""
        query = self.asked.pop(sent.get("code", ""), {})
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if not is_client or (query.get("code_challenge_method"), query.get("code_challenge")) != ("S256", challenge):
            return None
        times = {"iat": int(time.time()), "exp": int(time.time()) + 60}
        own = {"iss": self.address, "aud": CLIENT_ID, "sub": "7", "nonce": query.get("nonce"), **times}
        text = jwt.encode({**own, **self.claims, **self.lies}, _KEYS[self.key], algorithm="ES256", headers={"kid": "1"})
        return {"access_token": "opens userinfo", "token_type": "Bearer", "id_token": text}


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.issuer.authorize(query))
            self.end_headers()
            return
        self._answer(
            {
                "/.well-known/openid-configuration": self.issuer.document,
                "/keys": self.issuer.keys,
                "/userinfo": lambda: {"sub": "7", **self.issuer.claims},
            }[parts.path]()
        )

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(self.issuer.token({name: values[0] for name, values in parse_qs(text).items()}))

    def _answer(self, document: dict[str, Any] | None) -> None:
        body = json.dumps(document or {"error": "invalid_grant"}).encode()
        self.send_response(200 if document else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """It answers until the end of the `with`."""
    issuer = Issuer()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"issuer": issuer})) as server:
        issuer.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()
