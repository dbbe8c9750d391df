"""The official Python SDK signs its user in by itself, from the bare URL, as clients do that are built on it."""
import contextlib
import json
import re

import anyio
import pytest
from Harness.browser import Browser
from Harness.http_servers import Host
from Harness.oidc_provider import Provider
from Harness.processes import wait_until
from Harness.sign_in import BOTH, Person, Site, fields_of
from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """Where a client's document lies, with a certificate of an authority of the tests."""
    with Host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="module")
def site(host):
    settings = {"TRUSTED_CLIENT_HOSTS": f"localhost:{host.port}", "OUTBOUND_CA_FILE": str(host.authority)}
    with Provider() as provider, Site(provider, ACCESS_TOKEN_TTL="5s", **settings) as site:
        yield site


@pytest.fixture
def ann(site, request):
    """A user who has not signed in yet."""
    return Person(site, re.sub(r"\W", "_", request.node.name.removeprefix("test_"))[:60])


class Memory:
    """What a client keeps, and where it has sent its user."""
    tokens = client = None

    def __init__(self): self.visits = []

    async def get_tokens(self): return self.tokens

    async def set_tokens(self, tokens): self.tokens = tokens

    async def get_client_info(self): return self.client

    async def set_client_info(self, client_info): self.client = client_info


@contextlib.asynccontextmanager
async def official_client(site, visit, redirect="http://127.0.0.1:9/callback", **more):
    """A session of the SDK from the bare URL; `visit` does in a browser what the client asks for."""
    memory = Memory()

    async def go(url):
        memory.visits.append(url)
        memory.sent = await anyio.to_thread.run_sync(visit, url)

    async def come_back():
        return AuthorizationCodeResult(**{key: memory.sent.get(key) for key in ("code", "state", "iss")})
    metadata = OAuthClientMetadata(redirect_uris=[redirect], client_name="The official client")
    memory.oauth = OAuthClientProvider(site.url, metadata, memory, go, come_back, **more)
    async with create_mcp_http_client(auth=memory.oauth) as http:
        async with streamable_http_client(site.url, http_client=http) as streams:
            async with ClientSession(streams[0], streams[1]) as client:
                await client.initialize()
                yield client, memory


async def call(client, tool: str, **arguments) -> dict:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    return result.structured_content


async def outlive(site, memory):
    """Waits until the client's token has expired, for itself and for the server."""
    old, oauth = memory.tokens.access_token, memory.oauth.context
    await anyio.to_thread.run_sync(
        wait_until, lambda: not oauth.is_token_valid() and site.statuses(old) == [401] * 3, "expiry")
    return old


def test_the_official_client_does_everything_from_the_bare_url(site, ann):
    async def use():
        async with official_client(site, ann.allow) as (client, memory):
            await call(client, "write_note", path="a.md", body="from the official client")
            for number in range(2):
                old = await outlive(site, memory)
                assert (await call(client, "read_note", path="a.md"))["note"]["body"] == "from the official client"
                assert memory.tokens.access_token != old
            # The user was not asked again.
            assert len(memory.visits) == 1 and memory.client.client_id in memory.visits[0]
    anyio.run(use)
    assert (site.vault(ann.user) / "a.md").exists()


def test_the_official_client_asks_again_when_it_may_too_little(site, ann):
    def allow(url):
        fields = ann.consent(url).form("/oauth/authorize")
        kept = [f for f in fields if f[1] != "notes:write"] if not asked else fields
        asked.append(url)
        return fields_of(ann.decide(kept).headers["location"])
    asked = []

    async def use():
        async with official_client(site, allow) as (client, memory):
            assert (await call(client, "list_notes"))["notes"] and memory.tokens.scope == "notes:read"
            await call(client, "write_note", path="a.md", body="x")
            assert memory.tokens.scope == BOTH and len(asked) == 2
    anyio.run(use)


def test_the_official_client_with_a_document_and_a_browser(site, host, ann):
    client_id, redirect = f"{host.origin}/client.json", "http://localhost/callback"
    host.pages["/client.json"] = json.dumps({
        "client_id": client_id, "client_name": "The documented client", "redirect_uris": [redirect]}).encode()
    registered = site.redis.cli("KEYS", "carrel:oauth:client:*")
    with Browser() as browser, Host() as machine:
        machine.pages["/callback"] = b"{}"

        def allow(url):
            browser.open(url)
            browser.fill("input[name=sub]", ann.user)
            browser.click("#allow")
            assert "The documented client" in browser.text("h1") and client_id in browser.driver.page_source
            browser.click("button[value=allow]")
            assert browser.url.startswith(f"{machine.origin}/callback?")
            return fields_of(browser.url)

        async def use():
            here = f"{machine.origin}/callback"
            async with official_client(site, allow, here, client_metadata_url=client_id) as (client, memory):
                await call(client, "write_note", path="a.md", body="x")
                await outlive(site, memory)
                assert (await call(client, "list_notes"))["notes"] and len(memory.visits) == 1
                assert memory.client.client_id == client_id
        anyio.run(use)
        assert [path for path in machine.asked if path.startswith("/callback?")]
    assert site.redis.cli("KEYS", "carrel:oauth:client:*") == registered
    # Each worker has asked for the document once at most.
    assert 1 <= host.asked.count("/client.json") <= len(site.workers)
