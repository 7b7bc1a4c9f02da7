"""The kinds of placement that each demonstration authority pays for, and what they cost.

The first county's are those its panel's pack printed for 31 December 2017: the number and weekly cost of each kind, the
changes that the text names, and the forecast of 35 agency residential placements. Every other number, price and
forecast is a plainly made-up demonstration number; the second authority's prices lie about DfE's unit costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DATES = (
    (2014, 3), (2015, 3), (2016, 3), (2016, 12), (2017, 3), (2017, 9), (2017, 11), (2017, 12), (2018, 3), (2019, 3),
)  # fmt: skip
YEARLY = {2015: 0.93, 2016: 0.95, 2017: 0.975, 2018: 1.0, 2019: 1.03}


@dataclass(frozen=True)
class Kind:
    """One kind of placement.

    Parameters
    ----------
    provider : "internal" or "external".
    price : pounds a week in 2017-18; `YEARLY` gives the other years'.
    places, outside : what the 903 calls its places, and whether they are others' (None: either); no places: of adults.
    numbers : at the ends of the months of `DATES`; none given, as many as the 903 has in such places.
    prices : for each collection year, each quarter's, where they change within the year.
    forecast : forecast number as a share of the number when the year began, and of its price.
    forecasts : the forecast number of a collection year, where it is another.
    elsewhere : a child from the age of 14 may be in one, whatever the 903 calls it.
    """

    provider: str
    price: int
    places: tuple[str, ...] = ()
    outside: bool | None = None
    numbers: tuple[int, ...] = ()
    prices: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    forecast: tuple[float, float] = (1.0, 1.0)
    forecasts: dict[int, int] = field(default_factory=dict)
    elsewhere: bool = False


@dataclass(frozen=True)
class CostTable:
    """The kinds of one authority, as its table has them, and the order in which children are found for them."""

    kinds: dict[str, Kind]
    order: tuple[str, ...]


FOSTER, KINSHIP = ("U4", "U5", "U6"), ("U1", "U2", "U3")

# Printed: the numbers of December 2017; In-house Fostering had 5 more in November and 11 more in March 2017, Kinship 56
# fewer in December 2016. Agency residential prices rise through 2017-18; the third quarter's is the printed one.
WORCESTERSHIRE = CostTable(
    {
        "Agency Residential": Kind(
            "external",
            3546,
            ("K2",),
            True,
            (34, 38, 43, 47, 50, 58, 61, 63, 64, 66),
            {
                2015: (3010, 3010, 3010, 3010),
                2016: (3090, 3090, 3090, 3090),
                2017: (3160, 3205, 3262, 3320),
                2018: (3391, 3470, 3546, 3588),
                2019: (3621, 3650, 3684, 3702),
            },
            forecast=(35 / 50, 0.96),
            forecasts={2018: 35},
        ),
        "Secure Units": Kind("external", 5890, ("K1",), None, (0, 1, 1, 1, 0, 1, 0, 0, 1, 1)),
        "In-house Residential": Kind("internal", 2748, ("K2",), False, (30, 30, 29, 27, 27, 26, 25, 25, 24, 24)),
        "Independent Fostering Agency": Kind(
            "external", 792, FOSTER, True, (196, 206, 214, 221, 229, 234, 232, 231, 234, 242)
        ),
        "In-house Fostering": Kind(
            "internal",
            476,
            FOSTER,
            False,
            (176, 184, 192, 198, 200, 197, 194, 189, 190, 196),
            forecast=(1.12, 1.0),
        ),
        "Kinship Fostering": Kind(
            "internal", 389, KINSHIP, None, (62, 68, 74, 81, 96, 122, 134, 137, 141, 158), forecast=(0.9, 1.0)
        ),
        "Placement Plus": Kind("internal", 964, FOSTER, False, (7, 7, 6, 5, 5, 4, 4, 4, 4, 3), forecast=(2.0, 0.97)),
        "External Supported Living": Kind("external", 858, numbers=(16, 18, 21, 22, 23, 25, 26, 26, 27, 30)),
        "Internal Supported Living": Kind(
            "internal", 244, ("H5",), None, (14, 15, 17, 18, 18, 19, 20, 20, 20, 22), elsewhere=True
        ),
        "Internal Supported Living – Complex Needs": Kind(
            "internal", 1079, ("H5",), None, (3, 3, 4, 5, 5, 6, 6, 6, 6, 7), elsewhere=True
        ),
        "Safe Base / Supported Lodging": Kind(
            "internal", 305, ("P2", "H5"), None, (9, 9, 8, 8, 8, 7, 7, 7, 7, 6), elsewhere=True
        ),
        "Student Accommodation": Kind("internal", 99, numbers=(4, 5, 6, 6, 6, 5, 7, 7, 7, 8)),
        "Staying Put Arrangements": Kind("internal", 177, numbers=(20, 24, 29, 33, 34, 37, 38, 39, 40, 44)),
    },
    (
        "Secure Units",
        "Agency Residential",
        "In-house Residential",
        "Kinship Fostering",
        "Placement Plus",
        "Independent Fostering Agency",
        "Internal Supported Living – Complex Needs",
        "Internal Supported Living",
        "Safe Base / Supported Lodging",
        "In-house Fostering",
        "External Supported Living",
        "Student Accommodation",
        "Staying Put Arrangements",
    ),
)
TAMESIDE = CostTable(
    {
        "Mainstream Fostering": Kind("internal", 412, FOSTER, False, forecast=(1.06, 1.0)),
        "Family and Friends Carers": Kind("internal", 336, KINSHIP, None, forecast=(0.95, 1.0)),
        "Agency Fostering": Kind("external", 764, FOSTER, True, forecast=(0.94, 1.0)),
        "Council Children’s Homes": Kind("internal", 3240, ("K2",), False),
        "Private Children’s Homes": Kind(
            "external",
            3990,
            ("K2",),
            True,
            prices={
                2015: (2720, 2720, 2760, 2760),
                2016: (2810, 2810, 2850, 2850),
                2017: (2980, 3060, 3140, 3220),
                2018: (3760, 3880, 3990, 4060),
                2019: (4140, 4190, 4230, 4280),
            },
            forecast=(0.85, 0.96),
        ),
        "Secure Accommodation": Kind("external", 5890, ("K1",), None),
        "Supported Tenancies": Kind("external", 905, ("H5",), True),
        "Council Supported Flats": Kind("internal", 388, ("H5",), False),
        "Staying Put": Kind("internal", 165, numbers=(6, 8, 11, 13, 14, 16, 16, 17, 18, 22)),
    },
    (
        "Secure Accommodation",
        "Private Children’s Homes",
        "Council Children’s Homes",
        "Supported Tenancies",
        "Council Supported Flats",
        "Family and Friends Carers",
        "Agency Fostering",
        "Mainstream Fostering",
        "Staying Put",
    ),
)
COST_TABLES = {"worcestershire-demo": WORCESTERSHIRE, "tameside-demo": TAMESIDE}
