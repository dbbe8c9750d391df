"""Signing in with a provider that plays Hugging Face, through workers that take turns, with a real browser."""
import re

import httpx
import pytest
from Harness.browser import Browser
from Harness.client import Client
from Harness.oidc_provider import Provider
from Harness.processes import wait_until
from Harness.sign_in import App, Page, Person, Site
from Harness.workers import Cluster

WELCOME = ["guide/working-with-agents.md", "guide/writing-notes.md", "welcome.md"]
USERS = ["hf_user_123", "hf_user_456", "hf_user_789"]


@pytest.fixture(scope="module")
def site():
    with Provider() as provider, Site(provider) as site:
        yield site


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


def sign_in(browser, site, user: str):
    browser.open(site.base)
    browser.click("#sign-in")
    assert browser.url.startswith(f"{site.provider.issuer}/oauth/authorize?")
    browser.fill("input[name=sub]", user)
    browser.click("#allow")
    assert browser.text("#user") == user and browser.url == f"{site.base}/"


def test_a_browser_signs_in_makes_a_token_ends_it_and_signs_out(site, browser):
    sign_in(browser, site, "hf_user_browser")
    browser.fill("#new-token input[name=name]", "my <laptop>")
    browser.click("#new-token button")
    token = browser.text("#token")
    assert site.statuses(token) == [200] * 3
    assert site.notes(token).paths() == WELCOME
    browser.open(site.base)
    assert "my <laptop>" in browser.text("#tokens") and token not in browser.driver.page_source
    browser.click("#tokens form button")
    assert site.statuses(token) == [401] * 3 and not browser.has("#tokens")
    browser.click("#logout button")
    assert browser.find("#sign-in") and browser.cookie("carrel") is None
    # Going back to the page shows nothing of it.
    browser.driver.back()
    assert browser.find("#sign-in") and not browser.has("#user")
    assert {port for port, _ in site.front.served} == {worker.port for worker in site.workers}
    for event in ("login", "logout"):
        site.await_event(event, user_id="hf_user_browser")


def test_a_browser_signs_out_everywhere(site, browser):
    user = "hf_user_everywhere"
    elsewhere, other = Person(site, user), Person(site, "hf_user_other")
    elsewhere.sign_in(), other.sign_in()
    tokens = [elsewhere.make_token(), App(site).connect(elsewhere)["access_token"]]
    foreign = other.make_token()
    sign_in(browser, site, user)
    assert "An app" in browser.text("#grants")
    browser.click("#logout-everywhere button")
    assert browser.find("#sign-in") and not elsewhere.is_signed_in()
    assert [site.statuses(token) for token in tokens] == [[401] * 3] * 2
    assert other.is_signed_in() and site.statuses(foreign) == [200] * 3

    def comes_back() -> bool:
        person = Person(site, user)
        person.sign_in()
        return person.is_signed_in() and site.statuses(person.make_token()) == [200] * 3
    # As soon as the second of the logout is over.
    wait_until(comes_back, "a new login")


def test_signing_out_here_leaves_other_browsers_and_tokens_alone(site):
    here, there = Person(site, "hf_user_two"), Person(site, "hf_user_two")
    here.sign_in(), there.sign_in()
    token, cookie = here.make_token(), here.cookie
    left = here.post("/auth/logout", {"csrf": here.csrf()})
    assert left.status_code == 303 and left.headers["location"] == "/" and not here.cookie
    here.http.cookies.set("carrel", cookie)
    # The session has ended at the server, not only in the browser.
    assert not here.is_signed_in() and there.is_signed_in() and site.statuses(token) == [200] * 3


def test_only_the_first_login_fills_the_vault(site):
    person = Person(site, "hf_user_new")
    assert not site.vault(person.user).exists()
    person.sign_in()
    client = site.notes(person.make_token())
    assert client.paths() == WELCOME
    client.tool("delete_note", {"path": "welcome.md"})
    Person(site, person.user).sign_in()
    assert client.paths() == WELCOME[:2]


def test_users_who_log_in_see_only_their_own_notes(site):
    people = [Person(site, user) for user in USERS]
    # Their logins are interleaved, step by step.
    for person, url in [(person, person.arrive()) for person in people]:
        assert person.get(url).status_code == 303
    tokens = {person.user: person.make_token() for person in people}
    for user, token in tokens.items():
        site.notes(token).tool("write_note", {"path": f"of-{user}.md", "body": f"the secret of {user}"})
    for user, token in tokens.items():
        client = site.notes(token)
        assert client.paths() == sorted([*WELCOME, f"of-{user}.md"])
        hits = client.tool("search_notes", {"query": "secret"})["results"]
        assert [hit["path"] for hit in hits] == [f"of-{user}.md"]
        for other in set(USERS) - {user}:
            for path in (f"of-{other}.md", f"../{other}/of-{other}.md"):
                client.tool_error("read_note", {"path": path})
    for person in people:
        assert f'id="user">{person.user}<' in person.get("/").text


def test_a_token_of_the_provider_is_proof_for_its_own_user_only(site):
    url, proof = f"{site.base}/api/auth/create-token", site.provider.access_token("hf_user_123")
    site.secrets.add(proof)

    def create(user: str, bearer: str | None = proof):
        return httpx.post(url, json={"user_id": user}, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})
    made = create("hf_user_123")
    assert made.status_code == 200 and made.json()["expires_at"] and site.statuses(made.json()["token"]) == [200] * 3
    assert create("hf_user_456").status_code == 403
    assert create("hf_user_123", bearer=None).status_code == 401
    assert create("hf_user_123", bearer="hf_oauth_made_up").status_code == 401
    # A token of ours is no proof at the provider.
    assert create("hf_user_123", bearer=made.json()["token"]).status_code == 401


def test_a_name_that_is_no_user_id_is_given_one(site):
    def name_here(name_there: str) -> str:
        person = Person(site, name_there)
        person.sign_in()
        return re.search(r'id="user">([^<]+)<', person.get("/").text)[1]
    name = name_here("Zoë @ example.com")
    assert re.fullmatch(r"oidc-[0-9a-f]{32}", name) and name_here("Zoë @ example.com") == name
    # Taking another user's name at the provider does not make one that user.
    assert name_here(name) != name


def test_the_provider_changes_its_keys(site):
    Person(site, "hf_user_keys").sign_in()
    site.provider.rotate()
    before = len(site.front.served)
    for _ in range(3):
        Person(site, "hf_user_keys").sign_in()
    assert {port for port, path in site.front.served[before:] if path == "/auth/callback"} == {w.port for w in site.workers}


def test_who_is_turned_away_by_the_provider_is_not_signed_in(site):
    person = Person(site, "hf_user_no")
    state = re.search(r"[?&]state=([^&]+)", person.begin())[1]
    refused = person.get(f"/auth/callback?error=access_denied&state={state}")
    assert refused.status_code == 400 and "access_denied" in refused.text
    assert not person.cookie and not person.is_signed_in()


@pytest.fixture(scope="module")
def laptop():
    """A server for one machine, without a provider."""
    with Cluster(workers=1, redis=False) as cluster:
        cluster.workers[0].kill()
        cluster.environment["PUBLIC_URL"] = cluster.workers[0].base
        cluster.workers[0].start()
        yield cluster


def test_a_laptop_signs_its_user_in_without_a_provider(laptop, browser):
    browser.open(laptop.workers[0].base)
    browser.click("#sign-in")
    browser.fill("input[name=user]", "ann")
    browser.click("form button")
    assert browser.text("#user") == "ann"
    browser.fill("#new-token input[name=name]", "x")
    browser.click("#new-token button")
    assert Client(laptop.workers[0], browser.text("#token")).paths() == WELCOME


def test_a_laptop_signs_in_no_user_from_elsewhere(laptop):
    base = laptop.workers[0].base
    for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}, {"Via": "1.1 proxy"},
                    {"Origin": "http://localhost:1"}):
        assert httpx.get(f"{base}/auth/login", headers=headers).status_code == 403, headers
    with httpx.Client(base_url=base) as http:
        ticket = dict(Page(http.get("/auth/login")).form("/auth/login"))["ticket"]
        for fields, headers, status in [
            ({"user": "ann"}, {}, 403), ({"user": "ann", "ticket": "made-up"}, {}, 403),
            ({"user": "ann", "ticket": ticket}, {"Origin": "http://localhost:1"}, 403),
            ({"user": "ann", "ticket": ticket}, {"X-Forwarded-For": "192.0.2.1"}, 403),
            ({"user": "../bob", "ticket": ticket}, {}, 400), ({"ticket": ticket}, {}, 400),
        ]:
            refused = http.post("/auth/login", data=fields, headers=headers)
            assert refused.status_code == status and "carrel" not in refused.cookies, fields
        # The form of one browser is none of another's.
        stranger = httpx.Client(base_url=base)
        stranger.get("/auth/login")
        assert stranger.post("/auth/login", data={"user": "ann", "ticket": ticket}).status_code == 403
        entered = http.post("/auth/login", data={"user": "ann", "ticket": ticket, "next": "//evil.example"})
        assert entered.status_code == 303 and entered.headers["location"] == "/"
        assert "ann" in http.get("/").text
