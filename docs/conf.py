"""How the site is built: ``sphinx-build -W docs site``, with the extra ``docs``."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import Any, Final

from sphinx.domains.python import PyObject

HERE: Final = Path(__file__).parent
sys.path.insert(0, str(HERE))

import generate  # noqa: E402 - it stands beside this file, in no package

import phonecom_events  # noqa: E402

project = "phonecom_events"
release = phonecom_events.__version__
html_title = f"phonecom-events {release}"
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# Sphinx writes dashes as two hyphens itself; quotes stay as they are written.
smartquotes_action = "D"

html_theme = "furo"
pygments_dark_style = "monokai"  # the theme's own underlines what is imported
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False

# Names between backticks, as docstrings have them.
default_role = "py:obj"
toc_object_entries_show_parents = "hide"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_custom_sections = [
    ("Keys", "params_style"),
    ("Raises (while iterating)", "Raises"),
    ("What happens", "params_style"),
    ("Which requests", "params_style"),
]


_DRAWING = re.compile(r"^!\[.*\]\((\S+\.svg)\)$", re.MULTILINE)
_STYLE = re.compile(r"<style>.*?</style>\n", re.DOTALL)


def _fill(app: Any, name: str, source: list[str]) -> None:
    folder = (Path(app.srcdir) / name).parent

    def inline(found: re.Match[str]) -> str:
        # As a part of the page a drawing has its colours, from site.css, also where
        # a reader has chosen others than the system's; as an image it cannot.
        drawing = _STYLE.sub("", (folder / found[1]).read_text(encoding="utf-8"))
        return f'```{{raw}} html\n<div class="drawing">{drawing}</div>\n```'

    source[0] = _DRAWING.sub(inline, generate.fill(source[0]))


def _outdated(_: Any, env: Any, *__: Any) -> list[str]:
    """Name the pages that change with the package, and not with their files."""
    return [
        name
        for name in env.found_docs
        if generate.is_generated(Path(env.doc2path(name)).read_text(encoding="utf-8"))
    ]


def _drop_borrowed(*arguments: Any) -> None:
    """Leave out what is said of all texts, or of the class, where a value is shown."""
    _, what, _, thing, _, lines = arguments
    if what == "data" and lines and lines[0] in (type(thing).__doc__ or ""):
        lines.clear()


def setup(app: Any) -> None:
    """Have pages filled as they are read."""
    app.connect("autodoc-process-docstring", _drop_borrowed, priority=400)
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"  # as Python and the docstrings call them
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", _outdated)


# It tells of its plugins when the reference imports it, as if that were a warning.
logging.getLogger("alembic").setLevel(logging.WARNING)
