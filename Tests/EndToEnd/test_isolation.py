"""A table of attacks: each refused, each audited, none touching another vault."""
import hashlib
import os
import time

import jwt
import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import SECRET


def fingerprint(folder) -> str:
    """Everything below a folder: names, contents and links."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode())
        if path.is_symlink():
            digest.update(os.readlink(path).encode())
        elif path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.fixture
def bob(cluster):
    """Another user with a note, whose vault must be the same afterwards."""
    client = Client(cluster.workers[0], cluster.token("bob"))
    client.tool("write_note", {"path": "secret.md", "body": "the secret of bob"})
    before = fingerprint(cluster.vault("bob"))
    yield client
    assert fingerprint(cluster.vault("bob")) == before
    assert client.tool("read_note", {"path": "secret.md"})["note"]["body"] == "the secret of bob"


def signed(**claims) -> str:
    return jwt.encode({"exp": int(time.time()) + 60, **claims}, SECRET, algorithm="HS256")


def test_the_session_of_another(cluster, bob):
    bob.initialize()
    mallory = Client(cluster.workers[1], cluster.token("mallory"), session=bob.session)
    for response in (mallory.rpc("ping"), mallory.rpc("tools/list"), mallory.rpc("resources/list")):
        assert response.status_code == 404
    headers = {"Authorization": f"Bearer {mallory.token}", "Mcp-Session-Id": bob.session}
    assert mallory.http.delete(mallory.worker.url, headers=headers).status_code == 404
    cluster.workers[1].await_count(4, "session_hijack_attempt", user_id="mallory", session=bob.session)
    # It is answered like one that never was, and is still bob's.
    mallory.session = "AAAAAAAAAAAAAAAAAAAAAA"
    assert mallory.rpc("ping").status_code == 404
    assert bob.rpc("ping").status_code == 200


PATHS = [
    "../bob/secret.md", "a/../../bob/secret.md", "..\\bob\\secret.md", "a\\b.md", "/etc/passwd.md", "%2e%2e/bob/secret.md",
    "%2E%2E/bob/secret.md", "..%2fbob%2fsecret.md", "a%5cb.md", "secret.md\x00.md", "a%00.md", "./a.md", "a//b.md",
    "a/./b.md", ".hidden.md", "a/.hidden/b.md", ".carrel/lock.md", "x" * 254 + ".md", "a/" * 130 + "b.md", "a\nb.md",
    "a\u202eb.md", "\ufeffa.md", "a:b.md", "a?b.md", "a*.md", "a|b.md", "<a>.md", 'a".md', "a /b.md", "a./b.md",
    "secret.txt", "secret", "", " ",
]


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_paths_that_lead_elsewhere(cluster, bob, path):
    # A user each: the log has 20 lines a minute of one.
    user = f"mallory-{PATHS.index(path)}"
    mallory = Client(cluster.workers[0], cluster.token(user))
    mallory.tool("write_note", {"path": "mine.md", "body": "mine"})
    before = fingerprint(cluster.vault(user))
    for tool in ("read_note", "write_note", "delete_note", "get_backlinks"):
        arguments = {"path": path, **({"body": "x"} if tool == "write_note" else {})}
        error = mallory.tool_error(tool, arguments)
        assert error["error"] == ("validation_error" if path == "" else "invalid_path"), (tool, error)
    if path != "":
        cluster.workers[0].await_count(4, "path_rejected", user_id=user)
    assert fingerprint(cluster.vault(user)) == before


def test_folders_that_lead_elsewhere(cluster, bob):
    mallory = Client(cluster.workers[0], cluster.token("folders"))
    for folder in ("..", "../bob", "a/../../bob", "/etc", "..\\bob", "%2e%2e/bob"):
        assert mallory.tool_error("list_notes", {"folder": folder})["error"] == "invalid_path"
        assert mallory.tool_error("search_notes", {"query": "secret", "folder": folder})["error"] == "invalid_path"
    cluster.workers[0].await_count(12, "path_rejected", user_id="folders")


def test_links_planted_in_the_vault(cluster, bob):
    mallory = Client(cluster.workers[0], cluster.token("planter"))
    mallory.tool("write_note", {"path": "mine.md", "body": "mine"})
    vault = cluster.vault("planter")
    (vault / "file.md").symlink_to(cluster.vault("bob") / "secret.md")
    (vault / "folder").symlink_to(cluster.vault("bob"))
    (vault / "up.md").symlink_to("../bob/secret.md")
    (vault / "nowhere.md").symlink_to(cluster.vault("bob") / "new.md")
    for path in ("file.md", "folder/secret.md", "up.md", "folder/new.md", "nowhere.md"):
        for tool in ("read_note", "write_note", "delete_note"):
            arguments = {"path": path, **({"body": "overwritten"} if tool == "write_note" else {})}
            error = mallory.tool_error(tool, arguments)
            assert error["error"] == "invalid_path", (tool, path, error)
            assert "secret of bob" not in str(error)
    cluster.workers[0].await_count(15, "path_rejected", user_id="planter")
    assert cluster.workers[0].count("path_rejected", user_id="planter") == 15
    assert not (cluster.vault("bob") / "new.md").exists()
    assert mallory.paths() == ["mine.md"]


@pytest.mark.parametrize("subject", [
    "../bob", "bob/../bob", "/bob", "bob/", "bob\x00", "b\u043eb", "bo\u200bb", "\uff42ob", "bob ", " bob", "bob.", "",
    "b" * 65, ".", "..", "bob\n", "{bob}", "bob%00",
])
def test_subjects_that_look_like_another(cluster, bob, subject):
    audited = cluster.workers[0].count("authentication_failed", reason="invalid")
    response = Client(cluster.workers[0], signed(sub=subject)).rpc(
        "tools/call", {"name": "list_notes", "arguments": {}}
    )
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_token"
    cluster.workers[0].await_count(audited + 1, "authentication_failed", reason="invalid")


@pytest.mark.parametrize("subject", ["Bob", "BOB", "bOb"])
def test_case_makes_another_user(cluster, bob, subject):
    other = Client(cluster.workers[0], signed(sub=subject))
    assert other.paths() == []
    other.tool("write_note", {"path": "secret.md", "body": f"of {subject}"})
    assert other.tool("read_note", {"path": "secret.md"})["note"]["body"] == f"of {subject}"
    # Not even on a volume that does not tell case apart do the two folders meet.
    names = [folder.name.lower() for folder in (cluster.folder / "vaults").iterdir()]
    assert len(names) == len(set(names))


def test_search_finds_own_notes_only(cluster, bob):
    mallory = Client(cluster.workers[0], cluster.token("searcher"))
    for query in ("secret", "bob", "user_id:bob", "' OR 1=1 --", '" OR user_id = "bob', "*", "secret OR secret"):
        assert mallory.tool("search_notes", {"query": query})["results"] == []
    assert mallory.tool("get_tags")["tags"] == []


def test_a_token_that_may_only_read(cluster):
    writer = Client(cluster.workers[0], cluster.token("reader"))
    writer.tool("write_note", {"path": "a.md", "body": "x"})
    reader = Client(cluster.workers[0], cluster.token("reader", "--scope", "notes:read"))
    assert reader.tool("read_note", {"path": "a.md"})["note"]["body"] == "x"
    response = reader.rpc("tools/call", {"name": "write_note", "arguments": {"path": "a.md", "body": "y"}})
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
    assert "notes:write" in response.headers["WWW-Authenticate"]
    event = cluster.workers[0].await_event("forbidden", user_id="reader")
    assert event["message"] == "Unauthorized access attempt" and event["error"] == "permission_denied"
    names = [tool["name"] for tool in reader.rpc("tools/list").json()["result"]["tools"]]
    assert "write_note" not in names and "read_note" in names


def test_no_secret_is_logged(cluster, bob):
    Client(cluster.workers[0], "not-a-token-but-secret").rpc("ping")
    wait_until(lambda: cluster.workers[0].events("authentication_failed"), "log")
    for worker in cluster.workers:
        log = worker.log.read_text()
        for secret in (SECRET, bob.token, "not-a-token-but-secret", "the secret of bob"):
            assert secret not in log
