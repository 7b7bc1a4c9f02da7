"""Children in an agreed series of short breaks: in the 903, and in no looked-after measure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ages import anniversary, day, timestamps
from .days import OPEN, weekday
from .families import BREAK_IDS
from .targets import generator

# Children by collection year: a handful, and none by the last, as DfE shows.
CHILDREN = {2015: 5, 2016: 4, 2017: 3, 2018: 3}


def short_breaks(seed: int, authority: str) -> pd.DataFrame:
    """The agreements (V4) of disabled children who stay a few nights a month away from home.

    Returns
    -------
    One row an agreement: child_id, date_of_birth, sex, ethnicity, start, end (datetime64[us]), place, provider, year.
    """
    rng = generator(seed, authority, "short breaks")
    year = np.repeat(list(CHILDREN), list(CHILDREN.values()))
    count = len(year)
    first = np.array([day(each - 1, 4, 1) for each in year])
    start = weekday(first + rng.integers(10, 120, count))
    end = weekday(start + rng.integers(90, 190, count))
    born = anniversary(first, -rng.integers(7, 16, count)) - rng.integers(1, 360, count)
    return pd.DataFrame(
        {
            "child_id": np.char.add("DEMO", np.char.mod("%06d", BREAK_IDS + 1 + np.arange(count))),
            "date_of_birth": timestamps(born),
            "sex": np.where(rng.random(count) < 0.35, "F", "M"),
            "ethnicity": "WBRI",
            "start": timestamps(start),
            "end": timestamps(np.minimum(end, OPEN)),
            "place": np.where(rng.random(count) < 0.6, "K2", "U6"),
            "provider": "PR1",
            "year": year,
        }
    ).astype({"child_id": "str", "sex": "str", "ethnicity": "str", "place": "str", "provider": "str"})
