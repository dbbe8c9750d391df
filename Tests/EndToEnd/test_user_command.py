"""What an operator does when somebody leaves: all that belongs to a user is handed out, or deleted."""
import json
import time

import pytest
from carrel import Client, Cluster


@pytest.fixture
def cluster():
    with Cluster(workers=2) as cluster:
        yield cluster


def filled(cluster, user):
    client = Client(cluster.workers[0], cluster.token(user))
    client.initialize()
    client.tool("write_note", {"path": "a.md", "body": f"of {user}"})
    client.tool("write_note", {"path": "deep/er/b.md", "body": "x"})
    return client


def test_a_user_is_exported(cluster):
    filled(cluster, "ann")
    (cluster.vault("ann") / "picture.png").write_bytes(b"\x89PNG" * 1000)
    (cluster.vault("ann") / "link.md").symlink_to("/etc/passwd")
    out = cluster.folder / "export"
    done = cluster.run("user", "export", "--user", "ann", "--output", str(out))
    assert done.returncode == 0, done.stderr
    files = sorted(str(f.relative_to(out)) for f in out.rglob("*") if not f.is_dir())
    assert files == ["account.json", "vault/a.md", "vault/deep/er/b.md", "vault/picture.png"]
    for name in ("a.md", "deep/er/b.md", "picture.png"):
        assert (out / "vault" / name).read_bytes() == (cluster.vault("ann") / name).read_bytes()
    account = json.loads((out / "account.json").read_text())
    assert account["user"] == "ann" and account["sessions"][0]["client"] == "test" and account["tokens"]
    assert "eyJ" not in (out / "account.json").read_text()
    again = cluster.run("user", "export", "--user", "ann", "--output", str(out))
    assert again.returncode == 1 and "not empty" in again.stderr


def test_a_user_is_deleted_and_nobody_else(cluster):
    client, other = filled(cluster, "bob"), filled(cluster, "bob2")
    before = cluster.redis.cli("KEYS", "*{bob}*")
    dry = cluster.run("user", "delete", "--user", "bob")
    assert dry.returncode == 0 and "Nothing was changed" in dry.stdout and "2 notes" in dry.stdout
    assert client.paths() == ["a.md", "deep/er/b.md"] and cluster.redis.cli("KEYS", "*{bob}*")
    # Workers hand on what they have counted once a second.
    time.sleep(1.5)
    done = cluster.run("user", "delete", "--user", "bob", "--yes")
    assert done.returncode == 0, done.stderr
    assert before and set(cluster.redis.cli("KEYS", "*{bob}*").split()) <= {"carrel:not-before:{bob}"}
    assert not cluster.vault("bob").exists()
    assert not list((cluster.folder / "index").glob("bob.db*")) and not list((cluster.folder / "vaults").glob(".removed*"))
    assert [client.rpc("ping", worker=worker).status_code for worker in cluster.workers] == [401, 401]
    assert not cluster.vault("bob").exists()
    assert other.paths() == ["a.md", "deep/er/b.md"] and other.rpc("ping").status_code == 200
    assert cluster.run("user", "delete", "--user", "bob", "--yes").returncode == 0


@pytest.mark.parametrize("user", ["../bob", "", "a*"])
def test_no_user_is_refused(cluster, user):
    for words in (["delete", "--yes"], ["export", "--output", str(cluster.folder / "x")]):
        refused = cluster.run("user", words[0], "--user", user, *words[1:])
        assert refused.returncode != 0 and "user id" in refused.stderr
