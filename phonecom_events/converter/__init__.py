"""The one converter between JSON and models.

cattrs turns ``"false"`` into True and 7 into ``"7"`` without a word; this one
refuses a value of another type than documented, and says where it stands.

`structure`, `unstructure`, `loads` and `dumps` are those of the one `converter`.
"""

from typing import Final

from .conversion import Converter
from .fields import coded, rest, tagged, wire, wire_name
from .times import IsoTime, UnixTime, iso_8601, unix_seconds

converter: Final = Converter()
structure = converter.structure
unstructure = converter.unstructure
loads = converter.loads
dumps = converter.dumps

__all__ = [
    "Converter",
    "IsoTime",
    "UnixTime",
    "coded",
    "converter",
    "dumps",
    "iso_8601",
    "loads",
    "rest",
    "structure",
    "tagged",
    "unix_seconds",
    "unstructure",
    "wire",
    "wire_name",
]
