"""Tries the servers in the images as a user would: the worker's, and that of a Hugging Face Space.

Usage: smoke.py WORK     (as root; WORK has what scripts/image-test made: worker/, worker.json, space/, space.json)
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from Harness.image_container import Container
from Harness.ports import free_port
from Harness.processes import get_status, stop, wait_until

WORK = pathlib.Path(sys.argv[1]).resolve()
SECRET = "a-secret-of-the-image-test-0123456789abcdef"


def ask(port: int, path: str, body=None, token: str | None = None, host: str = "localhost") -> tuple[int, dict]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode() if body else None)
    request.add_header("Host", host)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def tool(port: int, token: str, name: str, host: str = "localhost", **arguments) -> dict:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    status, answer = ask(port, "/mcp", body, token, host)
    assert status == 200 and not answer["result"].get("isError"), (status, answer)
    return answer["result"]["structuredContent"]


def end(process: int, started: subprocess.Popen, log: pathlib.Path):
    os.kill(process, signal.SIGTERM)
    assert started.wait(timeout=60) == 0, log.read_text()
    assert '"message":"Stopped"' in log.read_text()


def check_process(process: int):
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    assert re.search(r"^Uid:\s+1000\s+1000\s+1000\s+1000$", status, re.M), status
    assert re.search(r"^NSpid:.*\s1$", status, re.M), status
    assert re.search(r"^CapEff:\s+0+$", status, re.M), status


def try_worker():
    port, metrics, redis_port, log = free_port(), free_port(), free_port(), WORK / "worker.log"
    worker = Container(
        WORK / "worker", WORK / "worker.json", WORK / "volume", "/app/data",
        MCP_PORT=str(port), METRICS_PORT=str(metrics), JWT_SECRET_KEY=SECRET, PUBLIC_URL=f"http://localhost:{port}",
        REDIS_URL=f"redis://:word@127.0.0.1:{redis_port}")
    assert "7860/tcp" in worker.config["ExposedPorts"] and "/app/data" in worker.config["Volumes"]
    assert "MCP_PORT=7860" in worker.config["Env"]
    redis = subprocess.Popen(
        ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--requirepass", "word", "--save", "",
         "--maxmemory-policy", "noeviction", "--dir", str(WORK)], stdout=subprocess.DEVNULL)
    try:
        refused = worker.run("env", "-u", "JWT_SECRET_KEY", "-u", "REDIS_URL", *worker.config["Cmd"], status=78)
        assert "JWT_SECRET_KEY" in refused.stderr and "REDIS_URL" in refused.stderr, refused
        assert "Read-only file system" in worker.run("sh", "-c", "touch /x || true").stderr
        assert "not found" not in worker.run("ldd", "/usr/local/bin/carrel").stdout
        with worker.started(log) as (process, started):
            check_process(process)
            token = worker.run("carrel", "token", "create", "--user", "ann").stdout.strip()
            tool(port, token, "write_note", path="Büro/ß.md", body="Grüße aus Ελλάδα, привет, 東京")
            for query in ("ελλαδα", "ПРИВЕТ", "東京", "gruße"):
                found = tool(port, token, "search_notes", query=query)["results"]
                assert [hit["path"] for hit in found] == ["Büro/ß.md"], query
            assert (worker.volume / "vaults/ann/Büro/ß.md").stat().st_uid == 1000
            assert ask(port, "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, "x.y.z")[0] == 401
            with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=60) as shown:
                assert b"carrel_ready 1" in shown.read()
            os.kill(process, signal.SIGTERM)
            wait_until(lambda: get_status(port, "/health/ready") == 503, "the worker drains")
            end(process, started, log)
        assert not worker.is_healthy
        with worker.started(log):
            assert tool(port, token, "read_note", path="Büro/ß.md")["note"]["path"] == "Büro/ß.md"
    finally:
        stop(redis)
    print("The worker ran as process 1 and as user 1000 on a read-only root, kept its notes, and stopped when told to.")


def try_space():
    port, log, host = free_port(), WORK / "space.log", "someone-notes.hf.space"
    space = Container(
        WORK / "space", WORK / "space.json", WORK / "bucket", "/data", MCP_PORT=str(port), JWT_SECRET_KEY=SECRET,
        SPACE_ID="someone/notes", SPACE_HOST=host, METRICS_PORT="off")
    # A Space's root can be written.
    space.is_read_only = False
    with space.started(log) as (process, started):
        check_process(process)
        token = space.run("carrel", "token", "create", "--user", "ann").stdout.strip()
        tool(port, token, "write_note", host, path="a.md", body="kept")
        end(process, started, log)
    assert list(space.volume.rglob("a.md")), log.read_text()
    with space.started(log):
        assert "kept" in tool(port, token, "read_note", host, path="a.md")["note"]["body"]
    print("The Space ran with its own Redis as user 1000, and kept its notes on its storage.")


try_worker()
try_space()
