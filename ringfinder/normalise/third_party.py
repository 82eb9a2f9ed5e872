"""Whose number it is: words in a customer's own phone cell that give a number to a relative, a colleague or an agent.

``妻子13912340567``, ``15900000901/158...(父亲)``, ``spouse 138...``, ``代理人139...``: such a number is not the
customer's and must not be loaded as his own. Columns of agents and callers keep the plain rule ``phone``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ringfinder.normalise.phone import PUBLIC_PHONES, normalise_phone, split_phones
from ringfinder.normalise.phone_text import part_list
from ringfinder.normalise.tidy import HAN
from ringfinder.normalise.values import Options, Value

__all__ = ["normalise_own_phone", "split_own_phones"]

# Anywhere in a run of Chinese characters: 李梅妻子, 客户的母亲, 代理人电话.
_OTHERS = re.compile(
    "妻子|丈夫|老公|老婆|太太|配偶|爱人|伴侣|夫人|媳妇|前夫|前妻|未婚[夫妻]|[男女]朋友|[男女]友"
    "|父亲|母亲|父母|爸爸|妈妈|老爸|老妈|[他她][爸妈]|爷爷|奶奶|外公|外婆|姥姥|姥爷|祖父|祖母|岳父|岳母|公婆|婆婆|监护人"
    "|儿子|女儿|子女|孩子|儿媳|女婿|孙子|孙女|哥哥|姐姐|弟弟|妹妹|大哥|大姐|兄弟|姐妹|兄妹|姐弟|[表堂][哥姐弟妹兄]"
    "|叔叔|伯父|伯伯|舅舅|舅妈|姑姑|姑妈|姑父|姨妈|阿姨|姨父|婶婶|嫂子|姐夫|妹夫|侄子|侄女|外甥"
    "|亲属|亲戚|亲友|家属|家人|直系|旁系|好友|朋友|同学|邻居|室友|房东|同事|同僚|领导|老板|上司|老师"
    "|紧急联系|紧急联络|第[一二三1-3]联系人|第三人|第三方|担保人|保证人|介绍人|推荐人|证明人|共借人|共同借款人"
    "|非本人|不是本人|非机主|非客户本人|他人|别人"
    "|代理|代办|代诉|受托|受委托|律师|律所|法务|中介|来电|主叫|呼入|拨入|客户经理|业务员|催收员|村委|居委"
)
# Only if they are all that is said, beside a pronoun and the word for a phone: they also stand in names and remarks.
_SHORT = re.compile(
    "(?:其|之|的|他|她|我|客户|借款人)*"
    "(?:[妻夫父母爸妈儿哥姐弟妹兄嫂叔伯舅姑姨]|妻[张王李赵刘陈杨黄周吴]..?)"
    "(?:的|之)?(?:联系)?(?:电话|手机|号码|手机号)?"
)
# A contact may be the customer himself if he is named beside it: 联系人(本人).
_CONTACT = re.compile("联系人|联络人")
_OWN = re.compile("本人|自己|机主")
_HINT = re.compile(f"{_OTHERS.pattern}|{_CONTACT.pattern}|[妻夫父母爸妈儿哥姐弟妹兄嫂叔伯舅姑姨]")
_LATIN = re.compile(
    r"(?i)\b(?:wife|husband|spouse|partner|father|mother|dad|mum|mom|parents?|son|daughter|brother|sister|uncle|aunt|"
    r"cousin|relatives?|family|next of kin|nok|friend|colleague|co-?worker|neighbou?r|boss|emergency|guarantor|referee|"
    r"reference|third party|agent|lawyer|attorney|solicitor|representative|caller|calling)\b"
)
_ANY = re.compile(rf"[{HAN}]|(?!(?i:ext)\b)\b[A-Za-z]{{3,}}")

_SIGNS = r"[0-9*xX# +_·.\-]|\([0-9*\s+\-]*\)|\)(?=[\s-]*[0-9*])|ext(?=[\s:.-]*[0-9])"
_TOKEN = re.compile(
    rf"(?P<number>\+?\(?\+?[0-9*](?:{_SIGNS})*)|(?P<bracket>\([^()0-9*]*\))|(?P<cut>[、;；,，/|\n\r]+)"
    rf"|(?P<words>[{HAN}]+|[A-Za-z][A-Za-z \-]*)"
)


class _Number(NamedTuple):
    """Digits of a cell, the words that belong to them, and whether these give them to somebody else."""

    text: str
    words: str
    other: bool


def _names_other(words: str) -> bool:
    """Whether words give the number beside them to somebody else. A relation goes before 本人: 本人妻子."""
    runs = re.findall(rf"[{HAN}]+", words)
    if any(_OTHERS.search(run) or _SHORT.fullmatch(run) for run in runs) or _LATIN.search(words):
        return True
    return bool(_CONTACT.search(words)) and not _OWN.search(words)


def _may_name_other(text: str) -> bool:
    """Whether any word of a cell can give a number to somebody else; most cells hold digits only."""
    return bool(_ANY.search(text)) and bool(_HINT.search(text) or _LATIN.search(text))


def _owned(piece: list[tuple[str, str]]) -> tuple[list[list[str]], str]:
    """The numbers of one piece of a list, each followed by its words; and the words of a piece without a number.

    A bracket belongs to the number before it. A word belongs to the number behind it (妻子139), unless the piece begins
    with a number and ends with a word (139妻子158母亲).
    """
    kinds = [kind for kind, _ in piece]
    if "number" not in kinds:
        return [], " ".join(text for _, text in piece)
    behind = kinds[0] == "number" and kinds[-1] == "words"
    numbers: list[list[str]] = []
    ahead: list[str] = []
    last = len(kinds) - 1 - kinds[::-1].index("number")
    for place, (kind, text) in enumerate(piece):
        if kind == "number":
            numbers.append([text, *ahead])
            ahead = []
        elif numbers and (kind == "bracket" or behind or place > last):
            numbers[-1].append(text)
        else:
            ahead.append(text)
    return numbers, ""


def _numbers(text: str) -> list[_Number]:
    """All numbers of a cell and whose they are. A word that stands alone in a list is about the next number there."""
    # a separator inside a remark parts no numbers: 139...(父亲,已故)
    text = re.sub(r"\([^()0-9*]*\)", lambda m: re.sub(r"[、;；,，/|\s]+", " ", m.group()), part_list(text))
    pieces: list[list[tuple[str, str]]] = [[]]
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "cut":
            pieces.append([])
        elif token.lastgroup is not None:
            pieces[-1].append((token.lastgroup, token.group().strip()))
    found: list[list[str]] = []
    waiting = ""
    for piece in filter(None, pieces):
        numbers, alone = _owned(piece)
        if numbers and waiting and len(numbers[0]) == 1:
            numbers[0].append(waiting)
        waiting = alone
        found += numbers
    if waiting and found and len(found[-1]) == 1:
        found[-1].append(waiting)
    return [_Number(digits, said := " ".join(words), _names_other(said)) for digits, *words in found]


def split_own_phones(text: str, options: Options) -> list[str]:
    """Like :func:`ringfinder.normalise.phone.split_phones`; a number of somebody else keeps the words that say so."""
    if not _may_name_other(text):
        return split_phones(text, options)
    numbers = _numbers(text)
    if not any(number.other for number in numbers):
        return split_phones(text, options)
    return [
        f"{number.words} {part}" if number.other else part
        for number in numbers
        for part in split_phones(number.text, options)
    ]


def normalise_own_phone(text: str, options: Options) -> Value:
    """One number of a customer's own phone cell: the rule ``phone``, without numbers that words give to others.

    Such a number has the issues ``third_party`` and ``not_linkable`` and never links. A public number stays one.
    """
    value = normalise_phone(text, options)
    if not value.linkable or value.kind in PUBLIC_PHONES or not _may_name_other(text):
        return value
    if not any(number.other for number in _numbers(text)):
        return value
    return value._replace(issues=tuple(dict.fromkeys((*value.issues, "third_party", "not_linkable"))))
