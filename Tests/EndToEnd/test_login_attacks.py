"""A table of attacks on signing in: each refused, and none signs in."""
import re
import urllib.parse

import httpx
import pytest
from Harness.id_tokens import FAULTS
from Harness.oidc_provider import Provider
from Harness.sign_in import Page, Person, Site, fields_of
from Harness.workers import Cluster

FOREIGN = {"Origin": "https://evil.example"}


@pytest.fixture(scope="module")
def site():
    # This provider names itself when it sends a browser back (RFC 9207).
    with Provider(names_issuer=True) as provider, Site(provider) as site:
        yield site


@pytest.fixture
def victim(site, request):
    return Person(site, "v_" + re.sub(r"\W", "_", request.node.name.removeprefix("test_"))[:50])


@pytest.fixture
def mallory(site):
    return Person(site, "mallory")


def refused(person, answer, status: int = 400):
    """No session was opened, and the page says so in plain words."""
    assert answer.status_code == status and "location" not in answer.headers, answer.text
    assert answer.headers["content-type"].startswith("text/html") and "<script" not in answer.text
    assert "carrel" not in answer.cookies and not person.is_signed_in()


def test_the_state_of_another_browser(site, victim, mallory):
    """Mallory has the victim's browser sign in as Mallory."""
    for url in (mallory.arrive(), Person(site, "mallory").arrive()):
        refused(victim, victim.get(url))
    # Nor does it help when the victim has begun a login too.
    victim.begin()
    refused(victim, victim.get(mallory.arrive()))
    site.await_event("authentication_failed", least=3, reason="login_state")


def test_a_state_used_again(site, victim):
    url = victim.arrive()
    cookies = dict(victim.http.cookies)
    assert victim.get(url).status_code == 303
    before = site.provider.exchanges
    thief = Person(site, victim.user)
    thief.http.cookies.update({name: value for name, value in cookies.items() if name == "carrel-login"})
    for worker in site.workers:
        refused(thief, thief.get(url.replace(site.base, worker.base)))
    # The provider was not even asked.
    assert site.provider.exchanges == before


@pytest.mark.parametrize("change", [
    {"state": "made-up"}, {"state": ""}, {"state": None}, {"code": None}, {"code": ""}, {"code": "made-up"},
    {"iss": "https://evil.example"}, {"iss": None}, {"iss": ""},
])
def test_an_answer_that_is_not_the_provider_s(site, victim, change):
    """With a wrong or missing `iss` the code may be for another provider: it is sent nowhere."""
    url, before = victim.arrive(), site.provider.exchanges
    fields = {key: value for key, value in (fields_of(url) | change).items() if value is not None}
    refused(victim, victim.get(f"{site.base}/auth/callback?{urllib.parse.urlencode(fields)}"))
    assert site.provider.exchanges - before == (1 if change == {"code": "made-up"} else 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_id_token_that_proves_nothing(site, victim, fault):
    url = victim.arrive()
    site.provider.misbehaviour = fault
    try:
        refused(victim, victim.get(url))
    finally:
        site.provider.misbehaviour = None
    assert not site.vault(victim.user).exists() and not site.vault("someone_else").exists()
    # The very same way with a good token leads in.
    victim.sign_in()


def test_a_session_that_was_there_before(site, victim, mallory):
    """Mallory plants a cookie: one of their own making, one of their own session, and a login begun by themselves."""
    mallory.sign_in()
    for planted in ("A" * 22, mallory.cookie):
        person = Person(site, victim.user)
        person.http.cookies.set("carrel", planted, domain="localhost.local", path="/")
        person.sign_in()
        assert person.cookie != planted and f'id="user">{victim.user}<' in person.get("/").text
        spy = httpx.get(site.base, headers={"Cookie": f"carrel={planted}"}).text
        assert victim.user not in spy
    # Two cookies of that name: which one is the server's cannot be known.
    both = {"Cookie": f"carrel={person.cookie}; carrel={mallory.cookie}"}
    assert 'id="user"' not in httpx.get(site.base, headers=both).text


def test_the_session_of_another(site, victim, mallory):
    victim.sign_in(), mallory.sign_in()
    victim.make_token("the victim's")
    assert "the victim&#39;s" in victim.get("/").text and "victim" not in mallory.get("/").text
    page = victim.page()
    revoke = next(fields for goes, fields in page.forms if goes == "/account/tokens/revoke")
    # With a form of one's own the token of another is not found; with the other's form nothing goes at all.
    mallory.post("/account/tokens/revoke", {"csrf": mallory.csrf(), "id": dict(revoke)["id"]})
    assert mallory.post("/account/tokens/revoke", revoke).status_code == 403
    assert "the victim&#39;s" in victim.get("/").text
    for cookie in (victim.cookie[:-1], victim.cookie + "A", victim.cookie.swapcase(), ""):
        assert 'id="user"' not in httpx.get(site.base, headers={"Cookie": f"carrel={cookie}"}).text


@pytest.mark.parametrize("action, fields", [
    ("/account/tokens", {"name": "x", "scope": "notes:read", "days": "1"}), ("/account/tokens/revoke", {"id": "x"}),
    ("/account/grants/revoke", {"id": "x"}), ("/auth/logout", {}), ("/auth/logout", {"everywhere": "true"}),
])
def test_forms_of_foreign_pages(site, victim, mallory, action, fields):
    victim.sign_in(), mallory.sign_in()
    victim.make_token("kept")
    own = victim.csrf()
    for csrf, headers in [
        (None, {}), ("", {}), ("made-up", {}), (mallory.csrf(), {}), (own[:-1], {}), (own, FOREIGN), (own, {"Origin": "null"}),
    ]:
        answer = victim.post(action, {**fields, **({} if csrf is None else {"csrf": csrf})}, headers=headers)
        assert answer.status_code == 403, (csrf, headers)
    # Nor does anything go by a link.
    assert victim.get(action, params={**fields, "csrf": own}).status_code in (404, 405)
    assert victim.is_signed_in() and victim.get("/").text.count(">Revoke<") == 1
    assert victim.post(action, {**fields, "csrf": own}).status_code in (200, 303)


@pytest.mark.parametrize("next", [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example", "/\t/evil.example",
    "\t//evil.example", " //evil.example", "javascript:alert(1)", "evil.example", "http:evil.example", "/\r\nSet-Cookie: a=b",
    "/%0d%0aSet-Cookie:a=b\n", "@evil.example", "",
])
def test_a_login_that_leads_elsewhere(site, victim, next):
    answer = victim.sign_in(next or None)
    assert answer.headers["location"] == "/" and "a" not in answer.cookies


def test_a_login_leads_to_a_path_of_this_server(victim):
    assert victim.sign_in("/oauth/authorize?a=b&c=%2F").headers["location"] == "/oauth/authorize?a=b&c=%2F"


def test_a_host_that_is_not_this_one(site):
    for worker in site.workers:
        for host in ("evil.example", f"evil.example:{worker.port}", "localhost.evil.example", "", "localhost@evil.example"):
            for path in ("/", "/auth/login", "/.well-known/oauth-authorization-server", "/mcp"):
                answer = httpx.get(worker.base + path, headers={"Host": host})
                assert answer.status_code in (400, 421) and "location" not in answer.headers, (host, path)
        # What a proxy says of the host changes no address that is given out.
        said = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example;proto=https"}
        to = fields_of(httpx.get(f"{worker.base}/auth/login", headers=said).headers["location"])
        assert to["redirect_uri"] == f"{site.base}/auth/callback"
        server = httpx.get(f"{worker.base}/.well-known/oauth-authorization-server", headers=said)
        assert "evil" not in server.text and server.json()["issuer"] == site.base
        assert "evil" not in httpx.post(worker.url, headers=said).headers["www-authenticate"]


def cookies_of(answer) -> dict[str, tuple[str, set[str]]]:
    """The cookies that are set: their values and their flags."""
    lines = [line.split("; ") for line in answer.headers.get_list("set-cookie")]
    return {words[0].split("=")[0]: (words[0].split("=", 1)[1], set(words[1:])) for words in lines}


def test_cookies_are_for_this_server_alone(site, victim):
    begun = victim.http.get("/auth/login")
    value, flags = cookies_of(begun)["carrel-login"]
    assert {"HttpOnly", "SameSite=Lax"} <= flags and len(value) >= 22 and not any(flag.startswith("Domain") for flag in flags)
    back = victim.get(site.provider.approve(begun.headers["location"], victim.user))
    value, flags = cookies_of(back)["carrel"]
    assert flags == {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={30 * 86400}"} and len(value) >= 22
    # The other one stays for ten minutes: another tab may be signing in as well.
    assert "carrel-login" not in cookies_of(back) and "Max-Age=600" in cookies_of(begun)["carrel-login"][1]
    keys = site.redis.cli("KEYS", "carrel:web:*")
    assert keys and value not in keys


def test_a_space_has_cookies_for_https_only():
    with Provider() as provider:
        space = Cluster(workers=1)
        del space.environment["PUBLIC_URL"]
        space.environment |= {
            "SPACE_ID": "someone/carrel", "SPACE_HOST": "someone-carrel.hf.space", "MCP_HOST": "127.0.0.1",
            "METRICS_PORT": "off", "DRAIN_DELAY": "0", "OAUTH_SCOPES": "openid profile",
            **provider.settings("https://someone-carrel.hf.space")}
        with space:
            base, host = space.workers[0].base, {"Host": "someone-carrel.hf.space"}
            begun = httpx.get(f"{base}/auth/login", headers=host)
            value, flags = cookies_of(begun)["__Host-carrel-login"]
            assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} <= flags
            to = provider.approve(begun.headers["location"], "hf_user_space")
            assert to.startswith("https://someone-carrel.hf.space/auth/callback?")
            back = httpx.get(to.replace("https://someone-carrel.hf.space", base),
                             headers={**host, "Cookie": f"__Host-carrel-login={value}"})
            value, flags = cookies_of(back)["__Host-carrel"]
            assert flags == {"HttpOnly", "SameSite=Lax", "Secure", "Path=/", f"Max-Age={30 * 86400}"}
            page = httpx.get(base, headers={**host, "Cookie": f"__Host-carrel={value}"})
            assert 'id="user">hf_user_space<' in page.text and Page(page).form("/auth/logout")
            # The name without the prefix, which another host could set, counts for nothing.
            assert 'id="user"' not in httpx.get(base, headers={**host, "Cookie": f"carrel={value}"}).text
