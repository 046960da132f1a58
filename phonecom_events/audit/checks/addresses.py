"""Mail addresses: which can certainly not be one."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 254
# What stands in an address without quotes, and a domain with a dot in it. Letters
# of other scripts may; that is for the mail servers to say.
_ADDRESS: Final = re.compile(
    r"""
    (?: [^\s@<>()\[\],;:\\"]+ | "[^"\\]+" )
    @
    (?: [^\s@<>()\[\],;:\\".]+ \. )+
    [^\s@<>()\[\],;:\\".]{2,}
    """,
    re.VERBOSE,
)


def is_malformed(email: str) -> bool:
    """Tell whether mail to *email* can certainly not arrive anywhere."""
    text = email.strip()
    return len(text) > _LONGEST or _ADDRESS.fullmatch(text) is None
