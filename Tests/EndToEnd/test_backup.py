"""Backup and restore as docs/operations.md tells it: the volume and Redis, taken while workers write."""
import itertools
import subprocess
import threading

from Harness.client import Client
from Harness.processes import LEASH, wait_until
from Harness.workers import Cluster, Worker


class Original:
    """A cluster with notes, a session and a revoked token, which is backed up while clients write."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.client = Client(cluster.workers[0], cluster.token("ann"))
        self.client.initialize()
        self.before = {path: self.client.tool("write_note", {"path": path, "body": f"note {number} [[0]]"})["note"]["revision"]
                       for number, path in ((number, f"before/{number}.md") for number in range(30))}
        Client(cluster.workers[1], cluster.token("Bob")).tool("write_note", {"path": "b.md", "body": "of Bob"})
        self.gone = cluster.token("ann")
        revoked = cluster.run("token", "revoke", self.gone)
        assert revoked.returncode == 0, revoked.stderr
        self.during: dict[str, int] = {}
        self.acknowledged: set[str] = set()

    def write(self, worker, stopping: threading.Event):
        own = Client(worker, self.client.token)
        for number in itertools.count(1):
            if stopping.is_set():
                return
            path = f"during/{worker.port}-{number}.md"
            own.tool("write_note", {"path": path, "body": "x" * 2000})
            self.during[path] = number

    def back_up(self, folder):
        stopping = threading.Event()
        writers = [threading.Thread(target=self.write, args=(worker, stopping)) for worker in self.cluster.workers]
        for writer in writers:
            writer.start()
        try:
            wait_until(lambda: len(self.during) > 10, "writes")
            # Redis first: what the volume knows of revocations is never older than it.
            saved = subprocess.run(["redis-cli", "-s", self.cluster.redis.socket, "--rdb", folder / "redis.rdb"],
                                   capture_output=True, text=True, timeout=60)
            assert saved.returncode == 0, saved.stderr
            self.acknowledged = set(self.during)
            done = self.cluster.run("backup", "--output", str(folder / "copy"))
            assert done.returncode == 0, done.stderr
            assert "1 of 2: Bob," in done.stdout and "2 of 2: ann," in done.stdout
        finally:
            stopping.set()
            for writer in writers:
                writer.join()


def restore(new, folder):
    """Puts Redis' dump and the volume's copy in place, and starts a worker over them."""
    new.redis.kill()
    for file in new.folder.glob("appendonlydir/*"):
        file.unlink()
    (new.folder / "appendonlydir").rmdir()
    # Redis does not load a dump while appendonly is set: first without it.
    (folder / "redis.rdb").rename(new.folder / "dump.rdb")
    first = subprocess.Popen([*LEASH, "redis-server", "--port", "0", "--unixsocket", str(new.redis.socket), "--dir",
                              str(new.folder), "--appendonly", "no"], stdout=subprocess.DEVNULL)
    wait_until(lambda: new.redis.cli("PING") == "PONG", "redis-server")
    assert new.redis.cli("CONFIG", "SET", "appendonly", "yes") == "OK"
    wait_until(lambda: "aof_rewrite_in_progress:0" in new.redis.cli("INFO", "persistence")
               and "aof_enabled:1" in new.redis.cli("INFO", "persistence"), "the append-only file")
    new.redis.cli("SHUTDOWN")
    first.wait(timeout=60)
    new.redis.start()
    for part in ("vaults", "revocations"):
        (folder / "copy" / part).rename(new.folder / part)
    new.workers.append(Worker(new, "worker0", {}))
    new.workers[0].start()


def test_what_was_backed_up_under_writes_serves_again(tmp_path):
    with Cluster(workers=2) as old:
        original = Original(old)
        original.back_up(tmp_path)
    with Cluster(workers=0) as new:
        restore(new, tmp_path)
        worker = new.workers[0]
        client = Client(worker, original.client.token, original.client.session)
        assert set(original.before) | original.acknowledged <= set(client.paths())
        for path, revision in original.before.items():
            assert client.tool("read_note", {"path": path})["note"]["revision"] == revision
        assert len(client.tool("get_backlinks", {"path": "before/0.md"})["backlinks"]) == 29
        assert client.rpc("ping").status_code == 200, "the session goes on"
        assert Client(worker, original.gone).rpc("ping").status_code == 401, "what was revoked stays revoked"
        client.tool("write_note", {"path": "after.md", "body": "x"})
        assert Client(worker, new.token("Bob")).paths() == ["b.md"]


def test_a_vault_that_cannot_be_copied_stops_no_other_backup(tmp_path):
    with Cluster(workers=1, redis=False) as cluster:
        for user in ("ann", "bob", "cid"):
            Client(cluster.workers[0], cluster.token(user)).tool("write_note", {"path": "a.md", "body": "x"})
        lock = cluster.vault("bob") / ".carrel" / "lock"
        lock.unlink()
        lock.symlink_to("/etc/passwd")
        done = cluster.run("backup", "--output", str(tmp_path / "copy"))
        assert done.returncode == 1 and "bob" in done.stderr and "2 of 3: bob FAILED" in done.stdout, done
        for user in ("ann", "cid"):
            assert (tmp_path / "copy" / "vaults" / user / "a.md").read_bytes() == (cluster.vault(user) / "a.md").read_bytes()


def test_a_backup_goes_into_an_empty_folder_only(tmp_path):
    with Cluster(workers=0, redis=False) as cluster:
        (tmp_path / "x").touch()
        refused = cluster.run("backup", "--output", str(tmp_path))
        assert refused.returncode == 1 and "not empty" in refused.stderr
        assert [file.name for file in tmp_path.iterdir()] == ["x"]
        done = cluster.run("backup", "--output", str(tmp_path / "new"))
        assert done.returncode == 0 and "0 files of 0 users" in done.stdout
