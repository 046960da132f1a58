"""The example that is a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLE = Path(__file__).parents[3] / "examples" / "explore.ipynb"


def outputs_of(notebook: Any) -> list[Any]:
    """Return all outputs, in their order."""
    return [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


@pytest.mark.filterwarnings("default")  # of the kernel's own making
def test_it_runs_from_top_to_bottom() -> None:
    """Every cell, in a kernel of its own, and none of them complains."""
    notebook = nbformat.read(EXAMPLE, as_version=4)
    kept = outputs_of(notebook)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    made = outputs_of(notebook)

    assert [each.output_type for each in made] == [each.output_type for each in kept]
    assert not [each for each in made if each.get("name") == "stderr"]


def test_its_outputs_are_kept_and_it_is_small() -> None:
    """People read it without running it, and a clone is not the larger for it."""
    outputs = outputs_of(nbformat.read(EXAMPLE, as_version=4))

    assert any("image/png" in each.get("data", {}) for each in outputs)
    assert any("AuditReport" in str(each) for each in outputs)
    assert EXAMPLE.stat().st_size < 300_000
