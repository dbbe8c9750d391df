"""At the end: files, list, reads and search of both sides are the same."""
from .judge import Figure, Tally
from .lab import Lab
from .notes import Notes, Refused

SEARCHED = 40


def finds(notes: Notes, text: str, path: str) -> bool:
    try:
        return path in notes.find(f'"{text}"')
    except Refused:
        return False


def check(lab: Lab) -> list[Figure]:
    tally, notes_in_all = Tally(), 0
    for user in lab.users:
        sides = lab.open(user)
        for number, notes in enumerate(sides):
            # A write repairs what a killed worker may have left.
            answer = notes.write(f"last{number}.md", f"last of {user}")
            if not answer.is_acknowledged:
                tally.add("vaults that take no write any more", f"{user} on {notes.side.name}: {answer.error}")
        on_disk = lab.files(user)
        notes_in_all += len(on_disk)
        for notes in sides:
            try:
                listed = notes.list()
            except Refused as refusal:
                tally.add("lists that failed", f"{user}: {refusal}")
                continue
            for path in sorted(listed.keys() ^ on_disk.keys()) + [path for path in listed.keys() & on_disk.keys()
                                                                   if listed[path] != on_disk[path]]:
                tally.add("files and lists that differ", f"{user}: {path} on {notes.side.name}")
            for path in sorted(on_disk)[:SEARCHED]:
                answer = notes.read(path)
                if answer.revision != on_disk[path]:
                    tally.add("files and reads that differ", f"{user}: {path} on {notes.side.name}: {answer.error}")
                elif answer.body and not finds(notes, answer.body, path):
                    tally.add("files that a search does not find", f"{user}: {path} on {notes.side.name}")
    left = lab.on_server(f"find '{lab.vaults}' -name '.carrel-*.tmp' -o -name '*.intent'")
    for path in left.splitlines():
        tally.add("files left over", path)
    return [tally.figure(name, notes_in_all) for name in
            ("files and lists that differ", "files and reads that differ", "files that a search does not find")
            ] + [tally.figure("vaults that take no write any more", 2 * len(lab.users)), tally.figure("lists that failed", 2 * len(lab.users)),
                 tally.figure("files left over")]
