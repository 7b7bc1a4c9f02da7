"""What the codes of the SSDA903 mean, in the words that papers print.

Source: DfE, Children looked after by local authorities in England: guide to the SSDA903 collection; the groups are
those of DfE's published tables.
"""

from __future__ import annotations

import pandas as pd

SHORT_BREAKS = ("V3", "V4")
GOES_ON = ("L", "P", "T", "B", "U")  # reasons for a new episode of a child who was in care before it
SAME_DAY = "X1"  # the reason why an episode ceased, where the next begins on the same day
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
RESIDENTIAL = ("K2", "R1", "S1")
FOSTERING = ("U1", "U2", "U3", "U4", "U5", "U6")
FOSTERING_BY_OTHERS = ("U4", "U5", "U6")
EXTERNAL = ("PR3", "PR4", "PR5")

PLACEMENT_TYPES = {
    "foster care": FOSTERING,
    "residential": RESIDENTIAL,
    "secure": ("K1",),
    "placed with parents": ("P1",),
    "placed for adoption": ("A3", "A4", "A5", "A6"),
    "independent and supported": ("H5", "K3", "P2"),
    "other": ("P3", "R2", "R3", "R5", "Z1", "Z11", "Z12", "Z13", "Z14", *TEMPORARY),
}
PLACEMENTS = {
    "foster care by relatives or friends": ("U1", "U2", "U3"),
    "foster care by others": FOSTERING_BY_OTHERS,
    "children's home": ("K2",),
    "residential care home": ("R1",),
    "residential school": ("S1",),
    "secure children's home": ("K1",),
    "placed with parents": ("P1",),
    "placed for adoption with the foster carers": ("A3", "A5"),
    "placed for adoption with others": ("A4", "A6"),
    "semi-independent living": ("H5",),
    "supported accommodation": ("K3",),
    "independent living": ("P2",),
    "residential employment": ("P3",),
    "hospital or other health placement": ("R2",),
    "family centre or mother and baby unit": ("R3",),
    "young offender institution or prison": ("R5",),
    "temporary": TEMPORARY,
    "other": ("Z1", "Z11", "Z12", "Z13", "Z14"),
}
PROVIDERS = {
    "parents": ("PR0",),
    "the council": ("PR1",),
    "another council": ("PR2",),
    "other public body": ("PR3",),
    "private": ("PR4",),
    "voluntary": ("PR5",),
}
LEGAL_STATUSES = {
    "interim care order": ("C1",),
    "full care order": ("C2",),
    "freeing order": ("D1",),
    "placement order": ("E1",),
    "section 20 agreement": ("V2",),
    "detained for child protection": ("L1", "L2", "L3"),
    "youth justice": ("J1", "J2", "J3"),
}
LEGAL_STATUSES_AT_START = {
    "interim care order": ("C1",),
    "full care order": ("C2",),
    "freeing order": ("D1",),
    "placement order": ("E1",),
    "section 20 agreement": ("V2",),
    "police protection": ("L1",),
    "emergency protection order": ("L2",),
    "child assessment order": ("L3",),
    "remanded or committed": ("J1",),
    "detained by the police": ("J2",),
    "order with a condition to live there": ("J3",),
}
"""What is told apart of children who come into care: most of it lasts for days."""
NEEDS = {
    "abuse or neglect": ("N1",),
    "child's disability": ("N2",),
    "parental illness or disability": ("N3",),
    "family in acute stress": ("N4",),
    "family dysfunction": ("N5",),
    "socially unacceptable behaviour": ("N6",),
    "low income": ("N7",),
    "absent parenting": ("N8",),
}
REASONS_CEASED = {
    "adopted": ("E11", "E12"),
    "special guardianship order": ("E45", "E46", "E47", "E48"),
    "child arrangements or residence order": ("E41",),
    "returned home as planned": ("E4A",),
    "returned home, not as planned": ("E4B",),
    "went to live with relatives or others": ("E13",),
    "moved to independent living": ("E5", "E6"),
    "stayed with carers at 18": ("E17",),
    "adult social care placement": ("E7",),
    "care taken over by another council": ("E3",),
    "sentenced to custody": ("E9",),
    "remand ended": ("E14",),
    "found to be 18 or over": ("E15",),
    "moved abroad": ("E16",),
    "died": ("E2",),
    "other reason": ("E8",),
}
PARTICIPATION = {
    "attended and spoke": ("PN1",),
    "attended, an advocate spoke": ("PN2",),
    "attended, views shown without words": ("PN3",),
    "attended, gave no views": ("PN4",),
    "not there, an advocate gave views": ("PN5",),
    "not there, sent views": ("PN6",),
    "not there, sent no views": ("PN7",),
}


LEAVER_CONTACT = {
    "in touch": ("yes", "y"),
    "not in touch": ("no", "n"),
    "refuses contact": ("refu", "refuses contact"),
    "no longer requires services": ("nreq", "no longer requires services"),
    "returned home": ("rhom", "returned home"),
    "died": ("died",),
}
LEAVER_ACCOMMODATION = {
    "independent living": ("u", "independent living"),
    "semi-independent": ("d", "semi-independent"),
    "with parents or relatives": ("b", "with parents or relatives"),
    "with former foster carers": ("z", "with former foster carers"),
    "supported lodgings": ("e", "supported lodgings"),
    "ordinary lodgings": ("k", "ordinary lodgings"),
    "foyer": ("t", "foyer"),
    "community home": ("c", "community home"),
    "custody": ("x", "custody"),
    "bed and breakfast": ("w", "bed and breakfast"),
    "emergency accommodation": ("v", "emergency accommodation"),
    "no fixed abode": ("s", "no fixed abode"),
    "gone abroad": ("g", "gone abroad"),
    "deported": ("h", "deported"),
    "residence not known": ("r", "residence not known"),
    "other": ("y", "other"),
    "no information": ("0", "no information"),
}
"""By the letter before the digit that says whether it is suitable, and as lists write it."""
LEAVER_ACTIVITY = {
    "higher education": ("f1", "p1", "higher education"),
    "other education": ("f2", "p2", "other education"),
    "training or employment": ("f4", "p4", "f5", "p5", "apprenticeship", "training or employment"),
    "not in education, work or training: illness or disability": (
        "g4",
        "not in education, employment or training: illness or disability",
    ),
    "not in education, work or training: parenting": (
        "g6",
        "not in education, employment or training: parenting",
    ),
    "not in education, work or training: other": ("g5", "not in education, employment or training: other"),
    "no information": ("0", "no information"),
}


def in_words(codes: pd.Series, meaning: dict[str, tuple[str, ...]]) -> pd.Series:
    """Each code in words, an ordered categorical; a code that the table does not know, or none, is missing.

    Examples
    --------
    >>> in_words(pd.Series(["U4", "K2"], dtype="str"), PLACEMENT_TYPES).tolist()
    ['foster care', 'residential']
    """
    place = {code: number for number, known in enumerate(meaning.values()) for code in known}
    numbers = codes.map(place).fillna(-1).astype("int64")
    words = pd.CategoricalDtype(list(meaning), ordered=True)
    return pd.Series(pd.Categorical.from_codes(numbers, dtype=words), index=codes.index)
