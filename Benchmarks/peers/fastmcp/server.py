"""The same job on FastMCP, as tuned as its documentation says: one worker, uvloop, JSON answers, HS256 tokens.

Reads the notes of one vault at start into an SQLite index of its own (FTS5, trigger-free); every call asks the index, and
read_note reads the file. It has no sessions in Redis, no limits, no revocation, no audit: it does less than Carrel does.

    server.py PORT VAULT SECRET AUDIENCE stateless|stateful
"""
import pathlib
import re
import sqlite3
import sys

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier
from fastmcp.server.dependencies import get_access_token

port, vault, secret, audience, kind = sys.argv[1:]
vault = pathlib.Path(vault)
user = vault.name

index = sqlite3.connect(":memory:", check_same_thread=False)
index.executescript("""
    create table notes (id integer primary key, user_id text, path text, title text, size integer, modified real);
    create unique index by_path on notes (user_id, path);
    create virtual table texts using fts5 (user_id unindexed, title, body);
""")
for number, file in enumerate(sorted(vault.rglob("*.md"))):
    text = file.read_text()
    title = re.search(r"^# (.*)$", text, re.M)
    index.execute("insert into notes values (?, ?, ?, ?, ?, ?)", (
        number, user, str(file.relative_to(vault)), title.group(1) if title else file.stem, len(text), file.stat().st_mtime))
    index.execute("insert into texts (rowid, user_id, title, body) values (?, ?, ?, ?)",
                  (number, user, title.group(1) if title else "", text))

server = FastMCP("peer", auth=JWTVerifier(public_key=secret, algorithm="HS256", audience=audience))


def caller() -> str:
    token = get_access_token()
    assert token and token.claims["sub"] == user
    return token.claims["sub"]


@server.tool
async def list_notes(limit: int = 20, cursor: str | None = None) -> dict:
    rows = index.execute("select path, title, size, modified from notes where user_id = ? and path > ? order by path limit ?",
                         (caller(), cursor or "", limit)).fetchall()
    notes = [{"path": p, "title": t, "size_bytes": s, "last_modified": m} for p, t, s, m in rows]
    return {"notes": notes, "next_cursor": rows[-1][0] if len(rows) == limit else None}


@server.tool
async def read_note(path: str) -> dict:
    row = index.execute("select title from notes where user_id = ? and path = ?", (caller(), path)).fetchone()
    return {"note_path": path, "title": row[0], "body": (vault / path).read_text()}


@server.tool
async def search_notes(query: str, limit: int = 10) -> dict:
    match = " ".join(f'"{word}"' for word in query.split())
    rows = index.execute(
        "select path, notes.title, snippet(texts, 2, '**', '**', '…', 24), bm25(texts, 0, 8, 1) as score "
        "from texts join notes on notes.id = texts.rowid "
        "where texts match ? and texts.user_id = ? order by score limit ?", (match, caller(), limit)).fetchall()
    return {"results": [{"path": p, "title": t, "snippet": s, "score": -r} for p, t, s, r in rows]}


uvicorn.run(server.http_app(stateless_http=kind == "stateless", json_response=True), host="127.0.0.1", port=int(port),
            log_level="error", access_log=False)
