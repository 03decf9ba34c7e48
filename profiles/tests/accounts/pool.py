"""A user pool on this machine: Cognito's wire format (AWS JSON 1.1), real RSA keys, its errors.

What moto's pool leaves out is here: codes that are checked, refresh tokens that rotate, revocation.
"""

import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KID = "key-of-this-pool"
POOL, CLIENT = "ap-northeast-2_Test", "client-of-this-app"
Answer = dict[str, Any]


class PoolError(Exception):
    """An error as Cognito words it."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message


@dataclass
class Member:
    email: str
    password: str
    sub: str = field(default_factory=lambda: str(uuid.uuid4()))
    is_confirmed: bool = False
    code: str = ""
    groups: list[str] = field(default_factory=list)


class Pool:
    """Start it, point COGNITO_ENDPOINT_URL and COGNITO_JWKS_URL at it, look into it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.empty()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.issuer = f"{self.url}/{POOL}"
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    def empty(self) -> None:
        """Nobody in it, nothing asked of it, nothing wrong with it."""
        self.members: dict[str, Member] = {}
        self.refreshes: dict[str, tuple[Member, str]] = {}
        self.revoked: list[str] = []
        self.calls: list[str] = []
        self.failure: PoolError | None = None
        self.has_keys = self.has_proven_addresses = True

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def outbox(self, email: str) -> str:
        """The newest code that was mailed to this address."""
        return self.members[email].code

    def token(self, member: Member, use: str = "access", **changed: Any) -> str:
        """A token of this pool; `changed` overrides claims, None takes one away."""
        now = int(time.time())
        claims: Answer = {
            "sub": member.sub,
            "iss": self.issuer,
            "token_use": use,
            "origin_jti": str(uuid.uuid4()),
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + 3600,
            "cognito:groups": member.groups,
        }
        claims |= (
            {"client_id": CLIENT, "username": member.sub, "scope": "aws.cognito.signin.user.admin"}
            if use == "access"
            else {"aud": CLIENT, "email": member.email, "email_verified": self.has_proven_addresses}
        )
        claims = {name: value for name, value in (claims | changed).items() if value is not None}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": KID})

    def jwks(self) -> Answer:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": KID, "alg": "RS256", "use": "sig"}]}

    def add(self, email: str, password: str, *groups: str) -> Member:
        """Somebody whom the pool's keeper made."""
        member = Member(email, password, is_confirmed=True, groups=list(groups))
        self.members[email] = member
        return member

    # --- The operations, named as on the wire -------------------------------------------

    def SignUp(self, given: Answer) -> Answer:
        email = given["Username"]
        if email in self.members:
            raise PoolError("UsernameExistsException")
        if len(given["Password"]) < 8:
            raise PoolError("InvalidPasswordException")
        self.members[email] = Member(email, given["Password"], code=_digits())
        return {"UserConfirmed": False, "UserSub": self.members[email].sub}

    def ConfirmSignUp(self, given: Answer) -> Answer:
        member = self._named(given["Username"])
        if member.is_confirmed:
            raise PoolError("NotAuthorizedException", "User cannot be confirmed")
        self._check_code(member, given["ConfirmationCode"])
        member.is_confirmed = True
        return {}

    def ResendConfirmationCode(self, given: Answer) -> Answer:
        member = self._named(given["Username"])
        if member.is_confirmed:
            raise PoolError("InvalidParameterException", "User is already confirmed.")
        member.code = _digits()
        return {}

    def InitiateAuth(self, given: Answer) -> Answer:
        told = given["AuthParameters"]
        member = self._named(told["USERNAME"])
        if member.password != told["PASSWORD"]:
            raise PoolError("NotAuthorizedException", "Incorrect username or password.")
        if not member.is_confirmed:
            raise PoolError("UserNotConfirmedException")
        return self._granted(member, str(uuid.uuid4()))

    def GetTokensFromRefreshToken(self, given: Answer) -> Answer:
        found = self.refreshes.pop(given["RefreshToken"], None)
        if found is None:
            raise PoolError("NotAuthorizedException", "Refresh Token has been revoked")
        return self._granted(*found)

    def RevokeToken(self, given: Answer) -> Answer:
        self.revoked.append(given["Token"])
        self.refreshes.pop(given["Token"], None)
        return {}

    def ForgotPassword(self, given: Answer) -> Answer:
        self._named(given["Username"]).code = _digits()
        return {}

    def ConfirmForgotPassword(self, given: Answer) -> Answer:
        member = self._named(given["Username"])
        self._check_code(member, given["ConfirmationCode"])
        member.password = given["Password"]
        return {}

    def AdminGetUser(self, given: Answer) -> Answer:
        member = self._named(given["Username"])
        return {
            "Username": member.sub,
            "UserAttributes": [{"Name": "sub", "Value": member.sub}],
            "UserStatus": "CONFIRMED" if member.is_confirmed else "UNCONFIRMED",
        }

    def AdminDeleteUser(self, given: Answer) -> Answer:
        del self.members[self._named(given["Username"]).email]
        return {}

    def AdminUserGlobalSignOut(self, given: Answer) -> Answer:
        member = self._named(given["Username"])
        gone = [token for token, (owner, _) in self.refreshes.items() if owner is member]
        for token in gone:
            del self.refreshes[token]
        return {}

    # --------------------------------------------------------------------------------------

    def _named(self, name: str) -> Member:
        for member in self.members.values():
            if name in (member.email, member.sub):
                return member
        raise PoolError("UserNotFoundException")

    def _check_code(self, member: Member, code: str) -> None:
        if not member.code or code != member.code:
            raise PoolError("CodeMismatchException")
        member.code = ""

    def _granted(self, member: Member, origin: str) -> Answer:
        refresh = secrets.token_urlsafe(24)
        self.refreshes[refresh] = (member, origin)
        return {
            "AuthenticationResult": {
                "AccessToken": self.token(member, origin_jti=origin),
                "IdToken": self.token(member, "id", origin_jti=origin),
                "RefreshToken": refresh,
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
            }
        }

    def _carry_out(self, operation: str, given: Answer) -> tuple[int, Answer]:
        self.calls.append(operation)
        try:
            if self.failure:
                raise self.failure
            known: Callable[[Answer], Answer] = getattr(self, operation)
            return 200, known(given)
        except PoolError as error:
            return 400, {"__type": error.code, "message": error.message}

    def _handler(pool) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pool.calls.append("keys")
                self._answer(200 if pool.has_keys else 503, pool.jwks())

            def do_POST(self) -> None:
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                self._answer(*pool._carry_out(operation, given))

            def _answer(self, status: int, told: Answer) -> None:
                data = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler


def _digits() -> str:
    return f"{secrets.randbelow(10**6):06d}"
