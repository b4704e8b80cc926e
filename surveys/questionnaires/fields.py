"""The form fields of questions: they read what was typed and say what cannot be taken; none is required by itself."""

import re
from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from wtforms import Field

NOT_APPLICABLE = "na"
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # control characters; line breaks and tabs stay


class ScaleField(Field):  # type: ignore[misc]
    """A whole number on a scale, or None; `na` where the line does not apply."""

    def __init__(self, low: int, high: int, allows_na: bool = False, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.low, self.high, self.allows_na = low, high, allows_na
        self.is_na = False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        given = valuelist[0].strip() if valuelist else ""
        self.is_na = self.allows_na and given == NOT_APPLICABLE
        if not given or self.is_na:
            self.data = None
        elif given.isascii() and given.isdigit() and self.low <= int(given[:4]) <= self.high and len(given) <= 4:
            self.data = int(given)
        else:
            self.data = None
            raise ValueError(_("Choose a number from %(low)s to %(high)s", low=self.low, high=self.high))


class WordsField(Field):  # type: ignore[misc]
    """Text without control characters and the blanks around it, at most `longest` characters."""

    def __init__(self, longest: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        words = INVISIBLE.sub("", valuelist[0].replace("\r\n", "\n").replace("\r", "\n")).strip() if valuelist else ""
        self.data = words or None
        if len(words) > self.longest:
            raise ValueError(
                _("The text is too long: %(length)s characters, and there is room for %(longest)s",
                  length=len(words), longest=self.longest)
            )  # fmt: skip


class ChoicesField(Field):  # type: ignore[misc]
    """Keys out of a list, in the list's order; with `is_single` at most one."""

    def __init__(self, keys: tuple[str, ...], is_single: bool, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.keys, self.is_single = keys, is_single

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        given = {v for v in valuelist if v}
        self.data = tuple(k for k in self.keys if k in given)
        if given - set(self.keys) or (self.is_single and len(self.data) > 1):
            self.data = ()
            raise ValueError(_("Choose one of the answers of the list"))


class DayField(Field):  # type: ignore[misc]
    """A calendar day as browsers send it (2026-03-11)."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        given = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not given:
            return
        try:
            self.data = date.fromisoformat(given)
        except ValueError:
            raise ValueError(_("Write the day like this: 2026-03-11")) from None


class TickField(Field):  # type: ignore[misc]
    """A box that is ticked or not."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = bool(valuelist and valuelist[0] not in ("", "0", "no", "false"))
