"""What both pages are put together from: files, inert data, the vis-network library, the content policy."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ringfinder.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["content_policy", "fill", "inert_json", "vis_network", "web"]

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@cache
def web(name: str) -> str:
    """The text of a file in ``ringfinder/page/web``, with ``\\n`` as its only line end."""
    text = resources.files("ringfinder.page").joinpath("web", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


@cache
def vis_network() -> str:
    """The vis-network script from the installed pyvis, fit to stand between script tags.

    Raises
    ------
    MissingError
        If pyvis is not installed or does not hold the script.
    """
    try:
        lib = resources.files("pyvis").joinpath("lib")
    except ModuleNotFoundError as error:
        raise MissingError("pyvis is not installed", do="Run: pip install pyvis") from error
    name = "vis-network.min.js"
    found = {
        tuple(int(n) for n in folder.name.removeprefix("vis-").split(".")): folder.joinpath(name)
        for folder in lib.iterdir()
        if re.fullmatch(r"vis-\d+(\.\d+)*", folder.name) and folder.joinpath(name).is_file()
    }
    if not found:
        raise MissingError("the installed pyvis holds no vis-network", do="Install pyvis anew")
    text = found[max(found)].read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text).rstrip() + "\n"
    return re.sub(r"<(?=/script|!--|script)", r"\\x3c", text, flags=re.IGNORECASE)


def inert_json(data: Any) -> str:
    """``data`` as JSON that cannot end or escape its script tag, whatever its texts hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = re.sub("[<>&\u2028\u2029]", lambda m: _ESCAPES[m[0]], text)
    return re.sub("[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def content_policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """A content policy under which only exactly these scripts and styles run, and nothing is fetched."""

    def hashes(texts: Iterable[str]) -> str:
        digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def fill(template: str, **parts: str) -> str:
    """``template`` with each ``{{name}}`` replaced once; braces inside the parts are left alone."""
    return re.sub(r"\{\{(\w+)\}\}", lambda m: parts[m[1]], template)
