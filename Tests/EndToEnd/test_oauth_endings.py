"""What was ended stays ended, whatever was in progress; and no user ends, fills or crashes what another one owns."""
import json
import re
import signal

import httpx
import pytest
from Harness.http_servers import Host
from Harness.oidc_provider import Provider
from Harness.sign_in import App, Person, Site, error_of
from Harness.workers import SECRET

DEAD, GOOD = [401] * 3, [200] * 3


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with Host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="module")
def site(host):
    settings = {"TRUSTED_CLIENT_HOSTS": f"localhost:{host.port}", "OUTBOUND_CA_FILE": str(host.authority)}
    with Provider() as provider, Site(provider, ACCESS_TOKEN_TTL="4s", **settings) as site:
        yield site


@pytest.fixture
def ann(site, request):
    person = Person(site, re.sub(r"\W", "_", request.node.name.removeprefix("test_"))[:60])
    person.sign_in()
    return person


def journal(site) -> list[str]:
    file = site.folder / "revocations"
    return file.read_text().splitlines() if file.exists() else []


def test_a_code_that_was_not_fetched_ends_with_all_else(site, ann):
    app = App(site)
    code = ann.allow(app.ask())["code"]
    ann.post("/auth/logout", [("csrf", ann.csrf()), ("everywhere", "true")])
    assert error_of(app.exchange(code)) == (400, "invalid_grant")


def test_a_code_of_a_user_who_was_deleted(site, ann):
    app = App(site)
    code = ann.allow(app.ask())["code"]
    done = site.run("user", "delete", "--user", ann.user, "--yes")
    assert done.returncode == 0, done.stderr
    assert error_of(app.exchange(code)) == (400, "invalid_grant")


def test_a_grant_ended_by_one_of_its_tokens_stays_ended(site, ann):
    app = App(site)
    given = app.connect(ann)
    done = site.run("token", "revoke", "-", input=given["access_token"])
    assert done.returncode == 0 and "grant" in done.stdout, done.stderr
    assert site.statuses(given["access_token"]) == DEAD
    # Not by the end of that token either, which is four seconds later.
    left = int(site.redis.cli("TTL", re.search(r"grant (\S+) of", done.stdout)[1].join(
        (f"carrel:revoked:{{{ann.user}}}:", ""))))
    assert left > 80 * 86400
    assert error_of(app.refresh(given["refresh_token"])) == (400, "invalid_grant")


def test_a_refresh_for_too_much_costs_nothing(site, ann):
    app = App(site)
    given = app.connect(ann)
    for scope in ("bogus", "notes:admin"):
        assert error_of(app.refresh(given["refresh_token"], scope=scope)) == (400, "invalid_scope")
    fresh = app.refresh(given["refresh_token"])
    assert fresh.status_code == 200 and site.statuses(fresh.json()["access_token"]) == GOOD


def test_a_token_revoked_again_and_again_is_audited_once(site, ann):
    app = App(site)
    given, own = app.connect(ann), ann.make_token("own")
    app.revoke(given["refresh_token"])
    app.revoke(own)
    before = journal(site)
    for _ in range(20):
        assert app.revoke(given["refresh_token"]).status_code == 200
        assert app.revoke(given["access_token"]).status_code == 200
        assert app.revoke(own).status_code == 200
    assert journal(site) == before
    assert "own</td>" not in ann.page().text and "Tokens" in ann.page().text


def test_what_was_shown_is_what_is_allowed(site, ann, host):
    client_id = f"{host.origin}/changing.json"

    def described(name, redirect):
        return json.dumps({"client_id": client_id, "client_name": name, "redirect_uris": [redirect]}).encode()
    host.pages["/changing.json"] = described("Good App", "https://good.example/cb")
    app = App(site, redirect="https://good.example/cb", client_id=client_id)
    page = ann.consent(app.ask(redirect_uri=None))
    assert "good.example" in page.text and "Good App" in page.text
    host.pages["/changing.json"] = described("Good App", "https://evil.example/cb")
    site.restart()
    answer = ann.decide(page.form("/oauth/authorize"))
    assert answer.status_code == 403 and "location" not in answer.headers


@pytest.mark.parametrize("address", [
    "https://8.8.8.8:99999/x", "https://[2606:4700::1]:99999/x", "https://app.example.com:0/x", "https://8.8.8.8:/x",
    "https://8.8.8.8:99999999999999999999/x", "https://app.example.com./x", "https://a%2eb.example/x",
])
def test_no_address_brings_a_worker_down(site, ann, address):
    app = App(site, client_id=address, redirect="https://a.example/cb")
    for worker in site.workers:
        assert ann.get(f"{app.ask()}").status_code == 400
        assert httpx.get(f"{worker.base}/health/live").status_code == 200
        assert worker.process.poll() is None


def test_nothing_is_fetched_before_the_user_signs_in(site, host):
    asked = len(host.asked)
    app = App(site, client_id=f"{host.origin}/unknown.json", redirect="https://a.example/cb")
    answer = Person(site, "stranger").get(app.ask())
    assert answer.status_code == 303 and answer.headers["location"].startswith("/auth/login")
    assert len(host.asked) == asked


def test_an_ended_token_does_not_learn_what_it_lacks(site, ann):
    reader = ann.make_token("reader", scopes="notes:read")
    App(site).revoke(reader)
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "write_note", "arguments": {"path": "a.md", "body": "x"}}}
    answers = [httpx.post(worker.url, json=body, headers={"Authorization": f"Bearer {reader}"}) for worker in site.workers]
    assert [answer.status_code for answer in answers] == DEAD


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_what_is_no_form_is_an_error_of_its_own_shape(site, path):
    for sent in ({"json": {"a": 1}}, {"content": b"a=%zz", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}):
        answer = httpx.post(site.workers[0].base + path, **sent)
        assert error_of(answer) == (400, "invalid_request") and answer.headers["Cache-Control"] == "no-store"


def test_a_worker_that_crashes_tells_no_secret(provider_of_its_own):
    # As in production, where no report of a crash is made: it would show what is in memory.
    with Site(provider_of_its_own, workers=1, SWIFT_BACKTRACE="enable=no") as site:
        person, app = Person(site, "ann"), App(site)
        given = app.connect(person)
        worker = site.workers[0]
        assert httpx.post(worker.url, headers={"Authorization": f"Bearer {given['access_token']}"}).status_code == 415
        worker.process.send_signal(signal.SIGSEGV)
        assert worker.process.wait(timeout=60) == -signal.SIGSEGV
        told = worker.log.read_text(errors="replace")
        assert '"user_id":"ann"' in told
        secrets = site.secrets | {given["access_token"], given["refresh_token"], person.cookie, SECRET}
        assert len(secrets) > 5 and not [secret for secret in secrets if secret and secret in told]


@pytest.fixture
def provider_of_its_own():
    with Provider() as provider:
        yield provider
