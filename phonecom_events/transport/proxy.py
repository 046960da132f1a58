"""Which proxy a client goes through: decided once, from its base URL.

No I/O happens here. The environment is read as curl and requests read it, which
differ in places; where they do:

- A lower-case variable wins over an upper-case one, even if it is empty (requests).
- ``HTTP_PROXY`` is not read in a CGI program, as told by ``REQUEST_METHOD`` (requests):
  a web server sets it there from a ``Proxy`` header of whoever asks. curl never reads
  it. It counts for ``http://`` base URLs only, which are loopback, which no proxy of
  the environment is asked for: so it makes no difference here.
- An entry of ``NO_PROXY`` stands for the host and all below it, never for a host
  whose name merely ends alike (curl); it may have a port (requests), may be a network
  (both), and ``*`` is everything, wherever it stands.
- A proxy without a port is asked at 80 or 443 (requests); curl would take 1080.

The system settings of Windows and macOS are not read, nor is ``.netrc``.
"""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from ..errors import InvalidArgument
from ..http import USUAL_PORTS, Secret, host_and_port, is_loopback, split_url

FROM_ENV: Final = "env"
_SUPPORTED: Final = "http:// and https:// proxies are supported"


class Proxy(Struct, frozen=True, kw_only=True):
    """Name a proxy, with its user and password out of sight.

    Making one never raises, so that no frame of an exception holds the URL that it
    was made from: `check` raises afterwards.

    Attributes:
        url: scheme, host and port, and nothing else.
        authorization: what the header ``Proxy-Authorization`` holds, if anything.
        problem: why it cannot be used; empty if it can.
    """

    url: str = ""
    authorization: Secret | None = None
    problem: str = ""

    def check(self) -> None:
        """Raise `InvalidArgument` if it cannot be used."""
        if self.problem:
            raise InvalidArgument(self.problem)

    @property
    def name(self) -> str:
        """The URL for people, with stars for user and password."""
        stars = "***@" if self.authorization is not None else ""
        return self.url.replace("://", f"://{stars}", 1)

    def is_at(self, host: str | None, port: int | None) -> bool:
        """Tell whether it is there that it listens."""
        url = urlsplit(self.url)
        return (url.hostname, url.port) == (host, port)

    def __repr__(self) -> str:
        return f"<Proxy {self.name or 'that cannot be used'}>"


def given_proxy(text: object, name: str = "proxy") -> Proxy:
    """Read a proxy's URL; *name* is what to call it where it cannot be used."""
    if not isinstance(text, str):
        got = type(text).__name__
        return Proxy(problem=f'{name} must be a URL, "env" or None, not {got}')
    text = text.strip()
    url = split_url(text if "://" in text else f"http://{text}")
    if url is not None and url.scheme.startswith("socks"):
        return Proxy(problem=f"{name} is a SOCKS proxy; only {_SUPPORTED}")
    if url is None or url.scheme not in USUAL_PORTS:
        return Proxy(problem=f"{name} is no URL such as http://host:3128; {_SUPPORTED}")
    if url.path not in ("", "/") or url.query or url.fragment:
        return Proxy(
            problem=f"{name} has more than a host and a port; write / ? # and @ in a"
            " user or password as %2F %3F %23 and %40"
        )
    return Proxy(
        url=f"{url.scheme}://{host_and_port(url)}", authorization=_authorization(url)
    )


def choose_proxy(
    setting: Proxy | str | None, base_url: str, environ: Mapping[str, str]
) -> Proxy | None:
    """Return the proxy for *base_url*, or None; whether it can be used is not checked.

    Args:
        setting: ``"env"`` to look into *environ*; a proxy, or its URL; None for none.
        base_url: as `check_base_url` returns it.
        environ: the environment variables.
    """
    if setting is None:
        return None
    if setting == FROM_ENV:
        return _proxy_of_environment(base_url, environ)
    proxy = setting if isinstance(setting, Proxy) else given_proxy(setting)
    if proxy.problem or urlsplit(base_url).scheme == "https":
        return proxy
    way = urlsplit(proxy.url)
    if way.scheme == "https" or is_loopback(way.hostname or ""):
        return proxy
    return Proxy(
        problem="an http:// base_url through this proxy would show the token to the"
        " network; it can only be one that is https://, or on loopback"
    )


def _proxy_of_environment(base_url: str, environ: Mapping[str, str]) -> Proxy | None:
    url = urlsplit(base_url)
    if is_loopback(url.hostname or ""):
        return None
    for stem in (f"{url.scheme}_proxy", "all_proxy"):
        name = stem if stem in environ else stem.upper()
        text = environ.get(name, "").strip()
        if not text or (name == "HTTP_PROXY" and "REQUEST_METHOD" in environ):
            continue
        if _is_exempt(url, environ.get("no_proxy", environ.get("NO_PROXY", ""))):
            return None
        return given_proxy(text, name)
    return None


def _is_exempt(url: SplitResult, no_proxy: str) -> bool:
    host = _plain(url.hostname or "")
    port = url.port or USUAL_PORTS[url.scheme]
    return any(
        _covers(entry, host, port) for entry in re.split(r"[\s,]+", no_proxy) if entry
    )


def _covers(entry: str, host: str, port: int) -> bool:
    """Tell whether an entry of NO_PROXY stands for a host and port."""
    if entry == "*":
        return True
    # A bare IPv6 address has colons, too, but more than one.
    if match := re.fullmatch(r"(\[.*\]|[^:]*):(\d{1,5})", entry):
        entry, wanted = match.groups()
        if int(wanted) != port:
            return False
    entry = _plain(entry.removeprefix("*").lstrip("."))
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(entry) and (host == entry or host.endswith(f".{entry}"))
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def _plain(host: str) -> str:
    """Write a host as it is compared: as DNS has it, without brackets or last dot."""
    host = host.strip("[]").rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _authorization(url: SplitResult) -> Secret | None:
    if url.username is None:
        return None
    pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
    return Secret("Basic " + b64encode(pair.encode("utf-8", "replace")).decode())
