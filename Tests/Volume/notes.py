"""A user's notes through one worker, and what became of each call."""
import dataclasses
import itertools
import json

import httpx

from .sides import Side

# What is refused with one of these was not carried out, and will not be.
REFUSALS = {"not_found", "conflict", "validation_error"}
WORDS = itertools.count(1)


def word() -> str:
    """A word that no other text has."""
    return f"zq{next(WORDS)}x"


class Refused(Exception):
    """A list or a search was answered with an error."""


@dataclasses.dataclass
class Answer:
    content: dict
    # A code of the tool's, of JSON-RPC or of HTTP; "no answer" where there was none.
    error: str | None = None
    message: str = ""

    @property
    def is_acknowledged(self) -> bool:
        return self.error is None

    @property
    def is_refused(self) -> bool:
        return self.error in REFUSALS

    @property
    def revision(self) -> str | None:
        return self.content.get("note", {}).get("revision")

    @property
    def body(self) -> str | None:
        return self.content.get("note", {}).get("body", "").strip() if self.is_acknowledged else None


class Notes:
    def __init__(self, side: Side, user: str, token: str):
        self.side = side
        self.user = user
        self.token = token
        self.http = httpx.Client(timeout=60)

    def call(self, tool: str, arguments: dict, seconds: float = 60) -> Answer:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            answer = self.http.post(self.side.url, content=json.dumps(message), headers=headers, timeout=seconds)
        except httpx.HTTPError:
            return Answer({}, "no answer")
        if answer.status_code != 200:
            return Answer({}, f"HTTP {answer.status_code}")
        reply = answer.json()
        if "error" in reply:
            return Answer({}, str(reply["error"]["code"]))
        content = reply["result"].get("structuredContent", {})
        if not reply["result"].get("isError"):
            return Answer(content)
        return Answer(content, content.get("error", "unknown"), content.get("message", ""))

    def read(self, path: str) -> Answer:
        return self.call("read_note", {"path": path})

    def write(self, path: str, text: str, if_match: str | None = None, seconds: float = 60) -> Answer:
        condition = {"if_match": if_match} if if_match else {}
        return self.call("write_note", {"path": path, "body": text, **condition}, seconds)

    def delete(self, path: str, if_match: str | None = None, seconds: float = 60) -> Answer:
        condition = {"if_match": if_match} if if_match else {}
        return self.call("delete_note", {"path": path, **condition}, seconds)

    def find(self, query: str) -> list[str]:
        """The paths that a search finds; raises ``Refused``."""
        answer = self.call("search_notes", {"query": query})
        if not answer.is_acknowledged:
            raise Refused(f"search on {self.side.name}: {answer.error}")
        return [hit["path"] for hit in answer.content["results"]]

    def list(self) -> dict[str, str]:
        """All notes with their revisions; raises ``Refused``."""
        found, cursor = {}, {}
        while True:
            page = self.call("list_notes", {"limit": 1000, **cursor})
            if not page.is_acknowledged:
                raise Refused(f"list on {self.side.name}: {page.error}")
            found.update({note["path"]: note["revision"] for note in page.content["notes"]})
            if not page.content.get("next_cursor"):
                return found
            cursor = {"cursor": page.content["next_cursor"]}
