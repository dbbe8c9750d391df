"""A client that exchanges its token for a new one before it expires.

    CARREL_URL=http://localhost:7860 CARREL_TOKEN=ey... python refreshing_client.py

Only the standard library. The token is kept in memory here; a real client writes the new one where it keeps the old one,
before it forgets the old one.
"""
import base64
import json
import os
import time
import urllib.request


class Client:
    """Calls tools, and renews its token when less than a fifth of its life is left."""

    def __init__(self, url: str, token: str):
        self.url, self.token = url.rstrip("/"), token

    def times(self) -> tuple[float, float]:
        """When the token was issued and when it ends, in seconds since 1970; the server checks it, this only reads it."""
        claims = self.token.split(".")[1]
        fields = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return fields["iat"], fields["exp"]

    def renew(self):
        issued, ends = self.times()
        if ends - time.time() > (ends - issued) / 5:
            return
        self.token = self.post("/api/auth/refresh", None)["token"]

    def post(self, path: str, body) -> dict:
        request = urllib.request.Request(
            self.url + path, method="POST", data=json.dumps(body).encode() if body is not None else b"",
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def call(self, tool: str, **arguments) -> dict:
        self.renew()
        answer = self.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                                    "params": {"name": tool, "arguments": arguments}})
        return answer["result"]["structuredContent"]


if __name__ == "__main__":
    client = Client(os.environ["CARREL_URL"], os.environ["CARREL_TOKEN"])
    for note in client.call("list_notes")["notes"]:
        print(note["path"])
