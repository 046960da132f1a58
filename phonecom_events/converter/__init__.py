"""The one converter between JSON and models.

cattrs turns ``"false"`` into True and 7 into ``"7"`` without a word; this one
refuses a value of another type than documented, and says where it stands.
"""

from .converter import Converter, converter
from .hooks import wire, wire_name
from .times import IsoTime, UnixTime, iso_8601, unix_seconds

__all__ = [
    "Converter",
    "IsoTime",
    "UnixTime",
    "converter",
    "iso_8601",
    "unix_seconds",
    "wire",
    "wire_name",
]
