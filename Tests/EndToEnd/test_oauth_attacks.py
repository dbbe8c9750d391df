"""A table of attacks on the authorization server: each refused, on every worker with the next request."""
import concurrent.futures
import itertools
import re

import httpx
import jwt
import pytest
from Harness.oidc_provider import Provider
from Harness.sign_in import BOTH, App, Person, Site, addresses, error_of, fields_of
from Harness.workers import SECRET

DEAD = [401] * 3


@pytest.fixture(scope="module")
def site():
    with Provider() as provider, Site(provider) as site:
        yield site


@pytest.fixture
def ann(site, request):
    person = Person(site, re.sub(r"\W", "_", request.node.name.removeprefix("test_"))[:60])
    person.sign_in()
    return person


@pytest.fixture
def mallory(site):
    person = Person(site, "mallory")
    person.sign_in()
    return person


def is_over(site, app: App, *given: dict) -> bool:
    """That nothing of what a client was given is good for anything, on any worker."""
    refused = {error_of(app.refresh(one["refresh_token"], worker)) for one in given for worker in site.workers}
    return [site.statuses(one["access_token"]) for one in given] == [DEAD] * len(given) and refused == {(400, "invalid_grant")}


# Codes.

def test_a_code_shown_again_ends_what_was_made_of_it(site, ann):
    app, other = App(site), App(site).connect(ann)
    code = ann.allow(app.ask())["code"]
    given = app.exchange(code, site.workers[0]).json()
    given = [given, app.refresh(given["refresh_token"], site.workers[1]).json()]
    assert site.statuses(given[1]["access_token"]) == [200] * 3
    assert error_of(app.exchange(code, site.workers[2])) == (400, "invalid_grant")
    assert is_over(site, app, *given)
    site.await_event("grant_revoked", user_id=ann.user)
    # What the user has allowed another app stands.
    assert site.statuses(other["access_token"]) == [200] * 3


def test_a_code_shown_by_many_at_once(site, ann):
    app = App(site)
    for _ in range(5):
        code = ann.allow(app.ask())["code"]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda number: app.exchange(code, site.workers[number % 3]), range(12)))
        given = [answer.json() for answer in answers if answer.status_code == 200]
        # One at most got tokens, and the others have ended them.
        assert len(given) <= 1 and (not given or is_over(site, app, *given))


@pytest.mark.parametrize("verifier", ["A" * 43, "", "A" * 42, "challenge", None])
def test_a_code_without_its_verifier(site, ann, verifier):
    app, thief = App(site), App(site)
    code = ann.allow(app.ask())["code"]
    thief.client_id = app.client_id
    verifier = app.challenge if verifier == "challenge" else verifier
    assert error_of(thief.exchange(code, code_verifier=verifier))[0] == 400
    # A challenge is no secret, though it was shown as one.
    site.secrets.discard(app.challenge)


def test_a_code_shown_by_another_client_or_for_another_redirect(site, ann):
    app = App(site)
    for changes in ({"client_id": App(site).client_id}, {"redirect_uri": "http://127.0.0.1/callback2"}):
        assert error_of(app.exchange(ann.allow(app.ask())["code"], **changes)) == (400, "invalid_grant"), changes
    # OAuth 2.1 no longer sends the redirect here; PKCE says whose the code is.
    assert app.exchange(ann.allow(app.ask())["code"], redirect_uri=None).status_code == 200


# Consent.

def test_a_consent_that_was_not_given_on_the_page(site, ann, mallory):
    app = App(site)
    foreign, fields = mallory.consent(app.ask()).form("/oauth/authorize"), ann.consent(app.ask()).form("/oauth/authorize")
    scopes = [field for field in fields if field[0] == "scope"]
    ticket = dict(fields)["ticket"]
    for sent, headers in [
        (foreign, {}), (scopes, {}), ([*scopes, ("ticket", "")], {}), ([*scopes, ("ticket", "made-up")], {}),
        ([*scopes, ("ticket", ticket[:-1])], {}), ([*scopes, ("ticket", ticket), ("ticket", ticket)], {}),
        ([*scopes, ("ticket", ann.csrf())], {}), (fields, {"Origin": "https://evil.example"}), (fields, {"Origin": "null"}),
    ]:
        answer = ann.post("/oauth/authorize", [*sent, ("decision", "allow")], headers=headers)
        assert answer.status_code == 403 and "location" not in answer.headers, (sent, headers)
    assert httpx.post(f"{site.base}/oauth/authorize", data={**dict(fields), "decision": "allow"}).status_code == 403
    # What is not said on the form counts for nothing: neither another redirect nor other scopes.
    answer = ann.decide([*fields, ("redirect_uri", "https://evil.example/"), ("client_id", "x")])
    assert answer.headers["location"].startswith(app.redirect + "?code=")


def test_pages_cannot_be_framed(site, ann):
    for url in (App(site).ask(), "/"):
        page = ann.get(url)
        policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
        assert page.status_code == 200 and policy["frame-ancestors"] == "'none'" and policy["default-src"] == "'none'"
        assert page.headers["x-frame-options"] == "DENY" and page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff" and page.headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in page.headers and "<script" not in page.text


# Tokens.

def test_a_refresh_token_used_again_within_the_grace(site, ann):
    app = App(site)
    first = app.connect(ann)
    pairs = [app.refresh(first["refresh_token"], worker) for worker in site.workers]
    assert [pair.status_code for pair in pairs] == [200] * 3
    for pair in pairs:
        assert site.statuses(pair.json()["access_token"]) == [200] * 3
    assert app.refresh(pairs[0].json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize("how", ["late", "two generations later"])
def test_a_stolen_refresh_token(site, ann, how):
    app = App(site)
    stolen = app.connect(ann)
    given = app.refresh(stolen["refresh_token"]).json()
    if how == "late":
        # As if the grace were over: the grant was rotated before it began.
        (grant,) = [key for key in site.redis.cli("KEYS", f"carrel:oauth:grant:{{{ann.user}}}:*").split()
                    if site.redis.cli("HGET", key, "client_id") == app.client_id]
        site.redis.cli("HINCRBY", grant, "rotated", "-11")
    else:
        given = app.refresh(given["refresh_token"]).json()
    assert site.statuses(given["access_token"]) == [200] * 3
    assert error_of(app.refresh(stolen["refresh_token"], site.workers[0])) == (400, "invalid_grant")
    assert is_over(site, app, stolen, given)
    site.await_event("refresh_token_reused", user_id=ann.user)


def test_a_refresh_token_in_other_hands(site, ann):
    app, thief = App(site), App(site)
    token = app.connect(ann)["refresh_token"]
    middle = len(token) // 2
    for wrong in (thief.refresh(token), app.refresh(token[:-2]), app.refresh(token[:middle] + "AAAA" + token[middle + 4:])):
        assert error_of(wrong) == (400, "invalid_grant")
    # A guess ends no grant; and it is no access token.
    assert site.statuses(token) == DEAD
    assert app.refresh(token).status_code == 200


def test_scopes_do_not_grow(site, ann):
    app = App(site)
    # Neither on the form, nor when the token is refreshed.
    fields = ann.consent(app.ask(scope="notes:read")).form("/oauth/authorize")
    answer = ann.decide([*fields, ("scope", "notes:write"), ("scope", "admin")])
    given = app.exchange(fields_of(answer.headers["location"])["code"]).json()
    assert given["scope"] == "notes:read"
    assert error_of(app.refresh(given["refresh_token"], scope=BOTH)) == (400, "invalid_scope")
    given = app.refresh(given["refresh_token"], scope="notes:read").json()
    write = {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}
    assert site.notes(given["access_token"]).rpc("tools/call", write).status_code == 403
    assert not (site.vault(ann.user) / "a.md").exists()
    # What was narrowed is narrow.
    wide = app.connect(ann)
    narrow = app.refresh(wide["refresh_token"], scope="notes:read").json()
    assert narrow["scope"] == "notes:read" and site.notes(narrow["access_token"]).rpc("tools/call", write).status_code == 403
    # Nor does a client make itself a token that outlives the grant and does more.
    more = httpx.post(f"{site.base}/api/tokens", json={"name": "x", "scopes": ["notes:write"]},
                      headers={"Authorization": f"Bearer {narrow['access_token']}"})
    assert more.status_code == 403


def test_a_token_for_another_audience(site, ann):
    app = App(site)
    token = app.connect(ann)["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == site.url and claims["iss"] == site.base and claims["sub"] == ann.user

    def signed(key=SECRET, algorithm="HS256", **changes):
        head = jwt.get_unverified_header(token)
        return jwt.encode(claims | changes, key, algorithm=algorithm, headers={"kid": head["kid"]})
    assert site.statuses(signed()) == [200] * 3
    foreign = Person(site, ann.user)
    code = fields_of(foreign.arrive())["code"]
    for wrong in (signed(aud="https://other.example/mcp"), signed(aud=site.base + "/other"), signed(aud=[]),
                  signed(key=SECRET[:-1]), signed(key="", algorithm="none"), site.provider.access_token(ann.user),
                  site.provider.client.secret, code, token[:-1], token.replace(".", "..", 1)):
        assert site.statuses(wrong) == DEAD, wrong
    for wrong in ("https://other.example/mcp", site.url + "2", site.base + "@evil.example/mcp"):
        assert fields_of(ann.get(app.ask(resource=wrong)).headers["location"])["error"] == "invalid_target"
    # A token in the address is none.
    assert httpx.post(f"{site.url}?access_token={token}", json={}).status_code == 401


@pytest.mark.parametrize("way", ["refresh token", "access token", "the user", "API", "the user's page"])
def test_a_revoked_token_is_refused_by_every_worker_at_once(site, ann, way):
    app = App(site)
    for worker in site.workers:
        given = app.connect(ann) if way in ("refresh token", "access token", "the user") else {"access_token": ann.make_token()}
        token, page = given["access_token"], ann.page()
        assert site.statuses(token) == [200] * 3
        if way in ("refresh token", "access token"):
            assert app.revoke(given[way.replace(" ", "_")], worker).status_code == 200
        elif way == "API":
            name = jwt.decode(token, options={"verify_signature": False})["jti"]
            gone = httpx.delete(f"{worker.base}/api/tokens/{name}", headers={"Authorization": f"Bearer {token}"})
            assert gone.status_code == 204
        else:
            action = "/account/grants/revoke" if way == "the user" else "/account/tokens/revoke"
            assert ann.post(worker.base + action, page.form(action)).status_code == 303
        assert site.statuses(token) == DEAD
        assert "refresh_token" not in given or is_over(site, app, given)
    # Revoking what is no token reveals nothing.
    assert app.revoke("made-up").status_code == 200


# Without end.

def test_tokens_without_end_on_the_account_page(site, ann, mallory):
    """From another address each time: the limit is the user's."""
    def make(person):
        person.http.headers["X-Forwarded-For"] = next(addresses)
        fields = [(k, v) for k, v in person.page().form("/account/tokens") if k == "csrf"]
        return person.post("/account/tokens", [*fields, ("name", "x"), ("days", "90"), ("scope", "notes:read")])
    answers = list(itertools.takewhile(lambda answer: answer.status_code != 429, (make(ann) for _ in range(400))))
    assert 60 <= len(answers) < 400
    over = next(answer for answer in iter(lambda: make(ann), None) if answer.status_code == 429)
    assert int(over.headers["retry-after"]) >= 1 and make(mallory).status_code == 200


def test_registrations_from_all_networks_of_a_site(site):
    app = App(site, client_id="x")

    def register(address: str) -> int:
        app.http.headers["X-Forwarded-For"] = address
        return app.register(redirect_uris=[app.redirect]).status_code
    # 30 an hour for each /64, ten times that for the /48.
    statuses = (register(f"2001:db9:1:{number % 60:x}::1") for number in range(1000))
    accepted = list(itertools.takewhile(lambda status: status == 201, statuses))
    assert 300 <= len(accepted) < 1000
    assert register("2001:db9:2::1") == 201


def test_secrets_are_in_no_log(site, ann):
    """Whatever was secret in the tests above and in these flows, good ones and bad ones."""
    app = App(site)
    given = app.connect(ann)
    app.refresh(given["refresh_token"]), app.refresh(given["refresh_token"] + "x"), app.exchange("made-up-code-of-a-thief")
    site.secrets |= {given["refresh_token"] + "x", "made-up-code-of-a-thief", "a.made-up.token-of-a-thief", SECRET}
    site.statuses("a.made-up.token-of-a-thief")
    ann.make_token()
    url = ann.arrive()
    assert ann.get(url).status_code == 303 and ann.get(url).status_code == 400
    ann.post("/auth/logout", {"csrf": ann.csrf(), "everywhere": "true"})
    site.await_event("logout", user_id=ann.user)
    secrets = {secret for secret in site.secrets | site.provider.secrets if len(secret) > 15}
    assert len(secrets) > 30
    logs = "".join(worker.log.read_text() for worker in site.workers)
    assert ann.user in logs and [secret for secret in secrets if secret in logs] == []
    # Nor does who reads Redis get in: of what clients and browsers have, it knows digests.
    stored = b"".join(file.read_bytes() for file in site.folder.glob("appendonlydir/*"))
    assert ann.user.encode() in stored and [secret for secret in site.secrets if secret.encode() in stored] == []
