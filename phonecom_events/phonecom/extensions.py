"""Extensions: which an account has.

https://apidocs.phone.com/reference (extensions)
"""

from __future__ import annotations

from typing import Unpack

from attrs import frozen

from ..pagination import Paginator
from .conditions import Condition
from .listing import Paging, conditions
from .resource import Collection


@frozen(kw_only=True)
class ExtensionSummary:
    """Describe an extension; `Account.extension` gives its resources.

    Attributes:
        id: for `Account.extension`.
        extension: the number that is dialled; not the id.
        name: for people.
        voip_id: the account it belongs to.
    """

    id: int
    extension: int | str | None = None
    name: str | None = None
    voip_id: int | None = None


class Extensions(Collection[ExtensionSummary]):
    """Find the extensions of an account."""

    model = ExtensionSummary
    collection = "extensions"

    def list(
        self,
        *,
        name: str | Condition | None = None,
        extension: int | Condition | None = None,
        **paging: Unpack[Paging],
    ) -> Paginator[ExtensionSummary]:
        """List the extensions; see `Paginator` and, for the arguments, `Paging`.

        Args:
            name: a value, or a condition such as ``contains("desk")``.
            extension: the number that is dialled, or a condition.
        """
        return self._list(conditions(name=name, extension=extension), **paging)
