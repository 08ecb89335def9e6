"""Texts: whatever comes from a scenario or a visitor is made safe here before it is shown."""

import re
from typing import Final

LONGEST: Final = 200
_SPECIAL: Final = re.compile(r"[\\`*\[\]<$~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
_BLOCK: Final = re.compile(r"^(\d*)([#>+\-=|.)])")
_LIVELY: Final = re.compile(r"(?i):(?=[a-z+/])|www(?=\.)|(?<=\w)(?=@)")
_JOINER: Final = "\u2060"
"""An invisible character of no width: behind it a word is neither an emoji's name nor an address."""


def plain(text: str, longest: int = LONGEST) -> str:
    """Makes text safe to stand in Markdown: no formatting, link, picture, direction change or line break.

    Args:
        text: from a scenario or a visitor.
        longest: characters kept.
    """
    shown = "".join(one if one.isprintable() else " " for one in text)
    shown = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    escaped = _SPECIAL.sub(r"\\\g<0>", " ".join(shown.split()))
    return _BLOCK.sub(r"\1\\\2", _LIVELY.sub(rf"\g<0>{_JOINER}", escaped))


def one_line(text: object) -> str:
    """Text for lists and tables, which show it as it is: printable and not too long."""
    return "".join(one if one.isprintable() else " " for one in str(text))[:LONGEST]
