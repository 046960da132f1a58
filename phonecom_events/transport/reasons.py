"""What a person would say of a failure: never an errno or a class name alone.

aiohttp's own messages are not used: they may hold the whole URL, or headers.
"""

from __future__ import annotations

import os
import socket
import ssl
from typing import Final

import aiohttp

# OpenSSL's reasons for "that is no TLS", of its versions 1.1 to 3.5.
_NOT_TLS: Final = {
    "HTTP_REQUEST",
    "HTTPS_PROXY_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "WRONG_VERSION_NUMBER",
}
# X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT and the like: what another bundle would cure.
_UNKNOWN_ISSUER: Final = {2, 18, 19, 20, 21}
# How a parser error of aiohttp shows the first bytes of a TLS alert record.
_TLS_ALERT: Final = r"b'\x15\x03"
_WORDS: Final = (
    (ConnectionRefusedError, "{who} refused the connection; does it listen there?"),
    (aiohttp.ClientPayloadError, "the body is cut"),
    (aiohttp.ServerFingerprintMismatch, "{who} has another fingerprint than was given"),
    (ConnectionError, "{who} closed the connection{when}"),
    (aiohttp.ServerDisconnectedError, "{who} closed the connection{when}"),
)


def reason(error: BaseException, who: str, when: str = "") -> str:
    """Say why it failed.

    Args:
        error: what aiohttp or the system raised.
        who: the other side, as in "the server".
        when: what was under way if *who* closed the connection.
    """
    cause = getattr(error, "certificate_error", getattr(error, "os_error", error))
    if isinstance(cause, ssl.SSLError):
        return _of_tls(cause, who)
    if isinstance(cause, socket.gaierror):
        name = getattr(error, "host", "its name")
        return f"no address was found for {name} ({cause.strerror})"
    if isinstance(cause, aiohttp.ClientResponseError):
        return _of_an_answer(cause, who)
    for kind, words in _WORDS:
        if isinstance(cause, kind):
            return words.format(who=who, when=when)
    return _of_the_system(cause, who, when)


def _of_tls(error: ssl.SSLError, who: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", "it is not trusted").rstrip(".")
        said = f"the certificate of {who} cannot be verified ({why})"
        if getattr(error, "verify_code", None) in _UNKNOWN_ISSUER:
            said += (
                "; if its authority is one of your own, give that authority's"
                " certificate by --ca-file, PHONECOM_CA_FILE or ssl_context="
            )
        return said
    why = getattr(error, "reason", None) or ""
    if why in _NOT_TLS:
        return f"{who} does not speak TLS on that port; is https:// right?"
    words = why.replace("_", " ").lower() or "no reason given"
    return f"the TLS connection with {who} failed ({words})"


def _of_an_answer(error: aiohttp.ClientResponseError, who: str) -> str:
    if _TLS_ALERT in str(getattr(error, "message", "")):
        return f"{who} speaks TLS on that port; should the URL begin with https://?"
    return f"the answer of {who} is not HTTP"


def _of_the_system(error: BaseException, who: str, when: str) -> str:
    number = getattr(error, "errno", None)
    if number:
        # Not `strerror`, which asyncio and aiohttp fill with addresses.
        return os.strerror(number)
    if isinstance(error, OSError):
        # Python's asyncio tells of an end in mid-handshake without a number.
        return f"{who} closed the connection{when}"
    return f"{type(error).__name__} without further words"
