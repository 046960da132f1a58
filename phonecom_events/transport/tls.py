"""Whom a client trusts, where that is more than what the system trusts."""

from __future__ import annotations

import errno
import os
import ssl

from ..errors import InvalidArgument


def ca_context(path: str | os.PathLike[str], name: str = "ca_file") -> ssl.SSLContext:
    """Trust the certificates in a PEM bundle, beside those of the system.

    Beside, and not instead, as most tools have it: a company that opens its traffic
    to inspect it seldom does so for every host.

    Args:
        path: of the bundle.
        name: what to call it in the message, such as ``--ca-file``.

    Raises:
        InvalidArgument: it cannot be read, or is no PEM bundle.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])  # as aiohttp's own
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        problem = "is no bundle of certificates in PEM (-----BEGIN CERTIFICATE-----)"
    except OSError as error:
        problem = f"cannot be read: {os.strerror(error.errno or errno.EIO)}"
    except (TypeError, ValueError):
        problem = "is no path of a file"
    else:
        return context
    raise InvalidArgument(f"{name}: {str(path)!r} {problem}")
