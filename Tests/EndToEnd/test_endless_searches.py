"""Searches that would take minutes: a worker ends them, and ends in spite of them."""
import threading
import time

from Harness.client import Client
from Harness.workers import Cluster

# Each phrase is at half a million places of every note.
QUERY = " ".join('"' + "a " * count + '"' for count in range(1, 8))
SEARCH = {"name": "search_notes", "arguments": {"query": QUERY}}


def fill(client: Client) -> None:
    for number in range(8):
        client.tool("write_note", {"path": f"n{number}.md", "body": "a " * 520_000})


def test_a_worker_stops_in_spite_of_long_searches():
    with Cluster(workers=1, redis=False, RATE_LIMIT="0") as cluster:
        worker = cluster.workers[0]
        client = Client(worker, cluster.token("alice"))
        fill(client)
        client.initialize("2025-03-26")
        batch = [{"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": SEARCH} for number in range(50)]
        answers = []
        asking = threading.Thread(target=lambda: answers.append(client.post(batch)))
        asking.start()
        # Others are served meanwhile.
        other = Client(worker, cluster.token("bob"))
        other.tool("write_note", {"path": "b.md", "body": "words"})
        assert other.tool("search_notes", {"query": "words"})["results"]
        worker.process.terminate()
        start = time.monotonic()
        assert worker.process.wait(timeout=60) == 0
        assert time.monotonic() - start < 30
        asking.join()
        errors = [answer["result"]["structuredContent"].get("error") for answer in answers[0].json()]
        assert len(errors) == 50 and errors[-1] == "unavailable"
