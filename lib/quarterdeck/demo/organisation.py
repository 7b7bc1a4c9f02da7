"""How each demonstration authority is set out: its services, their teams and posts. Invented, as no table tells it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """One service.

    Parameters
    ----------
    name : what the workforce list calls it.
    teams, seats, role : its teams, the workers of each, and what they are.
    posts : roles and their posts, in full-time equivalents.
    agency : the share of the filled posts that agency workers hold, when it is highest.
    """

    name: str
    teams: tuple[str, ...]
    seats: int
    role: str
    posts: tuple[tuple[str, float], ...]
    agency: float = 0.0


@dataclass(frozen=True)
class Organisation:
    """One authority.

    Parameters
    ----------
    services : by kind, in the order in which they take a child on.
    districts : the share of the families known to it that live in each; none where its lists do not tell it.
    size : what is invented and of no published table (contacts, complaints, …) is so many times the first county's:
        the children aged 0 to 17 beside those of the first county, at mid-2016.
    """

    services: dict[str, Service]
    size: float = 1.0
    districts: dict[str, float] = field(default_factory=dict)

    def ordered(self, *kinds: str) -> list[Service]:
        """The services of these kinds, in this order."""
        return [self.services[kind] for kind in kinds]


ORGANISATIONS = {
    "worcestershire-demo": Organisation(
        {
            "through_care": Service(
                "Through Care",
                ("Through Care 1", "Through Care 2", "Through Care 3"),
                16,
                "social worker",
                (("social worker", 52.0), ("team manager", 7.0)),
                0.12,
            ),
            "safeguarding": Service(
                "Safeguarding",
                ("Safeguarding North", "Safeguarding South", "Safeguarding East", "Safeguarding West"),
                15,
                "social worker",
                (("social worker", 76.0), ("team manager", 10.0)),
                0.28,
            ),
            "front_door": Service(
                "Family Front Door",
                ("Family Front Door 1", "Family Front Door 2", "Family Front Door 3", "Family Front Door 4"),
                12,
                "social worker",
                (("social worker", 54.0), ("team manager", 11.0)),
                0.655,
            ),
            "disabilities": Service(
                "Children with Disabilities",
                ("Children with Disabilities",),
                16,
                "social worker",
                (("social worker", 18.0), ("team manager", 2.0)),
                0.06,
            ),
            "care_leavers": Service(
                "Care Leavers",
                ("Care Leavers",),
                14,
                "personal adviser",
                (("personal adviser", 15.0), ("team manager", 1.0)),
            ),
            "early_help": Service(
                "Targeted Family Support",
                ("Targeted Family Support",),
                40,
                "family support worker",
                (("family support worker", 42.0), ("team manager", 5.0)),
            ),
        },
        districts={
            "Bromsgrove": 0.12,
            "Malvern Hills": 0.1,
            "Redditch": 0.2,
            "Worcester": 0.23,
            "Wychavon": 0.16,
            "Wyre Forest": 0.19,
        },
    ),
    # Agency workers are as many as DfE counted each September: four in ten in 2017 and 2018.
    "tameside-demo": Organisation(
        {
            "through_care": Service(
                "Looked After Children",
                ("Looked After Children 1", "Looked After Children 2"),
                14,
                "social worker",
                (("social worker", 30.0), ("team manager", 4.0)),
                0.34,
            ),
            "safeguarding": Service(
                "Neighbourhood Safeguarding",
                ("Safeguarding Ashton", "Safeguarding Denton", "Safeguarding Hyde", "Safeguarding Stalybridge"),
                9,
                "social worker",
                (("social worker", 46.0), ("team manager", 6.0)),
                0.5,
            ),
            "front_door": Service(
                "Safeguarding Hub",
                ("Safeguarding Hub", "Duty and Assessment 1", "Duty and Assessment 2"),
                9,
                "social worker",
                (("social worker", 34.0), ("team manager", 5.0)),
                0.56,
            ),
            "disabilities": Service(
                "Disabled Children",
                ("Disabled Children",),
                10,
                "social worker",
                (("social worker", 10.0), ("team manager", 1.0)),
                0.12,
            ),
            "care_leavers": Service(
                "Leaving Care",
                ("Leaving Care",),
                9,
                "personal adviser",
                (("personal adviser", 9.0), ("team manager", 1.0)),
            ),
            "early_help": Service(
                "Family Intervention",
                ("Family Intervention East", "Family Intervention West"),
                14,
                "family support worker",
                (("family support worker", 26.0), ("team manager", 3.0)),
            ),
        },
        size=0.43,
    ),
}


def organisation(authority: str) -> Organisation:
    """How an authority is set out."""
    return ORGANISATIONS[authority]
