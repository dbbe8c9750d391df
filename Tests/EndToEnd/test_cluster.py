"""Two workers, one Redis, one folder: any worker answers any request."""
from Harness.client import Client


def test_a_session_opened_on_one_works_on_the_other(cluster, client):
    one, two = cluster.workers
    assert client.initialize(worker=one).status_code == 200
    assert client.rpc("ping", worker=two).json() == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert len(client.rpc("tools/list", worker=two).json()["result"]["tools"]) == 7


def test_a_session_ended_on_one_is_gone_on_the_other(cluster, client):
    one, two = cluster.workers
    client.initialize(worker=one)
    headers = {"Authorization": f"Bearer {client.token}", "Mcp-Session-Id": client.session}
    assert client.http.delete(two.url, headers=headers).status_code == 204
    for worker in (one, two):
        assert client.rpc("ping", worker=worker).status_code == 404
        assert client.http.delete(worker.url, headers=headers).status_code == 404


def test_a_note_written_through_one_is_on_the_other_at_once(cluster, client):
    one, two = cluster.workers
    for number in range(20):
        writer, reader = (one, two) if number % 2 else (two, one)
        client.tool("write_note", {"path": f"n{number}.md", "body": f"zebra{number} [[hub]] #t{number}"}, worker=writer)
        assert client.tool("read_note", {"path": f"n{number}.md"}, worker=reader)["note"]["title"] == f"n{number}"
        assert f"n{number}.md" in client.paths(reader)
        found = client.tool("search_notes", {"query": f"zebra{number}"}, worker=reader)["results"]
        assert [hit["path"] for hit in found] == [f"n{number}.md"]
        assert f"t{number}" in [tag["tag"] for tag in client.tool("get_tags", worker=reader)["tags"]]
    client.tool("write_note", {"path": "hub.md", "body": "hub"}, worker=one)
    assert len(client.tool("get_backlinks", {"path": "hub.md"}, worker=two)["backlinks"]) == 20
    client.tool("delete_note", {"path": "n0.md"}, worker=two)
    assert client.tool_error("read_note", {"path": "n0.md"}, worker=one)["error"] == "not_found"
    assert "n0.md" not in client.paths(one)


def test_an_operator_sees_a_session_and_ends_it(cluster, client):
    client.initialize(version="2025-06-18")
    shown = cluster.redis.cli("HGETALL", f"carrel:session:{client.session}").splitlines()
    fields = dict(zip(shown[::2], shown[1::2]))
    assert fields["user"] == "an_operator_sees_a_session_and_ends_it"
    assert fields["revision"] == "2025-06-18"
    assert fields["client_name"] == "test" and fields["client_version"] == "1.0"
    assert cluster.redis.cli("DEL", f"carrel:session:{client.session}") == "1"
    for worker in cluster.workers:
        assert client.rpc("ping", worker=worker).status_code == 404


def test_the_command_lists_shows_and_ends_sessions(cluster, client):
    client.initialize()
    user = "the_command_lists_shows_and_ends_sessions"
    assert client.session in cluster.run("sessions", "list", "--user", user).stdout
    assert user in cluster.run("sessions", "show", client.session).stdout
    assert cluster.run("sessions", "end", client.session).returncode == 0
    assert client.rpc("ping").status_code == 404
    assert cluster.run("sessions", "show", client.session).returncode == 1
    assert cluster.run("sessions", "show", "nonsense").returncode == 64


def test_a_revoked_token_is_refused_by_every_worker(cluster, client):
    assert client.initialize().status_code == 200
    done = cluster.run("token", "revoke", "-", input=client.token)
    assert done.returncode == 0 and client.token not in done.stdout
    for worker in cluster.workers:
        response = client.rpc("ping", worker=worker)
        assert response.status_code == 401
        assert response.json()["error"] == "token_revoked"
    # Another token of the same user is as good as before.
    other = Client(cluster.workers[0], cluster.token("a_revoked_token_is_refused_by_every_worker"))
    assert other.rpc("ping").status_code == 200


def test_usage_is_counted_for_the_user(cluster, client):
    for _ in range(5):
        client.tool("list_notes")
    client.tool("write_note", {"path": "a.md", "body": "x"})

    def usage():
        key = cluster.redis.cli("KEYS", "carrel:usage:{usage_is_counted_for_the_user}:*")
        shown = cluster.redis.cli("HGETALL", key).splitlines()
        return dict(zip(shown[::2], shown[1::2]))
    from Harness.processes import wait_until
    wait_until(lambda: usage().get("requests") == "6", "usage")
    assert usage()["reads"] == "5" and usage()["writes"] == "1"


def test_health_command(cluster):
    worker = cluster.workers[0]
    assert cluster.run("health", MCP_PORT=str(worker.port)).returncode == 0
    assert cluster.run("health", MCP_PORT="1").returncode == 1
