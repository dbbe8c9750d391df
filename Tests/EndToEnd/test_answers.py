"""Answers that fit, whatever a vault holds, as a client gets them."""
import pytest
from Harness.client import Client
from Harness.workers import Cluster

MAX_ANSWER = 32 << 10


@pytest.fixture(scope="module")
def client():
    with Cluster(workers=1, MAX_ANSWER="32KiB", RATE_LIMIT="0", RATE_LIMIT_WRITES="0") as cluster:
        yield Client(cluster.workers[0], cluster.token("ann"))


@pytest.mark.parametrize("text", ["\x01" * 1_048_000, "é" * 524_000, "a \"line\"\n" * 100_000], ids=["controls", "line", "lines"])
def test_a_large_note_is_read_in_parts(client, text):
    client.tool("write_note", {"path": "large.md", "body": text})
    answer = client.rpc("tools/call", {"name": "read_note", "arguments": {"path": "large.md"}})
    assert len(answer.content) <= 6 * MAX_ANSWER
    block = answer.json()["result"]["content"][0]["text"]
    assert len(block.encode()) <= MAX_ANSWER
    assert "do not write this part back" in block and "continue with from_line" in block
    assert client.text("large.md") == text


def test_lists_are_read_page_by_page(client):
    tags = [f"{'t' * 90}{number}" for number in range(400)]
    for number in range(60):
        client.tool("write_note", {"path": f"{'n' * 200}/{number}.md", "body": "word [[target]]", "title": "é" * 400,
                                   "metadata": {"tags": tags[number * 5:] + ["all"]}})
    client.tool("write_note", {"path": "target.md", "body": "x"})
    assert len([path for path in client.paths() if path.startswith("nn")]) == 60
    for tool, arguments, name, key, count in (("get_tags", {}, "tags", "tag", 401),
                                              ("get_backlinks", {"path": "target.md"}, "backlinks", "path", 60),
                                              ("search_notes", {"query": "word"}, "results", "path", 60)):
        found, cursor, pages = [], {}, 0
        while True:
            answer = client.rpc("tools/call", {"name": tool, "arguments": {**arguments, **cursor}})
            result = answer.json()["result"]
            assert len(result["content"][0]["text"].encode()) <= MAX_ANSWER
            page = result["structuredContent"]
            found += [element[key] for element in page[name]]
            pages += 1
            if "next_cursor" not in page:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert len(found) == len(set(found)) == count and pages > 1, (tool, len(found), pages)
