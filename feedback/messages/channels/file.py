"""E-mail written into a folder, for installations without a mail server. Safe to repeat: same message, same file."""

import os
from pathlib import Path

from feedback.messages.addresses import BadAddress
from feedback.messages.channels import Go, Parcel, Refused, Unavailable
from feedback.messages.channels.mime import compose, to_bytes


class FileChannel:
    """Writes each message as an .eml file, named after its Message-ID."""

    transport = "file"
    repeats_safely = True
    batch = 100

    def __init__(self, folder: Path, mail_from: str) -> None:
        self.folder = folder
        self.mail_from = mail_from

    def open(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the outbox folder cannot be made: {error.strerror}") from None

    def send(self, parcel: Parcel, go: Go) -> str | None:
        try:
            content = to_bytes(compose(parcel, self.mail_from), parcel.message.address)
        except BadAddress as error:
            raise Refused(str(error), is_address_dead=True) from None
        name = file_name(parcel.message.message_id)
        draft = self.folder / f".{name}.{os.getpid()}"
        try:
            draft.write_bytes(content)
            draft.replace(self.folder / name)
        except OSError as error:
            raise Unavailable(f"the outbox folder cannot be written: {error.strerror}") from None
        return name

    def close(self) -> None:
        pass


def file_name(message_id: str) -> str:
    """The name of a message's file; names sort in the order in which messages were queued."""
    return f"{message_id.strip('<>').partition('@')[0]}.eml"
