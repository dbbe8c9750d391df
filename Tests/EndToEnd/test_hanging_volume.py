"""A volume that hangs, dies or is replaced: every call is answered, and workers recover by themselves."""
import concurrent.futures
import contextlib
import os

import httpx
import pytest
from Harness.client import Client
from Harness.processes import PATIENCE, get_status, wait_until
from Harness.volume import Volume, missing
from Harness.workers import Cluster

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))


@contextlib.contextmanager
def on_volume(**settings: str):
    """A worker over a volume, and a client that has written a note."""
    cluster = Cluster(workers=1, VOLUME="local", **settings)
    with Volume() as volume:
        cluster.environment["VAULT_BASE_PATH"] = str(volume.path / "vaults")
        cluster.environment["DATABASE_PATH"] = str(volume.path / "index")
        with contextlib.ExitStack() as stack:
            # The volume answers again before the worker is ended.
            stack.enter_context(cluster)
            stack.callback(volume.thaw)
            client = Client(cluster.workers[0], cluster.token("alice", VOLUME="local"))
            assert client.initialize().status_code == 200
            client.tool("write_note", {"path": "a.md", "body": "a"})
            yield cluster.workers[0], client, volume


def write(client, path: str) -> bool:
    answer = client.rpc("tools/call", {"name": "write_note", "arguments": {"path": path, "body": path}})
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    if result.get("isError"):
        assert result["structuredContent"]["error"] == "unavailable", result
    return not result.get("isError")


def test_while_a_volume_hangs_calls_are_unavailable():
    with on_volume() as (worker, client, volume):
        acknowledged = [path for path in (f"n{number}.md" for number in range(5)) if write(client, path)]
        volume.freeze()
        wait_until(lambda: get_status(worker.port, "/health/ready") == 503, "503 while the volume hangs")
        assert get_status(worker.port, "/health/live") == 200
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            writes = {f"w{number}.md": pool.submit(write, client, f"w{number}.md") for number in range(4)}
            reads = [pool.submit(client.tool_error, "read_note", {"path": "a.md"}) for _ in range(4)]
            lists = [pool.submit(client.tool_error, "list_notes", {}) for _ in range(2)]
            for call in reads + lists:
                assert call.result()["error"] == "unavailable"
            assert not any(call.result() for call in writes.values())
        # Asked again while the first probe still hangs.
        assert get_status(worker.port, "/health/ready") == 503
        assert any("does not answer" in str(line) for line in worker.lines() if line.get("message") == "Not ready")
        volume.thaw()
        worker.await_ready()
        wait_until(lambda: write(client, "after.md"), "a write after the volume is back")
        paths = set(client.paths())
        assert paths >= {"a.md", "after.md", *acknowledged}
        for path in acknowledged:
            assert client.tool("read_note", {"path": path})["note"]["body"].strip() == path


def test_a_worker_ends_while_its_volume_hangs():
    with on_volume() as (worker, client, volume), concurrent.futures.ThreadPoolExecutor(4) as pool:
        volume.freeze()
        calls = [pool.submit(client.rpc, "tools/call", {"name": "read_note", "arguments": {"path": "a.md"}})
                 for _ in range(4)]
        wait_until(lambda: get_status(worker.port, "/health/ready") == 503, "503 while the volume hangs")
        worker.process.terminate()
        worker.await_line(lambda line: line.get("message") == "Stopped", "the end of the drain")
        for call in calls:
            with contextlib.suppress(httpx.HTTPError):
                call.result()
        # The kernel ends no process of which a call is with the server of a FUSE volume.
        volume.thaw()
        assert worker.process.wait(timeout=PATIENCE) == 0
        worker.start()
        assert Client(worker, client.token, client.session).paths() == ["a.md"]


def test_a_volume_that_is_mounted_again_is_used_again():
    with on_volume() as (worker, client, volume):
        volume.die()
        worker.await_ready(503)
        for name, arguments in (("read_note", {"path": "a.md"}), ("list_notes", {})):
            assert client.tool_error(name, arguments)["error"] == "unavailable"
        assert not write(client, "b.md")
        volume.unmount()
        # The folder below the mount.
        worker.await_ready(503)
        assert not write(client, "b.md")
        assert os.listdir(volume.path) == []
        (volume.path / "vaults").mkdir()
        assert get_status(worker.port, "/health/ready") == 503
        assert not write(client, "b.md")
        assert os.listdir(volume.path / "vaults") == []
        (volume.path / "vaults").rmdir()
        volume.mount()
        worker.await_ready()
        assert client.tool("read_note", {"path": "a.md"})["note"]["body"].strip() == "a"
        assert write(client, "b.md")
        assert sorted(client.paths()) == ["a.md", "b.md"]
        assert (volume.stored / "vaults" / "alice" / "b.md").exists()
