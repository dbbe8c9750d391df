"""What can be wrong with an id_token."""
import base64
import hashlib
import hmac
import json
import time

from joserfc import jwt
from joserfc.jwk import RSAKey


def encoded(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims_of(token: str) -> dict:
    """What a token says, whether it is true or not."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# What can be wrong with an id_token, by the names that `Provider.misbehaviour` takes.
CLAIM_FAULTS = {
    "wrong nonce": {"nonce": "a-nonce-of-another-login"}, "no nonce": {"nonce": None},
    "wrong audience": {"aud": ["another-client"]}, "several audiences and no azp": {"aud": ["carrel", "another-client"]},
    "wrong azp": {"azp": "another-client"}, "wrong issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 120}, "no exp": {"exp": None}, "no sub": {"sub": None},
}
KEY_FAULTS = ["unknown key", "foreign key under a known name", "alg none", "alg HS256 with the client secret",
              "alg HS256 with the public key", "changed after signing", "no id_token"]
FAULTS = [*CLAIM_FAULTS, *KEY_FAULTS]


def spoiled(token: str, fault: str, provider) -> str | None:
    """The id_token with a fault; None where there is none at all."""
    claims, header = claims_of(token), {"alg": "RS256", "kid": provider.keys[0].kid}
    if fault in CLAIM_FAULTS:
        claims = {k: v for k, v in (claims | CLAIM_FAULTS[fault]).items() if v is not None}
        return jwt.encode(header, claims, provider.keys[0], ["RS256"])
    if fault in ("unknown key", "foreign key under a known name"):
        name = "an-unknown-key" if fault == "unknown key" else provider.keys[0].kid
        return jwt.encode({**header, "kid": name}, claims, RSAKey.generate_key(2048), ["RS256"])
    if fault == "alg none":
        return f"{encoded({**header, 'alg': 'none'})}.{encoded(claims)}."
    if fault in ("alg HS256 with the client secret", "alg HS256 with the public key"):
        key = provider.client.secret.encode() if "secret" in fault else provider.keys[0].as_pem(private=False)
        text = f"{encoded({**header, 'alg': 'HS256'})}.{encoded(claims)}"
        return f"{text}.{encoded(hmac.digest(key, text.encode(), hashlib.sha256))}"
    if fault == "changed after signing":
        head, _, signature = token.split(".")
        return f"{head}.{encoded(claims | {'sub': 'another_user'})}.{signature}"
    assert fault == "no id_token", fault
    return None
