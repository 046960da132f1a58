"""An audit's report as one HTML page that opens offline.

`page` renders the templates in ``templates/``, with the values that a `Digest` has and
`graphs` prepare. They need Jinja2, of the extra ``cli``, once a page is asked for.
"""

from ..report.digest import Digest
from .page import html_page, html_report

__all__ = ["Digest", "html_page", "html_report"]
