"""OAuth 2.1 for MCP clients: the documents, the whole flow over three workers, and what is said of faults."""
import re

import httpx
import pytest
from Harness.oidc_provider import Provider
from Harness.sign_in import BOTH, App, Person, Site, error_of, fields_of


@pytest.fixture(scope="module")
def site():
    with Provider() as provider, Site(provider, ACCESS_TOKEN_TTL="30s") as site:
        yield site


@pytest.fixture
def ann(site, request):
    """A user who has not signed in yet."""
    return Person(site, re.sub(r"\W", "_", request.node.name.removeprefix("test_"))[:60])


def test_the_documents_say_where_everything_is(site):
    base, page = site.base, {"Origin": "https://inspector.example"}
    for worker in site.workers:
        for suffix in ("", "/mcp"):
            resource = httpx.get(f"{worker.base}/.well-known/oauth-protected-resource{suffix}", headers=page)
            assert resource.json() == {
                "resource": f"{base}/mcp", "authorization_servers": [base], "scopes_supported": BOTH.split(),
                "bearer_methods_supported": ["header"], "resource_name": "Carrel"}
            server = httpx.get(f"{worker.base}/.well-known/oauth-authorization-server{suffix}", headers=page)
            expected = {
                "issuer": base, "authorization_endpoint": f"{base}/oauth/authorize", "token_endpoint": f"{base}/oauth/token",
                "registration_endpoint": f"{base}/oauth/register", "revocation_endpoint": f"{base}/oauth/revoke",
                "response_types_supported": ["code"], "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"], "token_endpoint_auth_methods_supported": ["none"],
                "client_id_metadata_document_supported": True, "authorization_response_iss_parameter_supported": True,
                "scopes_supported": BOTH.split()}
            assert expected.items() <= server.json().items()
            for answer in (resource, server):
                assert answer.headers["access-control-allow-origin"] == "*"


def test_a_client_without_a_token_is_told_where_to_get_one(site):
    bare = httpx.post(site.url, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
    challenge = f'Bearer resource_metadata="{site.base}/.well-known/oauth-protected-resource/mcp", scope="{BOTH}"'
    assert bare.status_code == 401 and bare.headers.get_list("www-authenticate") == [challenge]
    bad = httpx.post(site.url, json={}, headers={"Authorization": "Bearer x.y.z"})
    told = bad.headers["www-authenticate"]
    assert bad.status_code == 401 and 'error="invalid_token"' in told and "error_description=" in told
    assert f'resource_metadata="{site.base}/.well-known/oauth-protected-resource/mcp"' in told


def test_a_client_that_may_too_little_is_told_what_it_needs(site, ann):
    token = App(site).connect(ann, scope="notes:read")["access_token"]
    client = site.notes(token)
    assert client.tool("list_notes")["notes"]
    refused = client.rpc("tools/call", {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}})
    told = refused.headers["www-authenticate"]
    assert refused.status_code == 403 and 'error="insufficient_scope"' in told
    assert set(re.search(r'scope="([^"]*)"', told)[1].split()) >= {"notes:write"}
    assert f'resource_metadata="{site.base}/.well-known/oauth-protected-resource/mcp"' in told


def test_each_step_of_a_flow_goes_to_another_worker(site, ann):
    one, two, three = site.workers
    app = App(site, name="An app <b>of mine</b>")
    page = app.ask().replace(site.base, one.base)
    assert ann.get(page).headers["location"].startswith("/auth/login?next=%2Foauth%2Fauthorize%3F")
    fields = ann.consent(app.ask()).form("/oauth/authorize")
    shown = ann.get(page.replace(one.base, two.base)).text
    assert "An app &lt;b&gt;of mine" in shown and "127.0.0.1" in shown and ann.user in shown and "<b>of mine" not in shown
    assert [value for name, value in fields if name == "scope"] == BOTH.split()
    answer = ann.post(f"{three.base}/oauth/authorize", [*fields, ("decision", "allow")])
    sent = fields_of(answer.headers["location"])
    assert answer.headers["location"].startswith(app.redirect + "?")
    assert sent["state"] == app.state and sent["iss"] == site.base
    made = app.exchange(sent["code"], worker=one)
    assert made.status_code == 200 and made.headers["cache-control"] == "no-store"
    given = made.json()
    assert given["token_type"] == "Bearer" and 28 <= given["expires_in"] <= 30 and given["scope"] == BOTH
    renewed = app.refresh(given["refresh_token"], worker=two)
    assert renewed.status_code == 200 and renewed.json()["refresh_token"] != given["refresh_token"]
    assert site.statuses(renewed.json()["access_token"]) == [200] * 3
    assert "An app &lt;b&gt;of mine" in ann.get(f"{three.base}/").text
    for event in ("grant", "token_refreshed"):
        site.await_event(event, user_id=ann.user)


def test_a_restart_of_all_workers_in_a_flow_loses_nothing(site, ann):
    app = App(site)
    site.restart()
    back = ann.arrive()
    site.restart()
    assert ann.get(back).status_code == 303
    fields = ann.consent(app.ask()).form("/oauth/authorize")
    site.restart()
    sent = fields_of(ann.decide(fields).headers["location"])
    site.restart()
    given = app.exchange(sent["code"]).json()
    site.restart()
    given = app.refresh(given["refresh_token"]).json()
    assert site.statuses(given["access_token"]) == [200] * 3 and ann.is_signed_in()


def test_a_user_allows_less_than_is_asked_or_nothing(site, ann):
    app = App(site)
    fields = ann.consent(app.ask()).form("/oauth/authorize")
    denied = fields_of(ann.decide(fields, "deny").headers["location"])
    assert denied["error"] == "access_denied" and denied["state"] == app.state and denied["iss"] == site.base
    assert "code" not in denied
    less = [(name, value) for name, value in fields if value != "notes:write"]
    given = app.exchange(fields_of(ann.decide(less).headers["location"])["code"]).json()
    assert given["scope"] == "notes:read"


@pytest.mark.parametrize("changes, error", [
    ({"response_type": "token"}, "unsupported_response_type"), ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": "too-short"}, "invalid_request"), ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ({"scope": "admin"}, "invalid_scope"),
])
def test_what_is_wrong_is_told_to_the_client(site, ann, changes, error):
    app = App(site)
    answer = ann.get(app.ask(**changes))
    assert answer.status_code == 303 and answer.headers["location"].startswith(app.redirect + "?")
    sent = fields_of(answer.headers["location"])
    assert sent["error"] == error and sent["error_description"] and sent["state"] == app.state and sent["iss"] == site.base


def test_the_token_endpoint_says_what_is_wrong(site, ann):
    app = App(site)
    code = ann.allow(app.ask())["code"]
    assert error_of(app.exchange(code, grant_type="password")) == (400, "unsupported_grant_type")
    assert error_of(app.exchange(code, grant_type=None)) == (400, "invalid_request")
    assert error_of(app.exchange(code, client_id=None)) == (401, "invalid_client")
    assert error_of(app.exchange(code, code_verifier=None)) == (400, "invalid_request")
    assert error_of(app.exchange(code, resource="https://other.example/mcp")) == (400, "invalid_target")
    assert error_of(app.exchange("made-up")) == (400, "invalid_grant")
    assert error_of(app.refresh("crt_made-up")) == (400, "invalid_grant")
    # None of that has used the code up.
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize("redirect", [
    "https://claude.example/api/callback?x=1", "cursor://anysphere.cursor-mcp/oauth/callback", "http://[::1]:3/cb",
    "http://localhost:4/cb", "com.example.app:/cb",
])
def test_an_app_is_where_it_says(site, ann, redirect):
    app = App(site, redirect)
    answer = ann.decide(ann.consent(app.ask(scope="notes:read unknown")).form("/oauth/authorize"))
    location = answer.headers["location"]
    assert location.startswith(redirect + ("&" if "?" in redirect else "?"))
    assert app.exchange(fields_of(location)["code"]).json()["scope"] == "notes:read"


def test_an_app_on_ones_own_machine_may_have_any_port(site, ann):
    app = App(site, "http://127.0.0.1:1000/callback")
    app.redirect = "http://127.0.0.1:65000/callback"
    assert app.connect(ann)["scope"] == BOTH


def test_a_server_for_one_machine_does_without_redis():
    with Provider() as provider, Site(provider, workers=1, redis=False, MODE="local") as site:
        ann, app = Person(site, "ann"), App(site)
        first = app.connect(ann)
        second = app.refresh(first["refresh_token"]).json()
        assert app.refresh(first["refresh_token"]).status_code == 200
        third = app.refresh(second["refresh_token"]).json()
        assert site.statuses(third["access_token"]) == [200] and site.notes(third["access_token"]).paths()
        # What was used long ago ends it all, and so does a code that is shown again.
        assert error_of(app.refresh(first["refresh_token"])) == (400, "invalid_grant")
        assert site.statuses(third["access_token"]) == [401] and app.refresh(third["refresh_token"]).status_code == 400
        code = ann.allow(app.ask())["code"]
        given = app.exchange(code).json()
        assert site.statuses(given["access_token"]) == [200] and app.exchange(code).status_code == 400
        assert site.statuses(given["access_token"]) == [401]
        ann.post("/auth/logout", {"csrf": ann.csrf()})
        assert not ann.is_signed_in()


def test_without_a_provider_the_page_says_what_to_set():
    with Site(None, workers=1) as site:
        assert httpx.get(f"{site.base}/.well-known/oauth-authorization-server").json()["issuer"] == site.base
        for url in (App(site).ask(), f"{site.base}/auth/login"):
            page = httpx.get(url)
            assert page.status_code == 503 and page.headers["content-type"].startswith("text/html")
            assert "OPENID_PROVIDER_URL" in page.text and "OAUTH_CLIENT_ID" in page.text
