"""An audit's report as one HTML page that opens offline."""

from .digest import Digest
from .page import html_page, html_report

__all__ = ["Digest", "html_page", "html_report"]
