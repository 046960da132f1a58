"""Ask receivers whether they answer, as Phone.com does when a callback is made.

One request a URL, few at once and one a second to a host; no redirect is followed, and
no address inside a network is asked unless that is allowed. A probe goes through no
proxy: through one, nobody could tell which address is connected to.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .addresses import why_not_public
from .result import ProbeResult
from .target import Target

if TYPE_CHECKING:
    from .connecting import Resolve
    from .prober import Prober
else:
    __getattr__ = late_names(
        globals(), {"connecting": ("Resolve",), "prober": ("Prober",)}
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = ["ProbeResult", "Prober", "Resolve", "Target", "why_not_public"]
