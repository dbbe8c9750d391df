"""What an operator does when a user leaves: all that is theirs is exported, or deleted."""
import json
import os
import pathlib
import shutil
import subprocess
import threading

import pytest
from Harness.client import Client
from Harness.processes import wait_until
from Harness.workers import Cluster


@pytest.fixture(params=["local", "shared"])
def cluster(request):
    """Two workers on one machine, or ordered by Redis as those of two machines."""
    cluster = Cluster(workers=2)
    # For commands too.
    cluster.environment["VOLUME"] = request.param
    with cluster:
        yield cluster


def filled(cluster, user):
    client = Client(cluster.workers[0], cluster.token(user))
    client.initialize()
    client.tool("write_note", {"path": "a.md", "body": f"of {user}"})
    client.tool("write_note", {"path": "deep/er/b.md", "body": "x"})
    return client


def counted(cluster, user) -> int:
    """The requests of a user that Redis knows of."""
    keys = cluster.redis.cli("KEYS", f"carrel:usage:{{{user}}}:*").split()
    return sum(int(cluster.redis.cli("HGET", key, "requests") or 0) for key in keys)


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


def test_a_user_is_deleted_and_no_other(cluster):
    client, other = filled(cluster, "bob"), filled(cluster, "bob2")
    before = cluster.redis.cli("KEYS", "*{bob}*")
    dry = cluster.run("user", "delete", "--user", "bob")
    assert dry.returncode == 0 and "Nothing was changed" in dry.stdout and "2 notes" in dry.stdout
    assert client.paths() == ["a.md", "deep/er/b.md"] and cluster.redis.cli("KEYS", "*{bob}*")
    # What workers count reaches Redis once a second, and must not come after the user is deleted.
    wait_until(lambda: counted(cluster, "bob") == 4, "the usage of initialize, two writes and a list")
    done = cluster.run("user", "delete", "--user", "bob", "--yes")
    assert done.returncode == 0, done.stderr
    assert before and set(cluster.redis.cli("KEYS", "*{bob}*").split()) <= {
        "carrel:not-before:{bob}", "carrel:vault:{bob}"}
    assert not cluster.vault("bob").exists()
    assert not list((cluster.folder / "index").glob("bob.db*")) and not list((cluster.folder / "vaults").glob(".removed*"))
    assert [client.rpc("ping", worker=worker).status_code for worker in cluster.workers] == [401, 401]
    assert not cluster.vault("bob").exists()
    assert other.paths() == ["a.md", "deep/er/b.md"] and other.rpc("ping").status_code == 200
    assert cluster.run("user", "delete", "--user", "bob", "--yes").returncode == 0


def test_an_export_is_brought_back_while_workers_serve(cluster):
    client = filled(cluster, "cid")
    out = cluster.folder / "export-cid"
    assert cluster.run("user", "export", "--user", "cid", "--output", str(out)).returncode == 0
    exported = {path: (out / "vault" / path).read_bytes() for path in ("a.md", "deep/er/b.md")}
    client.tool("write_note", {"path": "a.md", "body": "spoilt"})
    client.tool("write_note", {"path": "later.md", "body": "later [[a]]"})
    (out / "vault" / ".hidden").write_text("x")
    os.utime(out / "vault" / "a.md", (1_000_000_000, 1_000_000_000))
    (out / "vault" / "link.md").symlink_to("/etc/passwd")

    refused = cluster.run("user", "import", "--user", "cid", "--input", str(out / "vault"))
    assert refused.returncode == 1 and "Nothing was changed" in refused.stderr, refused.stderr
    assert client.paths() == ["a.md", "deep/er/b.md", "later.md"]

    done = cluster.run("user", "import", "--user", "cid", "--input", str(out / "vault"), "--replace")
    assert done.returncode == 0, done.stderr
    assert "has 3 files now, 2 of them notes" in done.stdout
    # Files are taken as they are: hidden ones, and times too.
    assert (cluster.vault("cid") / ".hidden").read_text() == "x"
    assert (cluster.vault("cid") / "a.md").stat().st_mtime == 1_000_000_000
    for worker in cluster.workers:
        assert client.paths(worker) == ["a.md", "deep/er/b.md"]
        assert "of cid" in client.tool("read_note", {"path": "a.md"}, worker)["note"]["body"]
        assert client.tool("search_notes", {"query": "spoilt"}, worker)["results"] == []
    assert {path: (cluster.vault("cid") / path).read_bytes() for path in exported} == exported
    kept = [word.rstrip(";") for word in done.stdout.split() if ".replaced-cid-" in word]
    assert len(kept) == 1 and "later [[a]]" in (pathlib.Path(kept[0]) / "later.md").read_text()
    assert len(list((cluster.folder / "vaults").glob(".replaced*"))) == 1
    # Into a vault that has nothing, for a user that was never there.
    assert cluster.run("user", "import", "--user", "dan", "--input", str(out / "vault")).returncode == 0
    assert Client(cluster.workers[1], cluster.token("dan")).paths() == ["a.md", "deep/er/b.md"]


def test_an_import_under_writes_loses_none_of_them(cluster):
    """A note that is acknowledged while the vault is replaced is in the vault, or in what is kept."""
    client = filled(cluster, "eve")
    out = cluster.folder / "export-eve"
    assert cluster.run("user", "export", "--user", "eve", "--output", str(out)).returncode == 0
    acknowledged, failed, stopping = [], [], threading.Event()

    def write(worker):
        own = Client(worker, client.token)
        number = 0
        while not stopping.is_set():
            number += 1
            path = f"w{worker.port}/{number}.md"
            try:
                own.tool("write_note", {"path": path, "body": f"{number}"})
                acknowledged.append(path)
            except AssertionError as error:
                failed.append(str(error))
    writers = [threading.Thread(target=write, args=(worker,)) for worker in cluster.workers]
    for writer in writers:
        writer.start()
    try:
        for round in range(20):
            if round >= 5 and len(acknowledged) > 20:
                break
            done = cluster.run("user", "import", "--user", "eve", "--input", str(out / "vault"), "--replace")
            assert done.returncode == 0, done.stderr
    finally:
        stopping.set()
        for writer in writers:
            writer.join()
    assert failed == [] and len(acknowledged) > 20
    places = [cluster.vault("eve"), *(cluster.folder / "vaults").glob(".replaced-eve-*")]
    lost = [path for path in acknowledged if not any((place / path).exists() for place in places)]
    assert lost == []
    found = sorted(str(f.relative_to(places[0])) for f in places[0].rglob("*.md"))
    assert client.paths() == found


def test_a_deleted_user_leaves_nothing_of_former_imports(cluster):
    for user in ("gil", "gil-2"):
        filled(cluster, user)
        out = cluster.folder / f"export-{user}"
        assert cluster.run("user", "export", "--user", user, "--output", str(out)).returncode == 0
        done = cluster.run("user", "import", "--user", user, "--input", str(out / "vault"), "--replace")
        assert done.returncode == 0, done.stderr
    vaults = cluster.folder / "vaults"
    assert len(list(vaults.glob(".replaced-gil-*"))) == 2
    assert cluster.run("user", "delete", "--user", "gil", "--yes").returncode == 0
    assert [path.name.startswith(".replaced-gil-2-") for path in vaults.glob(".replaced-gil-*")] == [True]


def test_copies_must_be_apart_from_the_vaults(cluster):
    client = filled(cluster, "hal")
    vaults = cluster.folder / "vaults"
    link = cluster.folder / "link"
    link.symlink_to(cluster.vault("hal"))
    for place in (cluster.vault("hal") / "x", vaults / "b", cluster.folder / "index" / "b", link / "x", ""):
        for words in (["user", "export", "--user", "hal", "--output"], ["backup", "--output"]):
            refused = cluster.run(*words, str(place))
            assert refused.returncode == 1 and "Nothing was changed" in refused.stderr, (words, place, refused)
    for place in (vaults, cluster.folder, "/", vaults / "hal"):
        refused = cluster.run("user", "import", "--user", "hal", "--input", str(place), "--replace")
        assert refused.returncode == 1 and "apart" in refused.stderr
    assert client.paths() == ["a.md", "deep/er/b.md"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others and mount")
def test_root_leaves_nothing_among_the_files_of_another_user(cluster):
    client = filled(cluster, "ida")
    vaults = cluster.folder / "vaults"
    shutil.chown(vaults, 1000, 1000)
    try:
        for words in (["user", "export", "--user", "ida", "--output", str(cluster.folder / "e")],
                      ["user", "import", "--user", "ida", "--input", "/usr/share/doc", "--replace"],
                      ["backup", "--output", str(cluster.folder / "e")], ["usage"], ["welcome", "--user", "new"]):
            refused = cluster.run(*words)
            assert refused.returncode == 1 and "belongs to user 1000" in refused.stderr, (words, refused)
    finally:
        shutil.chown(vaults, 0, 0)
    assert client.paths() == ["a.md", "deep/er/b.md"] and not (cluster.folder / "e").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_an_import_that_does_not_fit_leaves_the_volume_as_it_was(tmp_path):
    with Cluster(workers=1, redis=False) as cluster:
        vaults = cluster.folder / "vaults"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", vaults], check=True)
        try:
            client = Client(cluster.workers[0], cluster.token("ann"))
            cluster.workers[0].stop()
            cluster.workers[0].start()
            client.tool("write_note", {"path": "a.md", "body": "x"})
            for number in range(10):
                (tmp_path / f"{number}.md").write_bytes(b"x" * 900_000)
            for _ in range(2):
                failed = cluster.run("user", "import", "--user", "ann", "--input", str(tmp_path), "--replace")
                assert failed.returncode == 1 and "volume is full" in failed.stderr, failed
            assert not list(vaults.glob(".replaced*"))
            client.tool("write_note", {"path": "b.md", "body": "x"})
            assert client.paths() == ["a.md", "b.md"]
        finally:
            cluster.workers[0].kill()
            subprocess.run(["umount", vaults], check=True)


def test_an_import_of_what_is_no_folder_changes_nothing(cluster):
    client = filled(cluster, "fay")
    for place in ("/nonexistent", "/etc/passwd"):
        refused = cluster.run("user", "import", "--user", "fay", "--input", place, "--replace")
        assert refused.returncode == 1 and "cannot be opened" in refused.stderr
    assert client.paths() == ["a.md", "deep/er/b.md"]


@pytest.mark.parametrize("user", ["../bob", "", "a*"])
def test_no_user_is_refused(cluster, user):
    for words in (["delete", "--yes"], ["import", "--input", "/tmp"], ["export", "--output", str(cluster.folder / "x")]):
        refused = cluster.run("user", words[0], "--user", user, *words[1:])
        assert refused.returncode != 0 and "user id" in refused.stderr
