"""What one client may find in its notes, by the responses that it had."""
import dataclasses
import re

TOKEN = re.compile(r"token (\S+)")
USER = re.compile(r"user\d\d")


@dataclasses.dataclass
class Note:
    """One note, which one client alone writes."""

    path: str
    # The text that was acknowledged last; nothing where the note is not there.
    token: str | None = None
    revision: str = "none"
    # What was sent since and not acknowledged: it may have been carried out or not.
    open: list[str | None] = dataclasses.field(default_factory=list)
    sent: int = 0
    acknowledged: list[str] = dataclasses.field(default_factory=list)

    def possible(self) -> set[str | None]:
        return {self.token, *self.open}

    @property
    def is_settled(self) -> bool:
        return not self.open

    def has_become(self, token: str | None, revision: str):
        self.token, self.revision, self.open = token, revision, []


def body(user: str, token: str, lines: int = 20) -> str:
    """A text that tells in every line whose it is, about 30 bytes a line."""
    head = f"# A note of {user}\n\ntoken {token} is {user}'s. #of-{user}\n\n"
    return head + f"meadow river stone of {user}\n" * lines


def token_in(text: str) -> str | None:
    found = TOKEN.search(text)
    return found.group(1) if found else None


def strangers(text: str, user: str) -> set[str]:
    """Other users that a text names."""
    return set(USER.findall(text)) - {user}
