"""Text that a program read in the wrong encoding: UTF-8 taken for GB18030 (鍖楁 for 北).

It happens to single cells where two systems are joined. The bytes are all there, so the text is read anew; where one
was lost on the way, the cell has U+FFFD and stays damaged.
"""

from __future__ import annotations

import re

__all__ = ["MISREAD", "read_anew"]

#: What the first two bytes of a Chinese character in UTF-8 become. They are rare: few other texts have one.
_FIRST = "".join(
    char
    for lead in range(0xE4, 0xEA)
    for trail in range(0x80, 0xC0)
    if len(char := bytes((lead, trail)).decode("gb18030", "ignore")) == 1
)
#: A character class of them, for both :mod:`re` and Rust.
MISREAD = f"[{_FIRST}]"
_MISREAD = re.compile(MISREAD)
_PLAUSIBLE = re.compile(r"[ -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef·“”‘’—…]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def read_anew(text: str) -> str:
    """The text that was misread, or ``text`` itself if that is no other encoding's.

    The new text must be valid UTF-8 throughout, hold at least two Chinese characters of everyday use and nothing odd:
    three Chinese characters meet that by chance once in millions of names.
    """
    if not _MISREAD.search(text):
        return text
    try:
        found = text.encode("gb18030").decode("utf-8")
        found.encode("gb2312")
    except UnicodeError:
        return text
    return found if _PLAUSIBLE.fullmatch(found) and len(_HAN.findall(found)) > 1 else text
