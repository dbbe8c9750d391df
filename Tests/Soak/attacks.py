"""What the attackers of the fairness run ask for: the most expensive requests that a client may send."""
import dataclasses
import json

MIB = 1024 * 1024
LEGACY, RECENT = "2025-03-26", "2025-11-25"
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@dataclasses.dataclass(frozen=True)
class Request:
    """One HTTP request; `session` names the version of the session it belongs to."""

    method: str = "POST"
    path: str = "/mcp"
    body: bytes = b""
    session: str | None = None
    # Of the attacker's tokens: "own", "searcher" (a user of its own, behind whose searches no other request waits),
    # "changing" (another one, whose sessions and tokens push each other out), "revoked", or none.
    token: str | None = "own"


@dataclasses.dataclass(frozen=True)
class Kind:
    """Requests of one kind, which every attacker sends one after another, `at_once` at a time."""

    name: str
    requests: list[Request]
    at_once: int = 2
    # Answers a second that all attackers together must have: refusing them all is not fair either. At nice 19 they have
    # what the workers, busy with their searches, leave of the same processors.
    least: float = 1


def message(method: str, params: dict, number: int = 1) -> dict:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def call(tool: str, **arguments) -> dict:
    return message("tools/call", {"name": tool, "arguments": arguments})


def sent(value, version: str | None = None, **more) -> Request:
    return Request(body=json.dumps(value, ensure_ascii=False).encode(), session=version, **more)


def initialize(version: str, name: str = "attacker") -> dict:
    return message("initialize", {"protocolVersion": version, "capabilities": {},
                                  "clientInfo": {"name": name, "version": "1"}})


# Each phrase is at half a million places of every note.
SEARCH = " ".join('"' + "a " * count + '"' for count in range(1, 8))
# What the attackers' vaults hold before they begin: user, path, text.
FIRST = [("own", "control.md", "\x01" * (MIB - 1024)),
         *(("searcher", f"a{number}.md", "a " * 520_000) for number in range(4))]


def words(number: int) -> str:
    """1 MiB of words that are in no other note: the most that the index can be given."""
    return " ".join(f"w{number:02}x{word:06}" for word in range(92_000))[:MIB - 1024]


def kinds() -> list[Kind]:
    """By the rows of what one tenant could do to all others."""
    reads = [message("tools/call", {"name": "read_note", "arguments": {"path": "control.md"}}, number)
             for number in range(25)]
    keys = {f"key{number}": "v" * 40 for number in range(1000)}
    return [
        Kind("a client's long name", [
            sent(initialize(RECENT, "a" + "\u0301" * 1_900_000), token="changing")]),
        Kind("batches of large reads", [sent(reads, LEGACY)]),
        Kind("long arguments", [sent(call("list_notes", tag="#" * 2_000_000), RECENT)]),
        Kind("large writes", [sent(call("write_note", path=f"words{number}.md", body=words(number)), RECENT)
                              for number in range(4)]),
        # Each of them would take minutes and is stopped after two seconds, so that there cannot be five a second.
        Kind("endless searches", [sent(call("search_notes", query=SEARCH), RECENT, token="searcher")], least=0.5),
        Kind("lists of tags", [sent(call(tool), RECENT) for tool in ("get_tags", "list_notes")]),
        Kind("much metadata", [
            sent(call("write_note", path="keys.md", body="x", metadata=keys), RECENT),
            sent(call("write_note", path="keys.md", body="x", metadata={f"k{key}": key for key in range(40_000)}), RECENT),
        ]),
        Kind("large bodies", [
            sent(call("write_note", path="large.md", body="x" * (7 * MIB)), RECENT),
            sent(call("list_notes", folder=[[]] * 90_000), RECENT),
        ]),
        Kind("large bodies, revoked token", [
            sent(call("write_note", path="large.md", body="x" * (7 * MIB)), RECENT, token="revoked")]),
        Kind("no token", [sent(call("list_notes"), RECENT, token=None)], at_once=4),
        Kind("tokens", [
            Request(path="/api/tokens", body=b'{"name":"attack"}', token="changing"),
            Request("DELETE", "/api/tokens/{id}", token="changing")]),
        Kind("registrations", [Request(
            path="/oauth/register", token=None,
            body=b'{"client_name":"attack","redirect_uris":["https://attack.example/callback"]}')]),
    ]
