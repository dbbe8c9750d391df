"""An attacker of the fairness run, a process of its own: reads its task from standard input, prints what it was answered.

In: {"url", "tokens", "held", "pause"}; SIGTERM ends it. Out: {kind: {"statuses", "errors", "bytes"}}.
"""
import asyncio
import collections
import contextlib
import json
import signal
import sys
import urllib.parse

import attacks
import httpx

PATIENCE = 120


class Attacker:
    def __init__(self, task: dict):
        self.task = task
        self.base = task["url"].removesuffix("/mcp")
        self.http = httpx.AsyncClient(timeout=PATIENCE, limits=httpx.Limits(max_connections=None))
        self.sessions: dict[tuple[str | None, str], str] = {}
        # The id (jti) of the token that was made last.
        self.made = ""
        self.counts = {kind.name: {"statuses": collections.Counter(), "errors": 0, "bytes": 0}
                       for kind in attacks.kinds()}

    async def send(self, request: attacks.Request) -> tuple[int, int]:
        """The status and the bytes of an answer, which is not kept."""
        headers = dict(attacks.JSON)
        if request.token:
            headers["Authorization"] = f"Bearer {self.task['tokens'][request.token]}"
        if request.session and request.token:
            user = "own" if request.token == "revoked" else request.token
            headers["Mcp-Session-Id"] = self.sessions[user, request.session]
        size = 0
        async with self.http.stream(request.method, self.base + request.path.format(id=self.made),
                                    content=request.body, headers=headers) as answer:
            if answer.status_code == 201 and request.path == "/api/tokens":
                self.made = json.loads(await answer.aread())["jti"]
            else:
                async for chunk in answer.aiter_raw():
                    size += len(chunk)
            self.session = answer.headers.get("Mcp-Session-Id")
        return answer.status_code, size

    async def prepare(self):
        for token in ("own", "searcher"):
            for version in (attacks.LEGACY, attacks.RECENT):
                await self.send(attacks.sent(attacks.initialize(version), token=token))
                self.sessions[token, version] = self.session
        for token, path, text in attacks.FIRST:
            write = attacks.call("write_note", path=path, body=text)
            status, _ = await self.send(attacks.sent(write, attacks.RECENT, token=token))
            assert status == 200, status

    async def repeat(self, kind: attacks.Kind):
        count = self.counts[kind.name]
        while True:
            for request in kind.requests:
                try:
                    status, size = await self.send(request)
                    count["statuses"][status] += 1
                    count["bytes"] += size
                except httpx.HTTPError:
                    # Refused with the body half sent: the connection is closed.
                    count["errors"] += 1
                await asyncio.sleep(self.task["pause"])

    async def hold(self):
        """A connection that is kept with a request that does not end."""
        address = urllib.parse.urlsplit(self.base)
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(address.hostname, address.port)
                writer.write(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n")
                while not writer.is_closing():
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(1)
            await asyncio.sleep(1)

    async def run(self):
        await self.prepare()
        print("prepared", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        tasks = [asyncio.create_task(self.repeat(kind)) for kind in attacks.kinds() for _ in range(kind.at_once)]
        tasks += [asyncio.create_task(self.hold()) for _ in range(self.task["held"])]
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        waiting = asyncio.create_task(ended.wait())
        done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            task.result()
        print(json.dumps(self.counts), flush=True)


if __name__ == "__main__":
    asyncio.run(Attacker(json.loads(sys.stdin.readline())).run())
