"""The visual grammar: every role and evidence family by colour *and* shape, safe for colour-blind readers.

The palette is that of Okabe and Ito, darkened where text stands on it. No colour means guilt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfinder.vocabulary import vocabulary

if TYPE_CHECKING:
    from ringfinder.model import Member

__all__ = ["FAMILY_COLOURS", "ROLES", "Role", "family_of", "role_of"]


@dataclass(frozen=True)
class Role:
    """How a role looks and reads; ``layer`` counts from the middle (0) to the rim (3, 4)."""

    code: str
    en: str
    plural: str
    zh: str
    shape: str
    colour: str
    border: str
    size: int
    layer: int


#: Roles in the order of the legend; shapes are vis-network's own.
ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("organiser", "organiser", "organisers", "组织者", "hexagon", "#D55E00", "#8F3F00", 21, 0),
        Role("company", "company", "companies", "中介机构", "square", "#0072B2", "#004B76", 15, 0),
        Role("front company", "front company", "front companies", "关联公司", "square", "#2E8BC0", "#1B5478", 13, 0),
        Role("agent", "agent", "agents", "代理人", "triangle", "#E69F00", "#8A5F00", 15, 1),
        Role("insider", "insider", "insiders", "内部人员", "triangle", "#C77700", "#774700", 13, 1),
        Role(
            "lawful representative",
            "lawful representative",
            "lawful representatives",
            "合法代理",
            "triangleDown",
            "#56B4E9",
            "#1F6F9F",
            15,
            1,
        ),
        Role(
            "shared phone",
            "shared phone",
            "shared phones",
            "共用电话",
            "diamond",
            "#AA4499",
            "#6E2A62",
            15,
            2,
        ),
        Role(
            "shared number block",
            "shared number block",
            "shared number blocks",
            "共用号段",
            "diamond",
            "#CC79A7",
            "#7A3F60",
            18,
            2,
        ),
        Role(
            "shared payee",
            "shared payee",
            "shared payees",
            "共用收款账户",
            "star",
            "#B8860B",
            "#6F5000",
            15,
            2,
        ),
        Role("shared device", "shared device", "shared devices", "共用设备", "database", "#882255", "#55153A", 10, 2),
        Role(
            "shared document",
            "shared document",
            "shared documents",
            "共用证明材料",
            "ellipse",
            "#3F6B73",
            "#26444A",
            10,
            2,
        ),
        Role(
            "shared template",
            "shared text",
            "shared texts",
            "共用文本模板",
            "box",
            "#00755A",
            "#004937",
            10,
            2,
        ),
        Role(
            "other",
            "other shared thing",
            "other shared things",
            "其他",
            "dot",
            "#5B6675",
            "#3F4854",
            12,
            2,
        ),
        Role("debtor", "debtor", "debtors", "债务人", "dot", "#FFFFFF", "#5B6675", 8, 3),
        Role("mail item", "letter", "letters", "邮件", "square", "#3F8C96", "#3F8C96", 4, 4),
        Role("complaint", "complaint", "complaints", "投诉", "dot", "#8A94A3", "#8A94A3", 4, 4),
    )
}

#: Stroke colour of a link by evidence family; families not named here, and none, are slate.
FAMILY_COLOURS: dict[str, str] = {
    "CONTACT": "#AA4499",
    "REPRESENT": "#D55E00",
    "TEXT": "#009E73",
    "DOC": "#3F8C96",
    "MAIL": "#3F8C96",
    "MONEY": "#B8860B",
    "DEVICE": "#882255",
    "ORG": "#0072B2",
    "": "#8A94A3",
}

_BY_KIND = {"debtor": "debtor", "complaint": "complaint", "mail_item": "mail item"}


def role_of(member: Member) -> Role:
    """The member's role as it is drawn; an unknown one is drawn by its kind."""
    return ROLES.get(member.role) or ROLES[_BY_KIND.get(member.kind, "other")]


def family_of(relation: str) -> str:
    """The evidence family of a relation code (``""`` when it has none or is not known)."""
    known = vocabulary().relations.get(relation)
    return known.family if known else ""
