"""For the tests of programs that use this package; a plugin of pytest brings it there.

>>> from phonecom_events.testing import no_wait

`plugin` has the fixtures, `bodies` what the services answer, as they document it. Only
`plugin` and `wire` need what the extra `testing` installs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import late_names

if TYPE_CHECKING:
    from . import bodies
    from .skipping import Skipped, no_wait
    from .wire import Wire
else:
    # pytest imports this for every run of every project that has it installed.
    __getattr__ = late_names(
        globals(),
        {"bodies": (), "skipping": ("Skipped", "no_wait"), "wire": ("Wire",)},
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = ["Skipped", "Wire", "bodies", "no_wait"]
