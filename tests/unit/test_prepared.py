"""What stands beside a quarter's figures when they are made ready."""

from __future__ import annotations

import pandas as pd

from quarterdeck.prepared import say_what_is_hidden


def test_what_the_public_copy_cannot_check_is_called_hidden_only_where_the_whole_can_be_checked() -> None:
    names = {
        "measure": ["cp_end_reasons", "placement_mix"],
        "breakdown": "all",
        "period": "2017-12-31",
        "source": "001",
    }
    whole = pd.DataFrame({**names, "result": ["agrees", "cannot be checked"], "note": ["", "No table holds it."]})
    public = whole.assign(result="cannot be checked", note="Not available from these sources.")
    said = say_what_is_hidden(public, whole)
    assert said.result.tolist() == ["hidden", "cannot be checked"]
    assert said.note.tolist() == [
        "Hidden in this copy to protect confidentiality.",
        "Not available from these sources.",
    ]
