"""Files that go along with a letter, kept with it as they are: every attempt sends the same."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journal.models import Letter


@dataclass(frozen=True)
class Attachment:
    """A file of text by its name and MIME type.

    `reads_as` is another type, with its parameters, by which a mail program takes the same text for what the mail
    says: it stands beside plain text and HTML then. Empty for a file that is nothing but a file.
    """

    name: str
    kind: str
    text: str
    reads_as: str = ""

    def as_data(self) -> dict[str, str]:
        """As a letter's row keeps it."""
        return asdict(self)


def attachments_of(letter: "Letter") -> list[Attachment]:
    return [Attachment(**kept) for kept in letter.attachments]
