"""A user's client at work: writes and deletes notes of its own, reads, lists and searches, and checks every answer."""
import asyncio
import collections
import random
import time

from clients import PATIENCE, Refused, SessionLost
from ledger import Ledger
from notes import Note, body, strangers, token_in

NOTES = 25


class Visitor:
    def __init__(self, number: int, user: str, client, ledger: Ledger, pause: tuple[float, float], keeps_session: bool):
        self.number, self.user, self.client, self.ledger = number, user, client, ledger
        self.pause, self.keeps_session = pause, keeps_session
        self.folder = f"{user}/c{number}"
        self.random = random.Random(number)
        self.notes: dict[str, Note] = {}
        self.sequence = 0
        self.sessions = 0

    @property
    def name(self) -> str:
        return f"{self.client.kind} client {self.number} of {self.user}"

    async def run(self, done: asyncio.Event):
        """Works until the end; a session that ends is followed by another."""
        try:
            while not done.is_set():
                try:
                    async with self.client.connected():
                        self.sessions += 1
                        await self.visit(done)
                except Refused:
                    await asyncio.sleep(0.5)
        except Exception as error:
            self.ledger.problem(f"{self.name} failed: {error!r}")
        finally:
            await self.client.close()

    async def visit(self, done: asyncio.Event):
        """One session, until it is renewed or lost."""
        renewed = time.time() + self.random.uniform(10, 20)
        actions = [self.write] * 4 + [self.read] * 4 + [self.search] * 2 + [self.list] * 2 + [self.tags, self.delete]
        while not done.is_set() and (self.keeps_session or time.time() < renewed):
            try:
                await self.random.choice(actions)()
            except SessionLost:
                self.ledger.session_lost(self.name, self.client.created)
                return
            await asyncio.sleep(self.random.uniform(*self.pause))

    async def ask(self, tool: str, **arguments):
        start = time.time()
        try:
            reply = await asyncio.wait_for(self.client.call(tool, arguments), PATIENCE)
        finally:
            end = time.time()
        self.ledger.call(self.client.kind, start, end, reply.status)
        others = strangers(reply.text, self.user)
        if others:
            self.ledger.stranger(f"{self.name}: {tool} {arguments} was answered with {others}: {reply.text[:300]}")
        if reply.status != 200 and not reply.is_refused:
            self.ledger.problem(f"{self.name}: {tool} was answered {reply.status}: {reply.text[:300]}")
        return reply

    def some_note(self, present: bool = False) -> Note | None:
        notes = [note for note in self.notes.values() if not present or (note.is_settled and note.token)]
        return self.random.choice(notes) if notes else None

    async def write(self):
        if len(self.notes) < NOTES and self.random.random() < 0.5:
            path = f"{self.folder}/n{len(self.notes)}.md"
            note = self.notes[path] = Note(path)
        else:
            note = self.some_note()
        if note is not None:
            await self.write_to(note)

    async def write_to(self, note: Note):
        # After a write without an answer: what became of it? The next one names the revision that is there.
        if not note.is_settled and not await self.look(note):
            return
        self.sequence += 1
        token = f"w{self.number}n{self.sequence}"
        note.sent += 1
        # Some are large: they take their time, and nginx keeps them in a file meanwhile.
        text = body(self.user, token, lines=5000 if self.random.random() < 0.1 else 20)
        # A write that the proxy repeated would find its own first execution, and end in a conflict.
        reply = await self.ask("write_note", path=note.path, body=text, if_match=note.revision)
        if reply.is_refused or reply.status is None:
            note.open.append(token)
        elif not reply.is_error:
            revision = reply.content["note"]["revision"]
            note.acknowledged.append(revision)
            note.has_become(token, revision)
            if "warning" in reply.content:
                self.ledger.problem(f"{self.name}: {reply.content['warning']}")
        elif note.is_settled:
            self.ledger.problem(f"{self.name}: no other client writes {note.path}, but: {reply.text[:300]}")

    async def delete(self):
        note = self.some_note(present=True)
        if note is None or self.random.random() < 0.5:
            return
        reply = await self.ask("delete_note", path=note.path, if_match=note.revision)
        if reply.is_refused:
            note.open.append(None)
        elif not reply.is_error:
            note.has_become(None, "none")
        else:
            self.ledger.problem(f"{self.name}: no other client deletes {note.path}, but: {reply.text[:300]}")

    async def read(self):
        note = self.some_note()
        if note is not None:
            await self.look(note)

    async def look(self, note: Note) -> bool:
        reply = await self.ask("read_note", path=note.path)
        if reply.is_refused:
            return False
        if reply.is_error:
            token = None
            if reply.content.get("error") != "not_found":
                self.ledger.problem(f"{self.name}: read_note {note.path}: {reply.text[:300]}")
                return False
        else:
            token = token_in(reply.content["note"]["body"])
            if self.user not in reply.text:
                self.ledger.stranger(f"{self.name}: {note.path} does not tell whose it is: {reply.text[:300]}")
        if token not in note.possible():
            self.ledger.lost(f"{self.name}: {note.path} holds {token}, not one of {note.possible()}")
            return False
        if not note.is_settled:
            self.ledger.settled[token != note.token] += 1
            note.has_become(token, reply.content["note"]["revision"] if token else "none")
        return True

    async def search(self):
        note = self.some_note(present=True)
        if note is None:
            return
        reply = await self.ask("search_notes", query=note.token)
        if reply.is_refused:
            return
        paths = [hit["path"] for hit in reply.content.get("results", [])]
        if paths != [note.path]:
            self.ledger.lost(f"{self.name}: a search for {note.token} finds {paths}, not {note.path}")

    async def list(self):
        reply = await self.ask("list_notes", folder=self.folder, limit=1000)
        if reply.is_refused:
            return
        found = {listed["path"]: listed["revision"] for listed in reply.content.get("notes", [])}
        expected = {note.path: note.revision for note in self.notes.values() if note.is_settled and note.token}
        unsure = {note.path for note in self.notes.values() if not note.is_settled}
        wrong = {path for path in {*found, *expected} - unsure if found.get(path) != expected.get(path)}
        if wrong:
            self.ledger.lost(f"{self.name}: the list is wrong about {sorted(wrong)}")

    async def tags(self):
        reply = await self.ask("get_tags")
        tags = collections.Counter({tag["tag"]: tag["count"] for tag in reply.content.get("tags", [])})
        if not reply.is_refused and set(tags) - {f"of-{self.user}"}:
            self.ledger.stranger(f"{self.name}: tags {set(tags)}")
