"""Workers of one Redis must have one volume; a worker that does not see the others through it is not ready."""
import httpx
from Harness.processes import wait_until
from Harness.workers import Cluster, Worker


def ready(worker) -> tuple[int, str]:
    response = httpx.get(f"{worker.base}/health/ready")
    return response.status_code, response.json()["volume"]


def test_a_worker_with_another_volume_is_not_ready():
    with Cluster(workers=1) as cluster:
        first = cluster.workers[0]
        wait_until(lambda: ready(first) == (200, "local"), "the first worker")
        other = Worker(cluster, "other", {"VAULT_BASE_PATH": str(cluster.folder / "elsewhere" / "vaults"),
                                          "DATABASE_PATH": str(cluster.folder / "elsewhere" / "index")})
        cluster.workers.append(other)
        other.start()
        wait_until(lambda: ready(other) == (503, "not_shared"), "the refusal")
        assert "VAULT_BASE_PATH" in httpx.get(f"{other.base}/health/ready").json()["advice"]
        assert ready(first) == (200, "local")
        reason = other.await_line(lambda line: "cannot be used by several workers" in line.get("message", ""), "the reason")
        assert "VAULT_BASE_PATH" in reason["reason"]
        # Alone it may serve.
        first.kill()
        wait_until(lambda: ready(other) == (200, "local"), "the other worker, alone")


def test_workers_of_one_shared_volume_are_ready():
    with Cluster(workers=3, VOLUME="shared") as cluster:
        for worker in cluster.workers:
            wait_until(lambda: ready(worker) == (200, "shared"), "a worker")
        assert len(list((cluster.folder / "vaults" / ".carrel-workers").iterdir())) == 3
        # One that is killed is replaced, and one that stops leaves nothing.
        cluster.workers[0].kill()
        cluster.workers[0].start()
        wait_until(lambda: ready(cluster.workers[0]) == (200, "shared"), "the worker again")
        assert cluster.redis.cli("HLEN", "carrel:workers") in ("3", "4")
        cluster.workers[1].stop()
        assert cluster.redis.cli("HLEN", "carrel:workers") in ("2", "3")
