"""An OpenID provider on loopback that plays Hugging Face: Authlib's server, with the same endpoints and claims.

It can misbehave, rotate its keys, and sign in a user without a browser.
"""
import hmac
import secrets
import threading
import time
import types
import urllib.parse

import flask
import httpx
import werkzeug.serving
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from .id_tokens import spoiled
from joserfc.jwk import RSAKey

PAGE = """<!doctype html><title>Hugging Face, played by a test</title><h1>Sign in</h1>
<form method="post"><input name="sub" required autofocus> <button id="allow">Authorize</button></form>"""


class Registered(types.SimpleNamespace, ClientMixin):
    """The one client there is: Carrel."""

    def get_client_id(self): return self.id

    def get_default_redirect_uri(self): return None

    def get_allowed_scope(self, scope): return scope

    def check_redirect_uri(self, uri): return uri in self.redirect_uris

    def check_client_secret(self, secret): return hmac.compare_digest(secret, self.secret)

    def check_endpoint_auth_method(self, method, endpoint): return method.startswith("client_secret_")

    def check_response_type(self, kind): return kind == "code"

    def check_grant_type(self, kind): return kind == "authorization_code"


class Code(types.SimpleNamespace, AuthorizationCodeMixin):
    def get_redirect_uri(self): return self.redirect_uri

    def get_scope(self): return self.scope

    def get_nonce(self): return self.nonce

    def get_auth_time(self): return self.auth_time

    def get_acr(self): return None

    def get_amr(self): return None


class Token(types.SimpleNamespace, TokenMixin):
    def get_scope(self): return self.scope

    def is_expired(self): return self.expires_at < time.time()

    def is_revoked(self): return False

    def get_user(self): return self.sub


class PKCE(CodeChallenge):
    """Required of every client, and not by the plain method."""
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant, redirect_uri):
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is needed.")
        super().validate_code_challenge(grant, redirect_uri)


class Quiet(werkzeug.serving.WSGIRequestHandler):
    def log(self, *_): pass


class Provider:
    """Runs in a thread from `with` to the end of it; `issuer` is its URL."""

    def __init__(self, names_issuer: bool = False):
        self.client = Registered(id="carrel", secret=secrets.token_urlsafe(32), redirect_uris=set())
        # Hugging Face does not name itself in the parameter `iss` (RFC 9207); others do.
        self.names_issuer = names_issuer
        self.misbehaviour: str | None = None
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.nonces: set[str] = set()
        self.exchanges = 0
        # Everything that must never stand in a log of the other side.
        self.secrets: set[str] = {self.client.secret}
        self.keys: list[RSAKey] = []
        self.rotate()
        self.server = werkzeug.serving.make_server(
            "127.0.0.1", 0, self.application(), threaded=True, request_handler=Quiet)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def rotate(self):
        """Signs with a new key from now on; the one before is gone."""
        self.keys = [RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": secrets.token_hex(8)})]

    def settings(self, public_url: str) -> dict[str, str]:
        """What a Carrel at a URL needs to know, after it has been registered here."""
        self.client.redirect_uris.add(f"{public_url}/auth/callback")
        return {"OPENID_PROVIDER_URL": self.issuer, "OAUTH_CLIENT_ID": self.client.id,
                "OAUTH_CLIENT_SECRET": self.client.secret}

    def approve(self, url: str, user: str) -> str:
        """Signs in as a user at the address that a browser was sent to; returns where it is sent next."""
        answer = httpx.post(url, data={"sub": user})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def access_token(self, user: str) -> str:
        """A token as a page has it that talks to Hugging Face itself."""
        token = "hf_oauth_" + secrets.token_urlsafe(24)
        self.keep(token, user, "openid profile")
        return token

    def keep(self, token: str, user: str, scope: str):
        self.secrets.add(token)
        self.tokens[token] = Token(sub=user, scope=scope, expires_at=time.time() + 3600)

    def claims(self, user: str) -> dict:
        return {"sub": user, "name": user.title(), "preferred_username": user,
                "profile": f"https://huggingface.co/{user}"}

    def application(self) -> flask.Flask:
        app = flask.Flask(__name__)
        server = AuthorizationServer(
            app, lambda name: self.client if name == self.client.id else None,
            lambda token, request: self.keep(token["access_token"], request.user, token["scope"]))
        server.register_grant(code_grant(self), [PKCE(required=True), id_token(self)(require_nonce=True)])
        add_sign_in(app, server, self)
        add_resources(app, self)
        return app


def code_grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class CodeGrant(AuthorizationCodeGrant):
        def save_authorization_code(self, code, request):
            data = request.payload.data
            provider.secrets.add(code)
            provider.nonces.add(data["nonce"])
            provider.codes[code] = Code(
                client_id=request.client.id, redirect_uri=data["redirect_uri"], scope=data["scope"],
                sub=request.user, nonce=data["nonce"], auth_time=int(time.time()), code_challenge=data["code_challenge"],
                code_challenge_method=data["code_challenge_method"])

        def query_authorization_code(self, code, client):
            provider.exchanges += 1
            provider.secrets |= {v for k, v in self.request.form.items() if k in ("code_verifier", "client_secret")}
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code):
            provider.codes = {k: v for k, v in provider.codes.items() if v is not authorization_code}

        def authenticate_user(self, authorization_code): return authorization_code.sub
    return CodeGrant


def id_token(provider: Provider) -> type[OpenIDCode]:
    class IDToken(OpenIDCode):
        def exists_nonce(self, nonce, request): return nonce in provider.nonces

        def resolve_client_private_key(self, client): return provider.keys[0]

        def get_encode_header(self, client): return {"alg": "RS256", "kid": provider.keys[0].kid}

        def get_client_claims(self, client): return {"iss": provider.issuer, "aud": [client.id]}

        def generate_user_info(self, user, scope): return provider.claims(user)

        def encode_id_token(self, token, request):
            good = super().encode_id_token(token, request)
            made = spoiled(good, provider.misbehaviour, provider) if provider.misbehaviour else good
            provider.secrets |= {good, made or good}
            return made
    return IDToken


def add_sign_in(app: flask.Flask, server: AuthorizationServer, provider: Provider):
    @app.get("/.well-known/openid-configuration")
    def discovery():
        return {
            "issuer": provider.issuer, "authorization_endpoint": f"{provider.issuer}/oauth/authorize",
            "token_endpoint": f"{provider.issuer}/oauth/token",
            "userinfo_endpoint": f"{provider.issuer}/oauth/userinfo",
            "jwks_uri": f"{provider.issuer}/oauth/jwks", "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": provider.names_issuer,
        }

    @app.get("/oauth/jwks")
    def jwks(): return {"keys": [key.as_dict(private=False) for key in provider.keys]}

    @app.route("/oauth/authorize", methods=["GET", "POST"])
    def authorize():
        user = flask.request.form.get("sub")
        try:
            grant = server.get_consent_grant(end_user=user)
        except OAuth2Error as error:
            return server.handle_error_response(None, error)
        if user is None:
            return PAGE
        response = server.create_authorization_response(grant_user=user, grant=grant)
        if provider.names_issuer:
            response.location += "&iss=" + urllib.parse.quote(provider.issuer, safe="")
        return response

    @app.post("/oauth/token")
    def token(): return server.create_token_response()


def add_resources(app: flask.Flask, provider: Provider):
    class Validator(BearerTokenValidator):
        def authenticate_token(self, token_string): return provider.tokens.get(token_string)

    protect = ResourceProtector()
    protect.register_token_validator(Validator())

    @app.get("/oauth/userinfo")
    @protect("openid")
    def userinfo(): return provider.claims(current_token.sub)

    @app.get("/api/whoami-v2")
    @protect()
    def whoami(): return {"type": "user", "id": current_token.sub, "name": current_token.sub}
