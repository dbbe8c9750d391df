"""An MCP client that sends what a script would."""
import json

import httpx

from .workers import Worker


class Client:
    """Requests of one token, in a session once `initialize` has opened one."""

    def __init__(self, worker: Worker, token: str, session: str | None = None):
        self.worker = worker
        self.token = token
        self.session = session
        self.http = httpx.Client(timeout=60)

    def post(self, body, worker: Worker | None = None, **headers: str) -> httpx.Response:
        all_headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if self.session:
            all_headers["Mcp-Session-Id"] = self.session
        all_headers.update(headers)
        content = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.http.post((worker or self.worker).url, content=content, headers=all_headers)

    def rpc(self, method: str, params: dict | None = None, worker: Worker | None = None) -> httpx.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method}
        if params is not None:
            body["params"] = params
        return self.post(body, worker)

    def initialize(self, version: str = "2025-11-25", worker: Worker | None = None) -> httpx.Response:
        response = self.rpc(
            "initialize",
            {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1.0"}},
            worker,
        )
        if response.status_code == 200:
            self.session = response.headers["Mcp-Session-Id"]
        return response

    def tool(self, name: str, arguments: dict | None = None, worker: Worker | None = None) -> dict:
        """The structured content of a call that succeeds."""
        response = self.rpc("tools/call", {"name": name, "arguments": arguments or {}}, worker)
        assert response.status_code == 200, (response.status_code, response.text)
        result = response.json()["result"]
        assert not result.get("isError"), result
        return result["structuredContent"]

    def tool_error(self, name: str, arguments: dict, worker: Worker | None = None) -> dict:
        response = self.rpc("tools/call", {"name": name, "arguments": arguments}, worker)
        assert response.status_code == 200, (response.status_code, response.text)
        result = response.json()["result"]
        assert result["isError"] is True, result
        return result["structuredContent"]

    def text(self, path: str, worker: Worker | None = None) -> str:
        """The text of a note, read part by part."""
        found, position = "", {}
        while True:
            note = self.tool("read_note", {"path": path, **position}, worker)["note"]
            found += note["body"]
            if not note["truncated"]:
                return found
            position = {"from_line": note["next_line"], "from_byte": note.get("next_byte", 0)}

    def paths(self, worker: Worker | None = None) -> list[str]:
        found, cursor = [], None
        while True:
            page = self.tool("list_notes", {"limit": 1000, **({"cursor": cursor} if cursor else {})}, worker)
            found += [note["path"] for note in page["notes"]]
            cursor = page.get("next_cursor")
            if not cursor:
                return found
