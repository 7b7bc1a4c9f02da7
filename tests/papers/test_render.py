"""Rendering: what is refused, what stays out, and that the same notebook gives the same bytes."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from quarterdeck.paper.anatomy import Fragment, PaperError, Prose, compose, reference
from quarterdeck.paper.commentary import CommentaryError
from quarterdeck.publish.render import MissingAlternative, render
from tests.papers.conftest import executed


@pytest.fixture(scope="module")
def run(stand):
    return executed("placements_and_costs", stand)


def with_output(run, data, metadata=None):
    notebook = nbformat.from_dict(run)
    cell = new_code_cell("1", id="added")
    cell.outputs = [new_output("display_data", data, metadata=metadata or {})]
    return nbformat.from_dict({**notebook, "cells": [*notebook.cells, cell]})


def with_markdown(run, text):
    return nbformat.from_dict({**run, "cells": [*run.cells, nbformat.v4.new_markdown_cell(text, id="added")]})


def test_the_same_notebook_gives_the_same_bytes(run):
    assert render(run) == render(nbformat.from_dict(run))


def test_the_same_figures_give_the_same_bytes(run, stand):
    assert render(run) == render(executed("placements_and_costs", stand))


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml"])
def test_a_picture_without_an_alternative_stops_the_paper(run, kind):
    with pytest.raises(MissingAlternative, match=r"paper\.chart"):
        render(with_output(run, {kind: "<svg/>"}))


def test_a_drawing_of_ours_without_an_alternative_stops_the_paper(run):
    drawing = '<figure class="ch"><svg role="img" aria-labelledby="a"><title id="a">A title</title></svg></figure>'
    with pytest.raises(MissingAlternative, match="without an alternative"):
        render(with_output(run, {"text/html": drawing}, {"text/html": {"briefing": True}}))


def test_a_table_of_pandas_own_is_refused_with_what_to_do(run):
    with pytest.raises(PaperError, match=r"paper\.table\(frame, caption\)"):
        render(with_output(run, {"text/html": "<table></table>", "text/plain": "a"}))


@pytest.mark.parametrize(
    "html", ["<script>x</script>", '<p onclick="x">a</p>', '<img src="https://example.org/a.png">']
)
def test_what_runs_or_loads_is_refused_even_from_a_marked_cell(run, html):
    with pytest.raises(PaperError, match="which no paper may hold"):
        render(with_output(run, {"text/html": html}, {"text/html": {"briefing": True}}))


def test_what_a_cell_prints_stays_out(run):
    notebook = nbformat.from_dict(run)
    notebook.cells[-1].outputs.append(new_output("stream", name="stdout", text="printed-by-a-cell"))
    assert "printed-by-a-cell" not in render(notebook)


def test_code_and_the_papers_own_data_stay_out(run):
    html = render(run)
    assert "paper.measure" not in html
    assert "vnd.quarterdeck" not in html


def test_an_unknown_name_in_markdown_stops_the_paper_and_names_the_nearest(run):
    with pytest.raises(CommentaryError, match="cp_plan_rate"):
        render(with_markdown(run, "There are {cp_plan_rat}."))


def test_html_in_markdown_is_text(run):
    assert "&lt;b&gt;bold" in render(with_markdown(run, "<b>bold</b>"))


def test_a_notebook_that_was_not_run_is_refused(run):
    notebook = nbformat.from_dict(run)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    with pytest.raises(PaperError, match="Has it been run"):
        render(notebook)


def test_a_paper_without_a_title_or_with_two_is_refused():
    for pieces in ([Prose("## Summary\n\nText.")], [Prose("# One"), Prose("# Two"), Prose("## A\n\nb")]):
        with pytest.raises(PaperError, match="one title"):
            compose(pieces)


def test_a_reference_to_what_is_not_there_is_refused():
    with pytest.raises(PaperError, match="nowhere"):
        compose([Prose("# A"), Prose("## B"), Fragment(str(reference("nowhere")))])


def test_a_reference_becomes_the_number_of_the_first_paragraph_of_its_target():
    pieces = [Prose("# A"), Prose("## B\n\nOne."), Fragment(str(reference("c"))), Prose("## C\n\nTwo.\n\nThree.")]
    assert '<a href="#p2">paragraph 2</a>' in compose(pieces).html


def test_a_measure_shown_twice_is_refused(stand):
    notebook = executed("placements_and_costs", stand)
    cell = next(cell for cell in notebook.cells if "placement_mix" in cell.source and cell.cell_type == "code")
    again = nbformat.from_dict(cell)
    again["id"] = "again"
    with pytest.raises(PaperError, match="more than one element"):
        render(nbformat.from_dict({**notebook, "cells": [*notebook.cells, again]}))


def test_two_sections_of_one_name_have_addresses_of_their_own():
    body = compose([Prose("# A"), Prose("## B\n\nOne."), Prose("## B\n\nTwo.")])
    assert [section.id for section in body.sections] == ["b", "b-2"]


def test_jupyter_nbconvert_renders_an_executed_notebook(run, tmp_path):
    path = tmp_path / "paper.ipynb"
    nbformat.write(run, path)
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "briefing", path.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "paper.html").read_text(encoding="utf-8") == render(run)


@pytest.mark.parametrize(
    "name", ["performance_monitoring", "looked_after_children", "placements_and_costs", "workforce_and_practice"]
)
def test_a_notebook_is_committed_without_outputs_with_ids_and_parameters(name):
    from tests.papers.conftest import NOTEBOOKS

    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert [cell.id for cell in code if "parameters" in cell.metadata.get("tags", [])] == ["parameters"]
    assert notebook.metadata.kernelspec.name == "python3"
    assert max(len(cell.source.splitlines()) for cell in code) <= 10
