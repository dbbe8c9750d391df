"""Clients: plain HTTP and the official SDK, each with a session, each at its own pace."""
import contextlib
import dataclasses
import json
import time

import httpx

PATIENCE = 45.0


@dataclasses.dataclass
class Reply:
    """What came of a call; without a status it did not come back at all."""

    status: int | None
    content: dict = dataclasses.field(default_factory=dict)
    is_error: bool = False
    text: str = ""

    @property
    def is_refused(self) -> bool:
        """Not a response of the server's own: whether a write was carried out is unknown."""
        return self.status in (502, 503, 504)


class SessionLost(Exception):
    """The server does not know the session."""


class Refused(Exception):
    """A session could not be opened."""

    def __init__(self, status: int):
        super().__init__(f"initialize was answered {status}")
        self.status = status


class PlainClient:
    """Requests as a script sends them, with a session that is renewed now and then or kept to the end."""

    kind = "plain"

    def __init__(self, url: str, token: str):
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
                        "Accept": "application/json, text/event-stream"}
        self.http = httpx.AsyncClient(timeout=PATIENCE)
        self.session = None
        self.created = 0.0

    @contextlib.asynccontextmanager
    async def connected(self):
        answer = await self.post("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                                "clientInfo": {"name": "soak", "version": "1"}}, {})
        if answer.status_code != 200:
            raise Refused(answer.status_code)
        self.created = time.time()
        self.session = {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-11-25"}
        try:
            yield self
        finally:
            # Best effort, as clients do it.
            await self.http.delete(self.url, headers={**self.headers, **self.session})

    async def post(self, method: str, params: dict, session: dict) -> httpx.Response:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return await self.http.post(self.url, content=json.dumps(message), headers={**self.headers, **session})

    async def call(self, tool: str, arguments: dict) -> Reply:
        answer = await self.post("tools/call", {"name": tool, "arguments": arguments}, self.session)
        if answer.status_code == 404:
            raise SessionLost()
        reply = Reply(answer.status_code, text=answer.text)
        if answer.status_code == 200:
            result = answer.json()["result"]
            reply.content, reply.is_error = result["structuredContent"], result.get("isError", False)
        return reply

    async def close(self):
        await self.http.aclose()


class SDKClient:
    """The official Python SDK: handshake, its own stream, pings, and DELETE at the end."""

    kind = "SDK"

    def __init__(self, url: str, token: str):
        self.url = url
        self.token = token
        self.status = None
        self.session = None
        self.created = 0.0

    async def see(self, response):
        # The SDK turns statuses into errors of its own; here they count. It asks for a stream with GET meanwhile.
        if response.request.method == "POST":
            self.status = response.status_code

    @contextlib.asynccontextmanager
    async def connected(self):
        from mcp import ClientSession
        from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
        self.status, self.created = None, 0.0
        try:
            async with create_mcp_http_client(headers={"Authorization": f"Bearer {self.token}"}) as http:
                http.event_hooks["response"].append(self.see)
                http.timeout = PATIENCE
                async with streamable_http_client(self.url, http_client=http) as streams:
                    async with ClientSession(streams[0], streams[1]) as self.session:
                        await self.session.initialize()
                        self.created = time.time()
                        yield self
        except Exception as error:
            if self.created or self.status not in (502, 503):
                raise
            raise Refused(self.status) from error

    async def call(self, tool: str, arguments: dict) -> Reply:
        from mcp.shared.exceptions import MCPError
        self.status = None
        try:
            result = await self.session.call_tool(tool, arguments)
        except MCPError as error:
            if self.status == 404:
                raise SessionLost() from None
            return Reply(self.status, text=str(error))
        return Reply(self.status, result.structured_content, result.is_error, result.model_dump_json())

    async def close(self):
        """Nothing is kept between sessions."""
