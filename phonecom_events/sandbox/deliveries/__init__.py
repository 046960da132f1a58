"""Sample events, one of every type that the vendors document, and their delivery.

What a receiver of yours gets is signed and sent as by the vendor. Forms come from
https://github.com/phonedotcom/events-integration-doc (events format) and
https://docs.linqapp.com (webhook events); where a vendor documents no form, a sample has
ids and times alone, and says so.
"""

from __future__ import annotations

from .delivery import Deliveries, Delivery
from .posting import Delivered, PublicAddress, post_all
from .samples import Sample, Vendor, every_sample, sample_of

__all__ = [
    "Delivered",
    "Deliveries",
    "Delivery",
    "PublicAddress",
    "Sample",
    "Vendor",
    "every_sample",
    "post_all",
    "sample_of",
]
