"""What apps say of themselves, at registration or in a document: where users are sent, and whom the server asks."""
import json
import threading
import time
import zlib

import pytest
from Harness.http_servers import Host
from Harness.oidc_provider import Provider
from Harness.sign_in import App, Person, Site, addresses, error_of

REDIRECT = "https://app.example/cb"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    """A host of documents that is trusted, and one on the same machine that is not."""
    folder = tmp_path_factory.mktemp("hosts")
    with Host(folder) as trusted, Host(folder) as private:
        yield trusted, private


@pytest.fixture(scope="module")
def site(hosts):
    trusted, private = hosts
    settings = {"TRUSTED_CLIENT_HOSTS": f"localhost:{trusted.port}", "OUTBOUND_CA_FILE": str(private.authority)}
    with Provider() as provider, Site(provider, **settings) as site:
        yield site


@pytest.fixture(scope="module")
def ann(site):
    person = Person(site, "ann")
    person.sign_in()
    return person


def document(client_id: str, /, size: int = 0, **changes) -> bytes:
    text = json.dumps({"client_id": client_id, "client_name": "An app", "redirect_uris": [REDIRECT], **changes})
    return (text[:-1] + " " * (size - len(text)) + "}").encode()


def ask(site, person, client_id: str):
    # From another place each time: a place may ask only so often.
    person.http.headers["X-Forwarded-For"] = next(addresses)
    return person.get(App(site, REDIRECT, client_id=client_id).ask())


def refused(answer) -> str:
    assert answer.status_code == 400 and "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


# Where users are sent.

@pytest.mark.parametrize("redirect", [
    "https://evil.example/cb", "https://app.example/cb/", "https://app.example/cb/../x", "https://app.example/cb?x=1",
    "https://app.example/CB", "https://app.example.evil.example/cb", "https://app.example@evil.example/cb",
    "https://app.example:444/cb", "http://app.example/cb", "https://app.example/cb#x", "//evil.example/cb", "/cb",
    "javascript:alert(1)", "https://app.example/cb%0d%0aX:y", "https://app.example\\@evil.example/cb", "http://127.0.0.1:9/cb",
])
def test_a_redirect_that_is_not_the_app_s(site, ann, redirect):
    app = App(site, "https://app.example/cb")
    for changes in ({}, {"response_type": "token"}, {"scope": "nothing"}, {"code_challenge": None}):
        answer = ann.get(app.ask(redirect_uri=redirect, **changes))
        assert answer.status_code == 400 and "location" not in answer.headers
        assert answer.headers["content-type"].startswith("text/html") and f'href="{redirect}' not in answer.text
    twice = app.ask() + "&redirect_uri=https%3A%2F%2Fevil.example%2Fcb"
    assert ann.get(twice).status_code == 400


def test_an_unknown_app(site, ann):
    for name in ("made-up", "", None, "http://127.0.0.1/client", "../x", "*", "A" * 5000):
        answer = ann.get(App(site, client_id="x").ask(client_id=name))
        assert answer.status_code == 400 and "location" not in answer.headers, name


@pytest.mark.parametrize("uris", [
    ["javascript:alert(1)"], ["data:text/html,x"], ["file:///etc/passwd"], ["vbscript:x"], ["blob:https://a.example/x"],
    ["http://app.example/cb"], ["http://localhost.evil.example/cb"], ["http://127.0.0.1.evil.example/cb"],
    ["http://10.0.0.1/cb"], ["https://app.example/cb#x"], ["https://user:word@app.example/cb"], ["https:///cb"], ["/cb"], ["cb"],
    [""], ["https://app.example/cb\nx"], ["https://app.example/" + "x" * 5000], [], ["https://app.example/cb", "javascript:1"],
    "https://app.example/cb", [1], None,
])
def test_an_app_registers_no_redirect_that_leads_astray(site, uris):
    refused = App(site, client_id="x").register(redirect_uris=uris)
    assert error_of(refused) in [(400, "invalid_redirect_uri"), (400, "invalid_client_metadata")]
    assert refused.json()["error_description"]


def test_an_address_that_registers_without_end(site):
    app, other = App(site), App(site)
    answers = [app.register(redirect_uris=[app.redirect]) for _ in range(35)]
    accepted = [answer.status_code for answer in answers].count(201)
    # One more was made before, and one may be added while they are counted.
    assert accepted in (29, 30) and answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 3600
    assert other.register(redirect_uris=[other.redirect]).status_code == 201
    # Another address of the same network is no other.
    app.http.headers["X-Forwarded-For"] = app.http.headers["X-Forwarded-For"].removesuffix("1") + "ffff"
    assert app.register(redirect_uris=[app.redirect]).status_code == 429


# Documents: the server must not fetch every address that an unknown client names.

def test_an_app_with_a_document_goes_all_the_way(site, hosts, ann):
    client_id = f"{hosts[0].origin}/app.json"
    hosts[0].pages["/app.json"] = document(client_id)
    app = App(site, REDIRECT, client_id=client_id)
    given = app.connect(ann)
    assert site.statuses(app.refresh(given["refresh_token"]).json()["access_token"]) == [200] * 3
    assert error_of(app.register(redirect_uris=["javascript:1"]))[0] == 400
    # Other redirects are not its own.
    assert "location" not in ann.get(app.ask(redirect_uri="https://evil.example/cb")).headers


@pytest.mark.parametrize("host", [
    "localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "[::ffff:127.0.0.1]:{port}", "[::ffff:7f00:1]:{port}",
    "0.0.0.0:{port}", "2130706433:{port}", "0x7f000001:{port}", "127.1:{port}", "0177.0.0.1:{port}", "10.0.0.1", "172.16.0.1",
    "192.168.0.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]", "224.0.0.1",
    "255.255.255.255",
])
def test_a_private_address_is_not_asked(site, hosts, ann, host):
    private = hosts[1]
    client_id = f"https://{host.format(port=private.port)}/latest/meta-data"
    private.pages["/latest/meta-data"] = document(client_id)
    assert "public" in refused(ask(site, ann, client_id)) and private.asked == []


@pytest.mark.parametrize("form", [
    "http://localhost:{port}/app.json", "https://localhost:{port}", "https://localhost:{port}/",
    "https://localhost:{port}/app.json#x", "https://ann@localhost:{port}/app.json", "https://ann:word@localhost:{port}/app.json",
    "https://localhost:{port}/x/../app.json", "https://localhost:{port}/./app.json", "https://localhost:{port}/%2e%2e/app.json",
    "https://localhost:{port}/x/%2E/app.json", "https://LOCALHOST:{port}/app.json", "HTTPS://localhost:{port}/app.json",
    "https:localhost:{port}/app.json", "file:///etc/passwd", "https://localhost:{port}@evil.example/app.json",
    "https://localhost:{port}\\@evil.example/app.json", "https://localhost:{port}/a\tb", "https:///app.json",
])
def test_an_address_of_another_spelling_is_not_asked(site, hosts, ann, form):
    trusted = hosts[0]
    client_id = form.format(port=trusted.port)
    trusted.pages["/app.json"] = document(client_id)
    before = list(trusted.asked)
    refused(ask(site, ann, client_id))
    assert trusted.asked == before


@pytest.mark.parametrize("changes", [
    {"client_id": "https://other.example/app.json"}, {"client_id": None}, {"redirect_uris": ["javascript:alert(1)"]},
    {"redirect_uris": []}, {"redirect_uris": None}, {"redirect_uris": ["https://evil.example/cb"]},
    {"client_name": None}, {"client_name": "a\nb"}, {"client_name": "x" * 500},
])
def test_a_document_that_is_not_good(site, hosts, ann, changes):
    path = f"/bad-{zlib.crc32(repr(changes).encode())}.json"
    hosts[0].pages[path] = document(hosts[0].origin + path, **changes)
    refused(ask(site, ann, hosts[0].origin + path))
    assert path in hosts[0].asked


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"<html>", b"null", b'"x"', b"\xff\xfe"])
def test_a_document_that_is_none(site, hosts, ann, body):
    path = f"/none-{body.hex()}"
    hosts[0].pages[path] = body
    refused(ask(site, ann, hosts[0].origin + path))
    assert path in hosts[0].asked


def test_a_document_of_5_kib_is_read_and_a_larger_one_is_not(site, hosts, ann):
    for path, size, status in (("/just.json", 5120, 200), ("/large.json", 5121, 400)):
        hosts[0].pages[path] = document(hosts[0].origin + path, size)
        assert len(hosts[0].pages[path]) == size
        assert ask(site, ann, hosts[0].origin + path).status_code == status


def test_a_document_without_end_is_not_read_to_its_end(site, hosts, ann):
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while len(sent) < 4096:
            handler.wfile.write(b" " * 16384)
            sent.append(16384)
    hosts[0].pages["/endless.json"] = endless
    refused(ask(site, ann, hosts[0].origin + "/endless.json"))
    assert len(sent) < 4096


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(site, hosts, ann, status):
    trusted, private = hosts
    for number, target in enumerate((f"{trusted.origin}/target.json", f"{private.origin}/target.json")):
        path = f"/moved-{status}-{number}.json"
        for host in hosts:
            host.pages["/target.json"] = document(trusted.origin + path)
        trusted.pages[path] = lambda handler, target=target: handler.answer(status, Location=target)
        refused(ask(site, ann, trusted.origin + path))
        assert path in trusted.asked
    assert "/target.json" not in trusted.asked + private.asked


def test_a_host_that_is_slow_is_not_waited_for(site, hosts, ann):
    gone = threading.Event()

    def slow(handler):
        handler.send_response(200)
        handler.end_headers()
        # A byte now and then, so that it is never silent for long.
        while not gone.wait(0.5):
            handler.wfile.write(b" ")
    hosts[0].pages["/slow.json"] = slow
    # Were it waited for, it would never end.
    begun = time.monotonic()
    try:
        refused(ask(site, ann, hosts[0].origin + "/slow.json"))
    finally:
        gone.set()
    assert "/slow.json" in hosts[0].asked and time.monotonic() - begun < 30


def test_a_host_with_an_unknown_certificate_is_not_trusted(hosts, tmp_path):
    with Host(tmp_path) as impostor, Provider() as provider, Site(
        provider, workers=1, TRUSTED_CLIENT_HOSTS=f"localhost:{impostor.port}", OUTBOUND_CA_FILE=str(hosts[1].authority),
    ) as site:
        impostor.pages["/app.json"] = document(f"{impostor.origin}/app.json")
        ann = Person(site, "ann")
        ann.sign_in()
        refused(ask(site, ann, f"{impostor.origin}/app.json"))
        assert impostor.asked == []
