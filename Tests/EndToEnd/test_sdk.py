"""The official Python SDK as client; runs with version 1 of the SDK and with version 2."""
import contextlib
import importlib.metadata

import anyio
import jsonschema
import pytest
from Harness.workers import Cluster

SDK = int(importlib.metadata.version("mcp").split(".")[0])


@contextlib.asynccontextmanager
async def session(url: str, token: str):
    """An initialized session over Streamable HTTP with a bearer token."""
    from mcp import ClientSession
    headers = {"Authorization": f"Bearer {token}"}
    if SDK >= 2:
        from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
        async with create_mcp_http_client(headers=headers) as http:
            async with streamable_http_client(url, http_client=http) as streams:
                async with ClientSession(streams[0], streams[1]) as client:
                    yield client, await client.initialize()
    else:
        from mcp.client.streamable_http import streamablehttp_client
        async with streamablehttp_client(url, headers=headers) as (read, write, _):
            async with ClientSession(read, write) as client:
                yield client, await client.initialize()


def structured(result) -> dict:
    error = result.is_error if SDK >= 2 else result.isError
    assert not error, result
    return result.structured_content if SDK >= 2 else result.structuredContent


async def use_every_tool(url: str, token: str):
    async with session(url, token) as (client, opened):
        info = opened.server_info if SDK >= 2 else opened.serverInfo
        assert info.name == "carrel"
        assert opened.instructions
        await client.send_ping()
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == [
            "list_notes", "read_note", "write_note", "delete_note", "search_notes", "get_backlinks", "get_tags",
        ]

        async def call(name: str, arguments: dict | None = None) -> dict:
            content = structured(await client.call_tool(name, arguments or {}))
            tool = tools[name]
            jsonschema.validate(content, tool.output_schema if SDK >= 2 else tool.outputSchema)
            return content

        written = await call("write_note", {
            "path": "from/sdk.md", "body": "# From the SDK\n\nSee [[Target]]. #sdk", "metadata": {"rank": 1},
        })
        await call("write_note", {"path": "target.md", "body": "# Target\n\n知識管理", "title": "Target"})
        read = await call("read_note", {"path": "from/sdk.md"})
        assert read["note"]["body"] == "# From the SDK\n\nSee [[Target]]. #sdk"
        assert read["note"]["revision"] == written["note"]["revision"]
        assert read["note"]["metadata"]["rank"] == 1
        listed = await call("list_notes")
        assert [note["path"] for note in listed["notes"]] == ["from/sdk.md", "target.md"]
        for query in ("知", "識管", "target"):
            found = await call("search_notes", {"query": query})
            assert "target.md" in [hit["path"] for hit in found["results"]], query
        assert [link["path"] for link in (await call("get_backlinks", {"path": "target.md"}))["backlinks"]] == ["from/sdk.md"]
        assert (await call("get_tags"))["tags"] == [{"tag": "sdk", "count": 1}]
        deleted = await call("delete_note", {"path": "from/sdk.md"})
        assert deleted["status"] == "ok"
        assert [note["path"] for note in (await call("list_notes"))["notes"]] == ["target.md"]


@pytest.fixture(scope="module")
def cluster():
    with Cluster(workers=1) as cluster:
        yield cluster


def test_a_client_uses_every_tool_and_leaves(cluster):
    worker = cluster.workers[0]
    anyio.run(use_every_tool, worker.url, cluster.token("sdk"))
    # Leaving ends the session: it is not left to its timeout.
    worker.await_event("session_ended", user_id="sdk")
    assert cluster.redis.cli("KEYS", "carrel:session:*") == ""


@pytest.mark.skipif(SDK < 2, reason="the high-level client came with version 2")
def test_a_client_may_try_the_newest_revision_first(cluster):
    async def connect():
        from mcp import Client
        from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
        headers = {"Authorization": f"Bearer {cluster.token('auto')}"}
        async with create_mcp_http_client(headers=headers) as http:
            async with Client(streamable_http_client(cluster.workers[0].url, http_client=http)) as client:
                return await client.call_tool("list_notes", {})
    assert structured(anyio.run(connect)) == {"notes": []}
