"""What makes a paper be made anew."""

from __future__ import annotations

import nbformat
import pytest

from quarterdeck.home import Home
from quarterdeck.publish.plan import AUDIENCES, jobs, papers
from quarterdeck.quarter import Quarter


@pytest.fixture
def home(tmp_path) -> Home:
    """Two papers, one of which reads a folder beside the profile."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data" / "nowhere" / "improvement").mkdir(parents=True)
    (tmp_path / "data" / "nowhere" / "improvement" / "actions.csv").write_text("id\n")
    for name, reads in (("one", []), ("two", ["improvement"])):
        notebook = nbformat.v4.new_notebook(metadata={"briefing": {"title": name, "reads": reads}})
        nbformat.write(notebook, tmp_path / "notebooks" / f"{name}.ipynb")
    return Home(tmp_path)


def keys(home: Home) -> dict[str, str]:
    return {job.name: job.key for job in jobs(home, "nowhere", Quarter(2017, 3), "", papers(home), AUDIENCES)}


def test_a_changed_file_beside_the_profile_makes_the_papers_that_read_it_and_no_other(home):
    before = keys(home)
    (home.data / "nowhere" / "improvement" / "actions.csv").write_text("id\nA1\n")
    after = keys(home)
    assert {name for name in before if before[name] != after[name]} == {"public/two", "officers/two"}


def test_a_new_file_beside_the_profile_makes_the_papers_that_read_it(home):
    before = keys(home)
    (home.data / "nowhere" / "improvement" / "meetings.csv").write_text("")
    assert {name for name, key in keys(home).items() if before[name] != key} == {"public/two", "officers/two"}
