"""All that one user can store in Redis and on the volume stands in the tables of docs/operations.md, and stays below them."""
import math
import pathlib
import re
import secrets

import httpx
import pytest
from Harness.client import Client
from Harness.oidc_provider import Provider
from Harness.processes import wait_until
from Harness.sign_in import App, Person, Site

PAGE = pathlib.Path(__file__).parents[2] / "docs/operations.md"
# The longest that there may be, of four bytes a code point.
USER = "u" + "0" * 63
NAME = "😀" * 100
SEGMENT = "😀" * 63


class Row:
    """A line of a table: what it names, how many of it there may be, and how large each."""

    def __init__(self, cells: list[str]):
        self.names = re.findall(r"`([^`]+)`", cells[0])
        self.count = int(cells[1].replace(",", "")) if cells[1][0].isdigit() else math.inf
        self.bytes = int(cells[2].replace(",", ""))

    def covers(self, name: str) -> bool:
        return any(re.fullmatch(self.expression(own), name) for own in self.names)

    @staticmethod
    def expression(name: str) -> str:
        parts = re.split(r"(<[^>]+>|…)", name)
        known = {"<user>": USER, "…": r"(?!\.carrel/).+", "<address>": "[^:{}/]{16,}"}
        return "".join(known.get(part, "[^:{}/]+") if part[:1] in "<…" else re.escape(part) for part in parts)


def table(first_cell: str) -> list[Row]:
    """The rows below a heading of a table whose first cell it is."""
    lines = PAGE.read_text().split(f"\n| {first_cell} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [Row([cell.strip() for cell in line.split("|")[1:-1]]) for line in lines]


def expect_covered(found: dict[str, int], rows: list[Row]):
    """Every name is in one row, and no row has more names or bytes than it says."""
    counts = dict.fromkeys(rows, 0)
    for name, size in found.items():
        covering = [row for row in rows if row.covers(name)]
        assert len(covering) == 1, f"{name} is in {len(covering)} rows of the table"
        assert size <= covering[0].bytes, (name, size)
        counts[covering[0]] += 1
    for row, count in counts.items():
        assert count <= row.count, (row.names, count)


def path(number: int) -> str:
    """A path of 256 code points, of four bytes each but for the slashes and the end."""
    end = f"{number:05}.md"
    return "/".join([*[SEGMENT] * 3, "😀" * (256 - 3 * 64 - len(end))]) + end


def tools(client: Client, calls: list[tuple[str, dict]]):
    """Calls in batches."""
    for first in range(0, len(calls), 50):
        answer = client.post([{"jsonrpc": "2.0", "id": number, "method": "tools/call",
                               "params": {"name": name, "arguments": arguments}}
                              for number, (name, arguments) in enumerate(calls[first:first + 50])])
        assert answer.status_code == 200, answer.text


class Filling:
    """Stores what a user may, by the interfaces for users."""

    def __init__(self, site: Site):
        self.site, self.worker = site, site.workers[0]
        self.person = Person(site, USER)
        self.person.sign_in()
        self.token = self.person.make_token(NAME, days=90)
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(timeout=30, base_url=self.worker.base, headers=self.headers)

    def sessions(self, count: int):
        room = 16384 - len('{"experimental":{"a":""}}')
        params = {"protocolVersion": "2025-11-25", "capabilities": {"experimental": {"a": "x" * room}},
                  "clientInfo": {"name": NAME, "version": NAME}}
        for _ in range(count):
            assert Client(self.worker, self.token).rpc("initialize", params).status_code == 200

    def browsers(self, count: int):
        for _ in range(count):
            Person(self.site, USER).sign_in()

    def tokens(self, count: int) -> list[dict]:
        made = []
        for _ in range(count):
            answer = self.http.post("/api/tokens", json={
                "name": NAME, "folders": ["😀" * 25 + str(number) for number in range(20)], "expires_in": 90 * 86400})
            assert answer.status_code == 201, answer.text
            made.append(answer.json())
            assert Client(self.worker, made[-1]["token"]).rpc("ping").status_code == 200
        return made

    def apps(self, count: int) -> list[dict]:
        redirect = "http://127.0.0.1/" + "x" * 2000
        return [App(self.site, redirect=redirect, name=NAME).connect(self.person) for _ in range(count)]

    @property
    def client(self) -> Client:
        """In a session of its own, of the revision that has batches."""
        client = Client(self.worker, self.token)
        assert client.initialize("2025-03-26").status_code == 200
        return client

    def notes(self, count: int):
        tools(self.client, [("write_note", {"path": path(number), "body": "x"}) for number in range(count)])

    def refusals(self):
        """One of each kind: those of a kind are counted for a minute."""
        self.client.tool_error("read_note", {"path": "../" + "😀" * 253})
        reader = Client(self.worker, self.person.make_token(NAME, scopes="notes:read"))
        reader.rpc("tools/call", {"name": "write_note", "arguments": {"path": path(0), "body": "x"}})
        Client(self.worker, self.token, secrets.token_urlsafe(16)).rpc("ping")

    def revocations(self):
        for token in self.tokens(2):
            assert self.http.delete(f"/api/tokens/{token['jti']}").status_code == 204

    def pending(self):
        """A code that is not exchanged, and a login that is not finished."""
        app = App(self.site, redirect="http://127.0.0.1/" + "x" * 2000, name=NAME)
        self.person.allow(app.ask(redirect_uri=app.redirect))
        Person(self.site, USER).begin("/" + "x" * 2000)


def keys(site: Site) -> dict[str, int]:
    names = site.redis.cli("KEYS", "*").split("\n")
    sizes = {name: site.redis.cli("MEMORY", "USAGE", name, "SAMPLES", "0") for name in names}
    # What has expired meanwhile has none.
    return {name: int(size) for name, size in sizes.items() if size}


def files(folder: pathlib.Path) -> dict[str, int]:
    return {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def filled():
    with Provider() as provider, Site(
            provider, workers=1, VOLUME="shared", RATE_LIMIT="5000/h", RATE_LIMIT_WRITES="5000/h",
            RATE_LIMIT_BYTES="1GiB/h", AUTH_FAILURE_LIMIT="60/h") as site:
        filling = Filling(site)
        filling.sessions(3)
        filling.browsers(2)
        filling.tokens(3)
        filling.apps(2)
        filling.notes(100)
        filling.refusals()
        filling.revocations()
        filling.pending()
        # A stranger's.
        bad = {"Authorization": "Bearer a.b.c", "X-Forwarded-For": "2001:db8:ffff::1"}
        assert httpx.post(filling.worker.url, headers=bad, content="{}").status_code == 401
        yield filling


def test_every_key_is_in_a_table_and_below_its_bound(filled, figure):
    bounds = table("key of a user") + table("key of all users")
    site = filled.site
    # Usage is flushed, and events are appended, within a second.
    awaited = [f"carrel:{name}:{{{USER}}}" for name in ("audit", "audit-sessions", "audit-refusals", "vault-changes")]
    wait_until(lambda: {*awaited, "carrel:audit-strangers"} <= keys(site).keys()
               and any(key.startswith("carrel:usage:") for key in keys(site)), "the keys that are written later")
    found = keys(site)
    expect_covered(found, bounds)
    # All but what needs a second worker, a Cluster, or goes with its last use.
    rare = {f"carrel:{name}" for name in ("lease:{<user>}", "lease-waiting:{<user>}", "epoch:{<user>}", "not-before:{<user>}")}
    missing = {name for row in table("key of a user") for name in row.names if not any(
        re.fullmatch(Row.expression(name), key) for key in found)}
    assert missing <= rare, missing
    # All sessions end, and what is left of them has a bound too.
    assert filled.http.post("/api/auth/logout?everywhere=true").status_code == 204
    left = keys(site)
    expect_covered(left, bounds)
    assert f"carrel:not-before:{{{USER}}}" in left
    figure(f"{len(found)} keys, the largest of {max(found.values())} bytes")


def test_every_file_is_in_the_table_and_below_its_bound(filled):
    rows = table("file of a user")
    folder = filled.site.folder
    found = {f"vaults/{name}": size for name, size in files(folder / "vaults").items()}
    found |= {f"index/{name}": size for name, size in files(folder / "index").items()}
    found |= {file.name: file.stat().st_size for file in folder.glob("revocations*")}
    expect_covered(found, rows)
    assert f"vaults/{USER}/{path(99)}" in found and "revocations" in found


def test_folders_end_with_their_last_note(filled):
    client = Client(filled.worker, filled.site.token("other"))
    assert client.initialize("2025-03-26").status_code == 200
    vault = filled.site.vault("other")
    tools(client, [("write_note", {"path": path(number), "body": "x"}) for number in range(20)])
    tools(client, [("delete_note", {"path": path(number)}) for number in range(1, 20)])
    assert (vault / path(0)).exists()
    tools(client, [("delete_note", {"path": path(0)})])
    assert [folder.name for folder in vault.iterdir()] == [".carrel"]
