"""Texts without phone numbers, and without what can be secret in a URL."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

HIDDEN: Final = "…"

_URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
# With a plus sign, or as North Americans write it; bare digits are mostly ids.
_PHONE: Final = re.compile(
    r"""
    (?<![\w+]) (?:
        \+ \d [\d\ ().-]{4,} (?P<plus>\d{2})
        | \(\d{3}\) \ ?\d{3}[-.\ ]\d{2} (?P<area>\d{2})
        | \d{3}[-.\ ]\d{3}[-.\ ]\d{2} (?P<dashes>\d{2})
    ) (?!\w)
    """,
    re.VERBOSE,
)
_VERSION: Final = re.compile(r"version=[\w.-]+")


def masked(text: str) -> str:
    """Return *text* with phone numbers and parts of URLs hidden.

    Of a phone number the last two digits remain. Of a URL remain scheme, host and
    port, and ``version=…`` in the query: user, path and the rest of the query can
    each hold a secret.
    """
    if "://" not in text:  # as most texts; to look for it is far cheaper
        return _without_numbers(text)
    parts: list[str] = []
    end = 0
    for url in _URL.finditer(text):
        parts += [_without_numbers(text[end : url.start()]), _masked_url(url.group())]
        end = url.end()
    return "".join([*parts, _without_numbers(text[end:])])


def _without_numbers(text: str) -> str:
    def mask(match: re.Match[str]) -> str:
        shown = next(group for group in match.groups() if group)
        return ("+" if match["plus"] else "") + HIDDEN + shown

    return _PHONE.sub(mask, text)


def _masked_url(text: str) -> str:
    try:
        url = urlsplit(text)
        # `port` raises for what is no number, so it is read where that is caught.
        port = "" if url.port is None else f":{url.port}"
    except ValueError:
        return f"{text.partition('://')[0]}://{HIDDEN}"
    host = url.hostname or ""
    host = f"[{host}]" if ":" in host else host
    user = f"{HIDDEN}@" if "@" in url.netloc else ""
    path = f"/{HIDDEN}" if url.path.strip("/") else url.path
    return f"{url.scheme}://{user}{host}{port}{path}{_masked_query(url)}"


def _masked_query(url: SplitResult) -> str:
    parts = [part for part in url.query.split("&") if part]
    shown = [part for part in parts if _VERSION.fullmatch(part)]
    query = "&".join(shown if len(shown) == len(parts) else [*shown, HIDDEN])
    return (f"?{query}" if query else "") + (f"#{HIDDEN}" if url.fragment else "")
