"""What earlier audits found, and what changed in the estate between them.

The extra ``history`` installs what it needs: SQLAlchemy, Alembic, and a driver each for
SQLite and PostgreSQL. An estate that hardly changes takes hardly any space however
often it is audited: kept are the latest rows, and what became of them run by run.

Values of headers and secrets are never kept. Phone numbers and URLs are kept as an
audit masks them, also when its report shows them.
"""

from __future__ import annotations

try:
    import alembic as _alembic  # noqa: F401 - tells whether the extra is there
    import sqlalchemy as _sqlalchemy  # noqa: F401
except ImportError as _missing:
    raise ImportError(
        "a history needs the extra that brings its database:"
        " python -m pip install 'phonecom-events[history]'"
    ) from _missing

from .history import History
from .models import Change, Run, What
from .recording import Recording

__all__ = ["Change", "History", "Recording", "Run", "What"]
